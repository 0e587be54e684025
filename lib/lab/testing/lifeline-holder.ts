import { setInterval } from 'node:timers';
import { labUp } from '../host/up.ts';

/** A process that starts a lab which must die with it: says so when it is up, then waits to be killed. */
await labUp({ lifeline: true, onProgress: () => undefined });
process.stdout.write('up\n');
setInterval(() => undefined, 60_000);
