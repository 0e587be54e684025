import { usageWords } from '../../platforms/hyperv/enumerations.ts';
import { retirementTimes } from '../../platforms/hyperv/expected-retirement.ts';
import { clusterReading, storageReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions } from '../hypervisor.ts';
import type { ExpectedRetirement } from '../outcomes.ts';
import { clusterError } from '../pacemaker/context.ts';
import { askChange, wordsOf } from './ask-change.ts';
import { askMember, runOn, type HypervContext } from './context.ts';
import { diskNamed, isUp } from './storage.ts';

const phase = 'taking a disk back into use';
const changeTimeoutMs = 60_000;
/** How long a retirement is waited for beyond what the settings let one expect, and where they tell nothing, ms. */
const slackMs = 180_000;
const untoldMs = 1_200_000;
/** How long the copies are waited for behind it, ms. A disk of terabytes takes longer: then nobody can tell. */
const repairMs = 1_800_000;

/** When the pool gives up a disk that is gone, by the settings of the cluster now. @throws AggregateError where no member can be asked */
export async function expectedRetirement(context: HypervContext, options: CallOptions = {}): Promise<ExpectedRetirement> {
  const [{ value: { health } }, { value: { pools } }] = await Promise.all([askMember(context, 'read-cluster', clusterReading, options), askMember(context, 'read-storage', storageReading, options)]);
  const times = retirementTimes(health, pools);
  const retired = times.retiredMs === null ? untoldMs : times.retiredMs.hi + slackMs;
  return { ...times, waitMs: { retired, repaired: retired + repairMs } };
}

/**
 * Takes a disk back into its former use where the pool retired it while we had it out. Null where there is nothing to do: it is not back
 * yet, or in use, or its former use is none that a disk can be given.
 *
 * @throws AdapterError when the pool does not take it back
 */
export async function readmitDisk(context: HypervContext, disk: string, formerUse: string, options: CallOptions = {}): Promise<string | null> {
  if (formerUse === usageWords[4] || !Object.values(usageWords).includes(formerUse)) return null;
  const { node, value } = await askMember(context, 'read-storage', storageReading, options);
  const found = diskNamed(value, disk);
  if (found === undefined || !isUp(found) || usageWords[found.usage] !== usageWords[4]) return null;
  const asked = await askChange(context, node, 'readmit-disk', { ...options, timeoutMs: changeTimeoutMs, parameters: { Id: found.id, Usage: formerUse } });
  const now = diskNamed((await runOn(context, node, 'read-storage', storageReading, options)).value, disk);
  if (now === undefined || usageWords[now.usage] !== formerUse) throw clusterError(`The pool does not take ${disk} back into use: ${wordsOf(asked)}; it is ${now === undefined ? 'gone' : (usageWords[now.usage] ?? `of usage ${now.usage}`)}.`, 'The pool has one disk less than before.', `Run Set-PhysicalDisk -UniqueId ${found.id} -Usage ${formerUse} on a node, once the disk is healthy.`, phase, disk, asked.how === 'sent' ? undefined : asked.error);
  return `${disk} was retired while it was out: taken back into use as ${formerUse} (Set-PhysicalDisk on ${node})`;
}
