/** Loaded into the harness (NODE_OPTIONS --import): pauses of ten seconds and more take a tenth of their time. */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const longMs = 10_000;

const sleep = timers.setTimeout.bind(timers);
timers.setTimeout = (ms, ...rest) => sleep(ms !== undefined && ms >= longMs ? ms / 10 : ms, ...rest);
syncBuiltinESMExports();
