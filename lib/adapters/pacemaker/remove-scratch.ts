import { setTimeout as sleep } from 'node:timers/promises';
import { destroyCommand, allDomainsCommand, readNames } from '../../platforms/pacemaker/virsh.ts';
import type { CallOptions } from '../hypervisor.ts';
import { filesWith } from './backup-verification.ts';
import { actOn, clusterError, type PacemakerContext } from './context.ts';
import { guestNamed } from './guest-lookup.ts';
import { allow, within } from '../operation.ts';
import { pacemakerOptions } from './options.ts';
import { scratchNames, type ScratchNames } from './scratch-names.ts';

const timeoutMs = 90_000;
const commandTimeoutMs = 20_000;
const pollMs = 200;

/** Takes the isolated network away; prints what is left of it. Arguments: namespace, bridge, cable. */
const removeNetwork = 'ip netns del "$1" 2>/dev/null; for link in "$2" "$3"; do ip link del "$link" 2>/dev/null; done; ip netns list | grep -ow "$1"; for link in "$2" "$3"; do [ ! -e "/sys/class/net/$link" ] || echo "$link"; done; true';

async function removeOn(context: PacemakerContext, node: string, names: ScratchNames, folder: string, signal: AbortSignal): Promise<void> {
  const run = async (argv: readonly string[]): Promise<string> => (await actOn(context, node, argv, { timeoutMs: commandTimeoutMs, signal })).stdout;
  while (readNames(await run(allDomainsCommand)).includes(names.domain)) {
    await run(destroyCommand(names.domain)).catch(() => signal.throwIfAborted()); // it may have ended by itself meanwhile
    await sleep(pollMs, undefined, { signal });
  }
  const network = readNames(await run(['sh', '-c', removeNetwork, 'sh', names.namespace, names.bridge, names.cable]));
  if (network.length > 0) throw new Error(`still there: ${network.join(', ')}`);
  if ((await run(['sh', '-c', 'test -d "$1" && echo yes || echo no', 'sh', folder])).trim() === 'no') return;
  await run(['find', folder, '-mindepth', '1', '-maxdepth', '1', '-type', 'f', '-name', `${names.filePrefix}*`, '-delete']);
  const left = await filesWith(context, node, folder, names.filePrefix, signal);
  if (left.length > 0) throw new Error(`still there: ${left.join(', ')}`);
}

/** Ends a scratch guest of ours and removes its network and its disks, on all nodes; reads back that nothing is left. Idempotent. */
export async function removeScratch(context: PacemakerContext, name: string, options?: CallOptions): Promise<void> {
  const { resource, domain } = guestNamed(context, name, 'remove scratch guest');
  const folder = pacemakerOptions(context.environment).backup?.directory;
  if (folder === undefined) return; // without a folder none was ever restored
  const names = scratchNames(resource ?? domain);
  await within(allow(options, timeoutMs, 'remove scratch guest', name), async (signal) => {
    await Promise.all([...context.fleet.hosts.keys()].map(async (node) => {
      try {
        await removeOn(context, node, names, folder, signal);
      } catch (error) {
        throw clusterError(`The scratch guest of ${name} on ${node} could not be removed: ${(error as Error).message}.`, 'It, its network or its disk may be left there.', `Look on ${node} for the domain ${names.domain}, the namespace ${names.namespace}, the bridge ${names.bridge} and ${folder}/${names.filePrefix}*.`, 'remove scratch guest', name, error);
      }
    }));
  });
}
