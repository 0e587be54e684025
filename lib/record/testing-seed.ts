import { configureGlobal } from 'fast-check';

/**
 * Property tests draw the same cases each time, so that a change is judged by itself and not by the luck of a draw.
 * `PROPERTY_SEED=$RANDOM npm run test:unit` draws others, to look further.
 */
configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 20_261_121) });
