import type { Environment } from '../environment/environment.ts';
import { ownMachineReading } from '../platforms/hyperv/machine-readings.ts';
import { scriptNamed } from '../platforms/hyperv/scripts.ts';
import { askWindows } from './on-host.ts';
import { onNode, wayToNode } from './on-node.ts';
import type { MachineMarks } from './power-control.ts';

const question = 'for mark in product_uuid product_serial; do cat "/sys/class/dmi/id/$mark" 2>/dev/null || echo; done; uname -n';
const questionTimeoutMs = 10_000;
/** Windows PowerShell takes a second or two to start, ms. */
const windowsTimeoutMs = 30_000;

/** What makers write where they have nothing to say. */
const nothing = /^(?:|0+|none|n\/a|not specified|not applicable|not settable|to be filled by o\.?e\.?m\.?|default string|system serial number|0?123456789|[0f]{8}(?:-[0f]{4}){3}-[0f]{12})$/i;

/** What the node's firmware and its kernel say of the machine, from the answer to the question. */
export function marksOf(answer: string): MachineMarks {
  const [uuid = '', serial = '', hostName = ''] = answer.split('\n').map((line) => line.trim());
  const said = (text: string): boolean => !nothing.test(text);
  return { hostName: hostName === '' ? null : hostName, uuid: said(uuid) ? uuid : null, serials: said(serial) ? [serial] : [] };
}

/** The same, asked of a node that is a Windows machine. */
async function askOwnWindows(environment: Environment, node: string, signal: AbortSignal): Promise<MachineMarks> {
  const { uuid, serial, computer } = await askWindows(wayToNode(environment, node), scriptNamed('read-own-machine'), ownMachineReading, { parameters: {}, timeoutMs: windowsTimeoutMs, signal });
  return marksOf([uuid, serial, computer].join('\n'));
}

/** What a node says of the machine that it runs on, by ssh; null where nobody may ask it, or it is down. */
export async function readOwnMachine(environment: Environment, node: string, signal: AbortSignal): Promise<MachineMarks | null> {
  if (environment.ssh === undefined) return null;
  try {
    if (environment.platform === 'hyperv') return await askOwnWindows(environment, node, signal);
    return marksOf((await onNode(environment, node, signal, async (host) => host.exec(['sh', '-c', question], { timeoutMs: questionTimeoutMs, signal }))).stdout);
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
