import { importReading, digestsReading, scratchReading, type ScratchReading } from '../../platforms/hyperv/scratch-readings.ts';
import { switchReading } from '../../platforms/hyperv/machine-readings.ts';
import { PowerShellError } from '../../transports/powershell/powershell-error.ts';
import type { BackupOutcome, CallOptions, Operation } from '../hypervisor.ts';
import type { RestoreOutcome, Unasked } from '../outcomes.ts';
import { allow, begin, within, type OperationLog } from '../operation.ts';
import { clusterError, toolError } from '../pacemaker/context.ts';
import { directoryOf } from './backup.ts';
import { runOn, runOnEach, type HypervContext } from './context.ts';
import { guestNamed } from './guest-lookup.ts';
import { hypervOptions } from './options.ts';
import { compareDisks, leakOf, scratchPlaceOf, wordOfLife, type ScratchPlace } from './scratch-place.ts';

const phase = 'restore';
/** An import copies every disk, and a digest reads both copies, ms. */
const defaultTimeoutMs = 7_200_000;
const askTimeoutMs = 60_000;

interface Plan {
  name: string;
  place: ScratchPlace;
  node: string;
  /** Folder of the export on that node. */
  archive: string;
}

/** The folder of an export on its node, out of what `backUp` called it. */
function folderOf({ archive, node }: BackupOutcome, name: string): string {
  const prefix = `${node}:`;
  if (archive.startsWith(prefix)) return archive.slice(prefix.length);
  throw toolError(`"${archive}" is no export of ${name} on ${node}.`, 'Nothing was done.', 'Restore what the same run has backed up.', phase, name);
}

async function work(context: HypervContext, { name, place, node, archive }: Plan, log: OperationLog, signal: AbortSignal): Promise<RestoreOutcome> {
  const fail = (message: string, cause?: unknown): Error => clusterError(`The backup of ${name} could not be restored: ${message}.`, 'It is not proven to be worth anything.', `See the events of Hyper-V-VMMS-Admin on ${node} and the free space of ${place.folder}.`, phase, name, cause);
  const run = async <T>(what: string, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof PowerShellError && error.kind === 'failed') throw fail(error.message, error);
      throw toolError(`What became of the ${what} is unknown: ${(error as Error).message}.`, 'A scratch guest may be there.', `See why the connection to ${node} broke, and run the same again.`, phase, name, error);
    }
  };
  const options = { signal, timeoutMs: defaultTimeoutMs };
  const begun = performance.now();
  log.add(`${node}: Import-VM of ${archive} as a copy with a new id into ${place.folder}`);
  const { id } = (await run('import', async () => runOn(context, node, 'import-scratch', importReading, { ...options, parameters: { Export: archive, Folder: place.folder, Name: place.name, Switch: place.switchName, Mark: place.mark } }))).value;
  const importedMs = performance.now() - begun;
  const disks = (await run('comparison of the disks', async () => runOn(context, node, 'compare-disks', digestsReading, { ...options, parameters: { Export: archive, Folder: place.folder } }))).value;
  log.add(compareDisks(disks).comparison);
  // Read back, and not taken from an answer: a copy on the guests' network would answer for the original.
  const { value } = await run('isolation', async () => runOn(context, node, 'read-scratch', scratchReading, { ...options, parameters: { Folder: place.folder, Exchange: '' } }));
  const leak = leakOf(value, place);
  if (leak !== null || value.machines.length !== 1) throw fail(`the scratch guest was not started, because ${leak ?? `${value.machines.length} machines lie in ${place.folder}`}`);
  log.add(`${place.name} is on the private switch ${place.switchName} only`);
  const started = performance.now();
  const { now } = (await run('start', async () => runOn(context, node, 'switch-machine', switchReading, { ...options, parameters: { Id: id, Action: 'on' } }))).value;
  if (now !== 'Running') throw fail(`the scratch guest was started and is ${now}`);
  return { scratch: place.name, node, isolation: `the private switch ${place.switchName}, which has no other machine and no way out`, ...compareDisks(disks), durationMs: importedMs + (performance.now() - started) };
}

/** Imports an export of ours as a machine of its own on the node that made it: new id, private switch, no role of the cluster. */
export async function restoreBackup(context: HypervContext, name: string, backup: BackupOutcome, options?: CallOptions): Promise<Operation<RestoreOutcome>> {
  const allowance = allow(options, defaultTimeoutMs, phase, name);
  const planned = await within(allowance, async (signal): Promise<Plan> => {
    const { role } = await guestNamed(context, name, phase, { signal });
    return { name, place: scratchPlaceOf(directoryOf(context, name), role), node: backup.node, archive: folderOf(backup, name) };
  });
  return begin(`Import-VM ${planned.archive} on ${planned.node}`, allowance, (log, signal) => work(context, planned, log, signal));
}

/** What the scratch machine says, from the node that has it. `Unasked` where no node is seen to have one, and not every node could be asked. */
async function looked(context: HypervContext, name: string, exchange: string, wordOf: (reading: ScratchReading, node: string) => string | null, options?: CallOptions): Promise<string | Unasked | null> {
  return within(allow(options, askTimeoutMs, 'ask scratch guest', name), async (signal) => {
    const { role } = await guestNamed(context, name, 'ask scratch guest', { signal });
    const { folder } = scratchPlaceOf(directoryOf(context, name), role);
    const answers = await runOnEach(context, 'read-scratch', scratchReading, { signal, parameters: { Folder: folder, Exchange: exchange } });
    const has = [...answers].flatMap(([node, answer]): [string, ScratchReading][] => (answer instanceof Error || answer.value.machines.length === 0 ? [] : [[node, answer.value]]));
    const lost = [...answers.values()].find((answer) => answer instanceof Error);
    if (has.length === 0 && lost instanceof Error) return { unasked: lost.message };
    return has.map(([node, reading]) => wordOf(reading, node)).find((word) => word !== null) ?? null;
  });
}

/** The scratch guest's own word that it has booted: its heartbeat. */
export async function scratchAlive(context: HypervContext, name: string, options?: CallOptions): Promise<string | Unasked | null> {
  return looked(context, name, '', wordOfLife, options);
}

/** What the scratch guest publishes by Hyper-V's data exchange, the only way out of a private switch. */
export async function askScratch(context: HypervContext, name: string, options?: CallOptions): Promise<string | Unasked | null> {
  const exchange = hypervOptions(context.environment).restore?.exchange;
  if (exchange === undefined) return null;
  return looked(context, name, exchange, ({ machines }) => machines.map(({ word }) => word).find((word) => word !== null) ?? null, options);
}
