/** Loaded into the harness (NODE_OPTIONS --import): one of its processes meets an error that nobody catches and that quotes secrets. */
import { existsSync, readFileSync } from 'node:fs';

const file = process.env['STAND_IN_CRASH'];
/** The process that conducts the scenarios is told what to do; the one outside, which mends, is not. */
const isInside = process.env['HA_ACCEPTANCE_ASSIGNMENT'] !== undefined;
if (file !== undefined && isInside === (process.env['STAND_IN_CRASH_OF'] === 'inside')) {
  const timer = setInterval(() => {
    if (!existsSync(file)) return;
    clearInterval(timer);
    throw new Error(`an error that nobody catches: ${readFileSync(file, 'utf8')}`);
  }, 50);
  timer.unref();
}
