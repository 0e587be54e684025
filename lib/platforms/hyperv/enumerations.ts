/*
 * Enumerations of Windows as the scripts hand them over. Cluster and VM states come as names (the scripts make strings of them), storage
 * as numbers: its names are translated and its list is open.
 * Sources: module FailoverClusters (stubs generated from RSAT-Clustering), windows-driver-docs (MSFT_* classes).
 */

/** ClusterNodeStatusInformation: flags beside a node's state. Isolated and Quarantined are no states. */
export const nodeInfo = { isolated: 1, quarantined: 2, drainInProgress: 4, drainCompleted: 8, drainFailed: 16, avoidPlacement: 32 } as const;
/** ClusterGroup.StatusInformation: flags beside a role's state. */
export const groupInfo = { locked: 1, queued: 4, embeddedFailure: 32, networkFailure: 128, unmonitored: 256, waitingForDependencies: 4096 } as const;
/** MSFT_StorageObject.HealthStatus. */
export const health = { healthy: 0, warning: 1, unhealthy: 2, unknown: 5 } as const;
/** MSFT_StorageObject.OperationalStatus; codes from 0xD000 on are open-ended, and anything unknown is not OK. */
export const operational: Readonly<Record<number, string>> = {
  0: 'Unknown', 1: 'Other', 2: 'OK', 3: 'Degraded', 4: 'Stressed', 5: 'Predictive Failure', 6: 'Error', 7: 'Non-Recoverable', 8: 'Starting', 9: 'Stopping', 10: 'Stopped',
  11: 'In Service', 12: 'No Contact', 13: 'Lost Communication', 14: 'Aborted', 15: 'Dormant', 16: 'Supporting Entity', 17: 'Completed', 18: 'Power Mode', 19: 'Relocating',
  53250: 'Detached', 53251: 'Incomplete',
};
export const operationalOk = 2;
/** MSFT_PhysicalDisk.Usage. */
export const usage: Readonly<Record<number, string>> = { 0: 'Unknown', 1: 'Auto-Select', 2: 'Manual-Select', 3: 'Hot Spare', 4: 'Retired', 5: 'Journal' };
export const retired = 4;
/** The same as Set-PhysicalDisk takes it. */
export const usageWords: Readonly<Record<number, string>> = { 1: 'AutoSelect', 2: 'ManualSelect', 3: 'HotSpare', 4: 'Retired', 5: 'Journal' };
/** MSFT_StorageJob.JobState of a job that is not over. A suspended one repairs nothing, and is not over either. */
export const unfinishedJobs: Readonly<Record<number, string>> = { 2: 'new', 3: 'starting', 4: 'running', 5: 'suspended', 6: 'shutting down', 11: 'service', 12: 'query pending' };
/** MSFT_StorageJob.JobState of a job that ended badly. */
export const failedJobs: Readonly<Record<number, string>> = { 8: 'terminated', 9: 'killed', 10: 'exception' };

/** FaultDomainAwareness from which on the copies of a virtual disk lie on different nodes: StorageScaleUnit, StorageChassis, StorageRack. */
export const domainOfNodes = 3;

/** Words for a list of operational status codes. */
export function operationalWords(codes: readonly number[]): string {
  return codes.map((code) => operational[code] ?? `code ${code}`).join(', ') || 'none';
}

/** Whether a flag is set. */
export function has(flags: number | bigint, flag: number): boolean {
  return (BigInt(flags) & BigInt(flag)) !== 0n;
}
