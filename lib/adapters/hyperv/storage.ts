import { domainOfNodes, failedJobs, health, operationalOk, operationalWords, retired, unfinishedJobs, usage, usageWords } from '../../platforms/hyperv/enumerations.ts';
import type { StorageReading } from '../../platforms/hyperv/readings.ts';
import type { StorageState } from '../storage-state.ts';

type PhysicalDisk = StorageReading['physicalDisks'][number];
type VirtualDisk = StorageReading['virtualDisks'][number];

const lostCodes = new Set([12, 13]);
/** Severity of a fault that is more than information. */
const warningSeverity = 5;
const brokenVolumes = new Set(['Unavailable', 'Paused']);

const whole = ({ health: state, op }: { health: number; op: readonly number[] }): boolean => state === health.healthy && op.length > 0 && op.every((code) => code === operationalOk);
/** Whether a disk is there, whatever the pool thinks of it. */
export const isUp = ({ health: state, op }: Pick<PhysicalDisk, 'health' | 'op'>): boolean => state !== health.unhealthy && !op.some((code) => lostCodes.has(code));

/** The environment file may name a disk by its unique id, its serial number or its name. */
function idOf({ id, serial, name }: PhysicalDisk, wanted: readonly string[]): string {
  return [id, serial, name].find((candidate) => wanted.includes(candidate)) ?? (serial === '' ? id : serial);
}

/** The one disk that the environment file may call so; undefined where none or several are. */
export function diskNamed({ physicalDisks }: Pick<StorageReading, 'physicalDisks'>, wanted: string): PhysicalDisk | undefined {
  const found = physicalDisks.filter((disk) => idOf(disk, [wanted]) === wanted);
  return found.length === 1 ? found[0] : undefined;
}

function served(disk: VirtualDisk): boolean {
  return disk.detached <= 1 && disk.health !== health.unhealthy;
}

/** Repairs and other jobs that are not over. A suspended job is not over: it repairs nothing until somebody sees to it. */
export function storageOperations({ jobs }: StorageReading): string[] {
  return jobs.filter(({ state }) => state in unfinishedJobs).map(({ name, state, percent }) => `storage job ${name}: ${unfinishedJobs[state] ?? state}, ${percent} %`);
}

/**
 * How many losses all data of a virtual disk survives, and of what. One with tiers says it tier by tier: the weakest counts. What is not
 * told survives nothing: nobody may rely on it.
 */
function resilienceOf({ survives, domain, tiers }: VirtualDisk): { survives: number; ofNodes: boolean } {
  const told = survives === null && tiers.length > 0 ? tiers : [{ survives, domain }];
  return { survives: Math.min(...told.map((one) => one.survives ?? 0)), ofNodes: told.every((one) => one.domain !== null && one.domain >= domainOfNodes) };
}

/** Reasons of a redirected volume that are none to worry about: ReFS always is, and a space is attached where it is owned (documented). */
const usualReasons = new Set(['', 'NotFileSystemRedirected', 'FileSystemReFs', 'NotBlockRedirected', 'StorageSpaceNotAttached']);

/** Not served, or served over another node for a reason that somebody should know. The flags of one reason come as a list with commas. */
function isRemarkable({ state, fileSystemReason, blockReason }: StorageReading['volumes'][number]): boolean {
  return brokenVolumes.has(state) || [fileSystemReason, blockReason].some((reasons) => reasons.split(', ').some((reason) => !usualReasons.has(reason)));
}

function detailOf(reading: StorageReading): string[] {
  return [
    ...reading.pools.filter((pool) => !whole(pool) || pool.readOnly).map((pool) => `pool ${pool.name}: ${operationalWords(pool.op)}${pool.readOnly ? ', read only' : ''}`),
    ...reading.virtualDisks.filter((disk) => !whole(disk) || !served(disk)).map((disk) => `virtual disk ${disk.name}: ${operationalWords(disk.op)}${served(disk) ? '' : ', not served'}`),
    ...reading.physicalDisks.filter((disk) => !whole(disk) || disk.usage === retired).map((disk) => `physical disk ${disk.serial || disk.id}: ${operationalWords(disk.op)}, ${usage[disk.usage] ?? `usage ${disk.usage}`}`),
    ...reading.volumes.filter(isRemarkable).map(({ name, node, state, fileSystemReason, blockReason }) => `volume ${name} on ${node}: ${state} (${[fileSystemReason, blockReason].filter((reason) => !usualReasons.has(reason)).join(', ') || 'no reason'})`),
    ...reading.jobs.filter(({ state }) => state in failedJobs).map(({ name, state }) => `storage job ${name}: ${failedJobs[state] ?? state}`),
    ...reading.faults.map(({ type, object, reason }) => `${type} ${object}: ${reason}`.trim()),
    ...storageOperations(reading),
  ];
}

/**
 * The pool as one storage. `nodeNamed` gives a node's name as the environment file has it for the full name that Windows tells. Redundant means: every virtual disk is Healthy and OK, and no job that repairs is left; a job that completed
 * stays listed for a while and means nothing. A volume that is redirected serves: ReFS on Storage Spaces Direct always is.
 */
export function storageStates(reading: StorageReading, wantedDisks: readonly string[], nodeNamed: (name: string) => string = (name) => name): StorageState[] {
  const { pools, virtualDisks, physicalDisks, volumes, jobs, faults } = reading;
  if (pools.length === 0) return [];
  const total = virtualDisks.reduce((sum, { size }) => sum + size, 0);
  const intact = virtualDisks.filter(whole).reduce((sum, { size }) => sum + size, 0);
  const unfinished = jobs.filter(({ state }) => state in unfinishedJobs);
  const allWhole = virtualDisks.length > 0 && virtualDisks.every(whole);
  const resilience = virtualDisks.map(resilienceOf);
  return [{
    name: pools.map(({ name }) => name).join(', '),
    healthy: pools.every((pool) => whole(pool) && !pool.readOnly) && allWhole && physicalDisks.every((disk) => whole(disk) && disk.usage !== retired) && !faults.some(({ severity }) => severity >= warningSeverity),
    redundant: allWhole && unfinished.length === 0,
    redundancyShare: total === 0 ? 0 : intact / total,
    serving: virtualDisks.length > 0 && virtualDisks.every(served) && !volumes.some(({ state }) => brokenVolumes.has(state)),
    repairing: unfinished.some(({ state }) => state !== 5),
    // Parity keeps one copy of the data and survives losses all the same: what counts is how many. Data is served to the last one.
    copies: { wanted: resilience.length === 0 ? 1 : Math.min(...resilience.map(({ survives }) => survives)) + 1, minimum: 1 },
    holder: resilience.every(({ ofNodes }) => ofNodes) ? 'node' : 'disk',
    disks: physicalDisks.map((disk) => ({ id: idOf(disk, wantedDisks), node: nodeNamed(disk.node), up: isUp(disk), inUse: isUp(disk) && disk.usage !== retired })),
    givenUp: physicalDisks.filter((disk) => disk.usage === retired).map((disk) => idOf(disk, wantedDisks)),
    uses: Object.fromEntries(physicalDisks.flatMap((disk) => (usageWords[disk.usage] === undefined ? [] : [[idOf(disk, wantedDisks), usageWords[disk.usage] ?? '']]))),
    detail: detailOf(reading),
  }];
}
