/** The process that restores, to be killed in the middle of it. */
import { endStretch, readOrders, useCountableWrites, waitForTracer } from './gate.ts';
import { restoreTarget } from './restoring.ts';

useCountableWrites();
const { environments, settleMs } = readOrders();
waitForTracer('ready');
await restoreTarget(environments, settleMs);
endStretch();
