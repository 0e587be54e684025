import { setTimeout as sleep } from 'node:timers/promises';
import { scratchLeftReading } from '../../platforms/hyperv/scratch-readings.ts';
import { PowerShellError } from '../../transports/powershell/powershell-error.ts';
import type { CallOptions } from '../hypervisor.ts';
import { allow, within } from '../operation.ts';
import { clusterError, toolError } from '../pacemaker/context.ts';
import { runOnEach, type HypervContext } from './context.ts';
import { hypervOptions } from './options.ts';
import { scratchPlaceOf, type ScratchPlace } from './scratch-place.ts';

/** An import goes on when its client is gone, and what it writes cannot be removed before it has ended, ms. */
const timeoutMs = 1_800_000;
const removeTimeoutMs = 120_000;
const pollMs = 2000;
const phase = 'remove scratch guest';

/**
 * Ends a scratch guest of ours and removes its machine, its switch and its disks on all nodes, then reads back that nothing is left. What
 * does not lie in our folder is not touched. Idempotent.
 */
export async function removeScratch(context: HypervContext, name: string, options?: CallOptions): Promise<void> {
  const directory = hypervOptions(context.environment).backup?.directory;
  if (directory === undefined) return; // without a folder for exports none was ever restored
  const listed = context.environment.guests.find((guest) => guest.name === name);
  if (listed === undefined) throw toolError(`The environment file lists no guest "${name}".`, 'Nothing was done.', `Its guests are ${context.environment.guests.map((guest) => guest.name).join(', ')}.`, phase, name);
  const place = scratchPlaceOf(directory, listed.id);
  await within(allow(options, timeoutMs, phase, name), async (signal) => {
    for (;;) {
      const { problem, mayPass } = await removeOnce(context, place, signal);
      if (problem === null) return;
      if (!mayPass) throw notRemoved(name, place.folder, problem);
      await sleep(pollMs, undefined, { signal }).catch(() => {
        throw notRemoved(name, place.folder, problem);
      });
    }
  });
}

interface Attempt {
  /** What is left, or why nobody can tell; null when nothing is left. */
  problem: string | null;
  /** An import that goes on may be what keeps it. */
  mayPass: boolean;
}

/** The machines and switches of all nodes first: the folder may be one that all of them share. */
async function removeOnce(context: HypervContext, { folder, switchName, mark }: ScratchPlace, signal: AbortSignal): Promise<Attempt> {
  for (const files of [false, true]) {
    const answers = [...(await runOnEach(context, 'remove-scratch', scratchLeftReading, { signal, timeoutMs: removeTimeoutMs, parameters: { Folder: folder, Switch: switchName, Mark: mark, Files: files } }))];
    const silent = answers.flatMap(([node, answer]) => (answer instanceof Error ? [`${node}: ${answer.message}`] : []));
    const left = answers.flatMap(([node, answer]) => (answer instanceof Error ? [] : [...answer.value.machines.map((machine) => `machine ${machine} on ${node}`), ...answer.value.switches.map((one) => `switch ${one} on ${node}`), ...(files && answer.value.folder ? [`${folder} on ${node}`] : [])]));
    const mayPass = files && answers.every(([, answer]) => !(answer instanceof Error) || (answer instanceof PowerShellError && answer.kind === 'failed'));
    if (silent.length + left.length > 0) return { problem: [...silent, ...left].join('; '), mayPass };
  }
  return { problem: null, mayPass: false };
}

function notRemoved(name: string, folder: string, why: string): Error {
  return clusterError(`What is left of the scratch guest of ${name} could not be removed: ${why}.`, 'A scratch guest or its disks may be left.', `Remove the machine, the switch and the folder ${folder} by hand, and nothing else.`, phase, name);
}
