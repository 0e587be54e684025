import type { Environment } from '../../environment/environment.ts';
import { clusterReading, storageReading } from '../../platforms/hyperv/readings.ts';
import { openFleet } from '../../transports/ssh-fleet.ts';
import type { SshFleet } from '../../transports/ssh.ts';
import type { CallOptions, Capability, Hypervisor } from '../hypervisor.ts';
import { fleetNodes, refuseStrangers } from '../pacemaker/connect-pacemaker.ts';
import { clusterError, toolError } from '../pacemaker/context.ts';
import { abandonBackups, backUp } from './backup.ts';
import { askMember, type HypervContext } from './context.ts';
import { gatherEvidence } from './evidence.ts';
import { expectedRecovery } from './expected-recovery.ts';
import { identify } from './identity.ts';
import { instanceEnd } from './instance-end.ts';
import { liveMigrate } from './live-migrate.ts';
import { clearQuarantines, setDrained, shutDownNode } from './node-service.ts';
import { clusterNotice } from './notice.ts';
import { hypervOptions } from './options.ts';
import { readPrerequisites } from './prerequisites.ts';
import { removeScratch } from './remove-scratch.ts';
import { askScratch, restoreBackup, scratchAlive } from './restore.ts';
import { expectedRetirement, readmitDisk } from './retirement.ts';
import { changeRunState } from './run-state.ts';
import { abandonServerBackups } from './server-backup-remains.ts';
import { backUpByServer } from './server-backup.ts';
import { learnMachines, takeSnapshot } from './snapshot.ts';
import { whyNot } from './why-not.ts';

/**
 * What this cluster can do. A failover cluster has no fencing device: it takes a lost node's guests over by quorum and by the
 * arbitration of its storage, which is what the rows of a power loss ask for.
 */
async function readCapabilities(context: HypervContext, signal: AbortSignal): Promise<Set<Capability>> {
  const found = new Set<Capability>(['live-migration', 'cluster-lock', 'drain', 'node-fencing']);
  const { backup, disks } = hypervOptions(context.environment);
  if (backup !== undefined) found.add('backup');
  // A machine that Windows Server Backup recovers is registered as its original is: it cannot be restored beside it.
  if (backup?.directory !== undefined) found.add('backup-restore');
  const promised = context.environment.nodes.some(({ disks }) => disks.length > 0);
  const hasPool = promised || (await askMember(context, 'read-storage', storageReading, { signal }).then(({ value }) => value.pools.length > 0, () => true));
  signal.throwIfAborted();
  if (hasPool) found.add('redundant-storage');
  if (hasPool && disks?.awaitRepair === true) found.add('disk-retirement');
  return found;
}

/** The adapter over connections that are open. Reads what the cluster can do. */
export async function hypervHypervisor(environment: Environment, fleet: SshFleet, signal: AbortSignal): Promise<Hypervisor> {
  const context: HypervContext = { environment, fleet, preferred: null, machines: new Map() };
  hypervOptions(environment);
  await refuseStrangers(environment, fleet, signal);
  const { value } = await askMember(context, 'read-cluster', clusterReading, { signal }).catch((error: Error) => {
    signal.throwIfAborted();
    throw clusterError(`No node of ${environment.name} answers as a failover cluster: ${error.message}.`, 'Nothing was done.', 'See that the addresses, the ssh key and the host keys are right, that Windows PowerShell starts over ssh, and that the cluster service runs.', 'connecting', environment.name, error);
  });
  learnMachines(context, value);
  const capabilities = await readCapabilities(context, signal);
  const volume = hypervOptions(environment).backup?.serverBackup?.volume;
  return {
    platform: 'hyperv',
    capabilities: () => capabilities,
    whyNot: (capability) => whyNot(environment, capability),
    identify: (options) => identify(context, options),
    snapshot: (scope, options) => takeSnapshot(context, scope, options),
    liveMigrate: (guest, target, options) => liveMigrate(context, guest, target, options),
    // A move is a request and leaves nothing in the configuration.
    clearPlacement: async () => undefined,
    clearFailures: (options) => clearQuarantines(context, options),
    shutDownNode: (node, options) => shutDownNode(context, node, options),
    drainNode: (node, options) => setDrained(context, node, true, options),
    undrainNode: (node, options) => setDrained(context, node, false, options),
    startGuest: (guest, options) => changeRunState(context, guest, 'started', options),
    stopGuest: (guest, options) => changeRunState(context, guest, 'stopped', options),
    backUp: (guest, options) => (volume === undefined ? backUp(context, guest, options) : backUpByServer(context, guest, volume, options)),
    abandonBackups: (guest, options) => (volume === undefined ? abandonBackups(context, guest, options) : abandonServerBackups(context, guest, volume, options)),
    scratch: {
      restoreBackup: (guest, backup, options) => restoreBackup(context, guest, backup, options),
      ...(hypervOptions(environment).restore?.exchange === undefined ? {} : { ask: (guest: string, _url: string, options?: CallOptions) => askScratch(context, guest, options) }),
      alive: (guest, options) => scratchAlive(context, guest, options),
      removeScratch: (guest, options) => removeScratch(context, guest, options),
    },
    evidence: (sinceWall, options?: CallOptions) => gatherEvidence(context, sinceWall, options),
    prerequisites: (options) => readPrerequisites(context, options),
    instanceEnd: (guest, node, sinceWall, options) => instanceEnd(context, guest, node, sinceWall, options),
    expectedRecovery: (guest, loss, options) => expectedRecovery(context, guest, loss, options),
    expectedRetirement: (options) => expectedRetirement(context, options),
    readmitDisk: (disk, formerUse, options) => readmitDisk(context, disk, formerUse, options),
    notice: clusterNotice(context),
    close: () => fleet.close(),
  };
}

/**
 * Connects to a Windows failover cluster whose guests are Hyper-V machines, by Windows PowerShell over ssh to its nodes.
 *
 * @throws AdapterError when no node answers as a cluster.
 */
export async function connectHyperv(environment: Environment, { signal }: { signal: AbortSignal }): Promise<Hypervisor> {
  const { ssh } = environment;
  if (ssh === undefined) throw toolError(`${environment.source.path} has no key "ssh".`, 'A Hyper-V cluster is reached by ssh only.', 'Add ssh: { user, key, knownHosts }.', 'connecting', environment.name);
  const fleet = openFleet(fleetNodes(environment), { user: ssh.user, port: ssh.port, key: ssh.key.reveal(), knownHosts: ssh.knownHosts.reveal() }, { signal });
  try {
    return await hypervHypervisor(environment, fleet, signal);
  } catch (error) {
    await fleet.close();
    throw error;
  }
}
