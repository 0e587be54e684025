import type { Environment } from '../environment/environment.ts';
import { ownMachineReading } from '../platforms/hyperv/machine-readings.ts';
import { scriptNamed } from '../platforms/hyperv/scripts.ts';
import { askWindows } from './on-host.ts';
import { onNode, wayToNode } from './on-node.ts';

/** What tells a machine from every other one, as a node says it of itself and of the guests that run on it. */
export interface NodePlace {
  /** Of its kernel, by which a container on it is known; null where there is none. */
  bootId: string | null;
  /** UUIDs in the firmware of the guests that run on it, in lower case. */
  guests: string[];
}

/** The boot, and every UUID that a process was started with: QEMU's `-uuid UUID` and `-smbios type=1,uuid=UUID` are among them. */
export const placeQuestion = "cat /proc/sys/kernel/random/boot_id; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\000' '\\n' | grep -aiE '^(type=1,([^ ]*,)?uuid=)?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}(,|$)' | sort -u; true";
const questionTimeoutMs = 10_000;
/** Windows PowerShell takes a second or two to start, ms. */
const windowsTimeoutMs = 30_000;
const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;

/** The answer to the question. */
export function placeOf(answer: string): NodePlace {
  const [boot = '', ...lines] = answer.split('\n');
  const read = (line: string): string[] => [...(uuid.exec(line) ?? [])].map((found) => found.toLowerCase());
  return { bootId: read(boot)[0] ?? null, guests: lines.flatMap(read) };
}

/** The same of a node that is a Windows machine: nothing of ours can be a container on it. */
async function askWindowsNode(environment: Environment, node: string, signal: AbortSignal): Promise<NodePlace> {
  const { guests } = await askWindows(wayToNode(environment, node), scriptNamed('read-own-machine'), ownMachineReading, { parameters: {}, timeoutMs: windowsTimeoutMs, signal });
  return placeOf(['', ...guests].join('\n'));
}

/** Asks a node what is on it, by ssh; null where nobody may ask it, or it does not answer. */
export async function readNodePlace(environment: Environment, node: string, signal: AbortSignal): Promise<NodePlace | null> {
  if (environment.ssh === undefined) return null;
  try {
    if (environment.platform === 'hyperv') return await askWindowsNode(environment, node, signal);
    const { code, stdout } = await onNode(environment, node, signal, async (host) => host.exec(['sh', '-c', placeQuestion], { timeoutMs: questionTimeoutMs, signal }));
    return code === 0 ? placeOf(stdout) : null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
