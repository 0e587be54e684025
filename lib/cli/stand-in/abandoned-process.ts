/** A test that is about to be killed: it starts the stand-in and a command of it, says which, and stands still. */
import { startStandIn } from './stand-in.ts';

const standIn = await startStandIn();
const { pid } = standIn.start(['probe', '10.78.0.80', '--for', '600s']);
process.stdout.write(`${JSON.stringify({ folder: standIn.folder, pid, namespaces: standIn.namespaces })}\n`);
setInterval(() => undefined, 60_000);
