import type { Environment } from '../../environment/environment.ts';
import { openProxmox } from '../../platforms/proxmox/client.ts';
import type { ProxmoxTarget } from '../../platforms/proxmox/client.ts';
import { systemClock } from '../../platforms/proxmox/clock.ts';
import type { Clock } from '../../platforms/proxmox/clock.ts';
import { chooseCredentials } from '../../platforms/proxmox/credentials.ts';
import { version } from '../../platforms/proxmox/requests/version.ts';
import { openFleet } from '../../transports/ssh-fleet.ts';
import type { SshFleet } from '../../transports/ssh.ts';
import type { Hypervisor } from '../hypervisor.ts';
import { AdapterError } from '../adapter-error.ts';
import { abandonBackups } from './abandon-backups.ts';
import { askScratch, scratchAlive } from './ask-scratch.ts';
import { backUp } from './backup.ts';
import { bootOf } from './boot-of.ts';
import { readCapabilities } from './capabilities.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { gatherEvidence } from './evidence.ts';
import { clearFailures } from './failures.ts';
import { hearStates } from './heard-states.ts';
import { identify } from './identity.ts';
import { liveMigrate } from './live-migrate.ts';
import { migrateContainer } from './migrate-container.ts';
import { clusterNotice } from './notice.ts';
import { setDrained, shutDownNode } from './node-service.ts';
import { onceItTells } from './once-it-tells.ts';
import { proxmoxSettings } from './options.ts';
import { clearPlacement } from './placement.ts';
import { readPrerequisites } from './prerequisites.ts';
import { removeScratch } from './remove-scratch.ts';
import { refreshStates } from './refresh-states.ts';
import { readReplicas } from './replicas.ts';
import { restoreBackup } from './restore.ts';
import { manualDiskRevival, reviveDisk } from './revive-disk.ts';
import { changeRunState } from './run-state.ts';
import { takeSnapshot } from './snapshot.ts';
import { readStorage } from './storage.ts';
import { tellRecovery } from './tell-recovery.ts';

const firstWordTimeoutMs = 30_000;

/** Endpoints, credentials and trust of an environment file. @throws AdapterError saying how credentials are written */
export function proxmoxTarget(environment: Environment): ProxmoxTarget {
  const { endpoints, credentials } = environment;
  try {
    return {
      endpoints,
      credentials: chooseCredentials({ token: credentials['token']?.reveal(), login: credentials['login']?.reveal() }),
      ...(credentials['ca'] === undefined ? {} : { ca: credentials['ca'].reveal() }),
    };
  } catch (error) {
    throw new AdapterError({ message: (error as Error).message, blame: 'tool', impact: 'Nothing was done.', remedy: `See credentials in ${environment.source.path}.`, phase: 'connecting', target: environment.name }, { cause: error });
  }
}

/** The nodes over ssh, at their own addresses: those of endpoints are the API's. Null where the environment file gives no way in. */
function openNodes({ ssh, nodes }: Environment, signal: AbortSignal): SshFleet | null {
  if (ssh === undefined) return null;
  return openFleet(nodes.map(({ name, address }) => ({ name, address })), { user: ssh.user, port: ssh.port, key: ssh.key.reveal(), knownHosts: ssh.knownHosts.reveal() }, { signal });
}

/** The adapter over a cluster that answers. Reads what it can do. */
export async function proxmoxHypervisor(given: Omit<ProxmoxContext, 'major' | 'ceph' | 'withoutCeph'>, signal: AbortSignal): Promise<Hypervisor> {
  const { clock, environment, fleet } = given;
  const { client, ha, ceph } = hearStates(given.client);
  const context: ProxmoxContext = { ...given, client, major: 0, ceph: null, withoutCeph: new Set() };
  const capabilities = await told(onceItTells(clock, async () => {
    context.major = (await client.read(version(), { signal })).major;
    // A node that has Ceph leaves its name in the context. One that cannot be asked may have it, or ZFS: that makes it not absent.
    const storage = await readStorage(context, { signal });
    return readCapabilities(context, storage !== null, signal);
  }, signal), 'connecting', environment.name, 'Nothing was done.');
  return {
    platform: 'proxmox',
    capabilities: () => capabilities,
    identify: (options) => onceItTells(clock, async () => identify(context, options), options?.signal),
    snapshot: (scope, options) => takeSnapshot(context, scope, options),
    liveMigrate: (guest, target, options) => liveMigrate(context, guest, target, options),
    bootOf: (guest, options) => bootOf(context, guest, options),
    migrateContainer: (guest, target, options) => migrateContainer(context, guest, target, options),
    clearPlacement: (guest, options) => clearPlacement(context, guest, options),
    clearFailures: (options) => clearFailures(context, options),
    shutDownNode: (node, options) => shutDownNode(context, node, options),
    drainNode: (node, options) => setDrained(context, node, true, options),
    undrainNode: (node, options) => setDrained(context, node, false, options),
    replicas: (options) => readReplicas(context, options),
    startGuest: (guest, options) => changeRunState(context, guest, 'started', options),
    stopGuest: (guest, options) => changeRunState(context, guest, 'stopped', options),
    backUp: (guest, options) => backUp(context, guest, options),
    abandonBackups: (guest, options) => abandonBackups(context, guest, options),
    evidence: (sinceWall, options) => gatherEvidence(context, sinceWall, options),
    states: {
      since: (ns) => [ha.since(ns), ...(context.ceph === null ? [] : [ceph.since(ns)])],
      refresh: (olderThanMs, options) => refreshStates(context, { ha, ceph }, olderThanMs, options),
    },
    prerequisites: (options) => readPrerequisites(context, options),
    scratch: {
      restoreBackup: (guest, backup, options) => restoreBackup(context, guest, backup, options),
      ask: (guest, url, options) => askScratch(context, guest, url, options),
      alive: (guest, options) => scratchAlive(context, guest, options),
      removeScratch: (guest, options) => removeScratch(context, guest, options),
    },
    expectedRecovery: (guest, loss, options) => tellRecovery(context, guest, loss, options),
    reviveDisk: (node, disk, options) => reviveDisk(context, node, disk, options),
    manualDiskRevival,
    notice: clusterNotice(context),
    close: async () => fleet?.close(),
  };
}

/**
 * Connects to a cluster of Proxmox VE by its API, and by ssh to its nodes where the environment file gives a way in.
 *
 * @param clock the time that waits go by
 * @throws AdapterError when no endpoint answers, or somebody answers whom we do not trust.
 */
export async function connectProxmox(environment: Environment, { signal }: { signal: AbortSignal }, clock: Clock = systemClock): Promise<Hypervisor> {
  const settings = proxmoxSettings(environment);
  const client = openProxmox(proxmoxTarget(environment), clock.now);
  const fleet = openNodes(environment, signal);
  try {
    return await proxmoxHypervisor({ environment, client, clock, settings, fleet }, AbortSignal.any([signal, AbortSignal.timeout(firstWordTimeoutMs * Math.max(1, environment.endpoints.length))]));
  } catch (error) {
    await fleet?.close();
    throw error;
  }
}
