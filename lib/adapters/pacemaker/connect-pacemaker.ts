import type { Environment } from '../../environment/environment.ts';
import { openFleet, type FleetNode } from '../../transports/ssh-fleet.ts';
import { SshError } from '../../transports/ssh-error.ts';
import type { SshFleet } from '../../transports/ssh.ts';
import type { Hypervisor } from '../hypervisor.ts';
import { abandonBackups } from './abandon-backups.ts';
import { backUp } from './backup.ts';
import { readCapabilities, storageExists } from './capabilities.ts';
import { clusterError, toolError, type PacemakerContext } from './context.ts';
import { gatherEvidence } from './evidence.ts';
import { clearFailures } from './failures.ts';
import { guestNames } from './guest-names.ts';
import { hearStates } from './heard-states.ts';
import { identify } from './identity.ts';
import { liveMigrate } from './migrate.ts';
import { clusterNotice } from './notice.ts';
import { clearPlacement } from './placement.ts';
import { readPrerequisites } from './prerequisites.ts';
import { learnGuests, readConfiguration } from './reading.ts';
import { setDrained, shutDownNode } from './node-service.ts';
import { refreshStates } from './refresh-states.ts';
import { removeScratch } from './remove-scratch.ts';
import { askScratch, restoreBackup } from './restore.ts';
import { changeRunState } from './run-state.ts';
import { takeSnapshot } from './snapshot.ts';

/** Bound on the first word with each node, ms; a connection takes up to 5 s of it. */
const firstWordTimeoutMs = 8000;

/** Where each node is reached: at its endpoint where the environment file gives one, else at its own address. */
export function fleetNodes({ nodes, endpoints }: Pick<Environment, 'nodes' | 'endpoints'>): FleetNode[] {
  return nodes.map(({ name, address }) => {
    const endpoint = endpoints.find(({ node }) => node === name);
    return { name, address: endpoint?.address ?? address, ...(endpoint?.port === undefined ? {} : { port: endpoint.port }) };
  });
}

/**
 * Says a word to every node. One that is off is let pass. One that is not proven to be ours is not, whoever else answers: a
 * machine with another host key behind a node's address would be part of everything that follows.
 *
 * @throws AdapterError naming each such node with its fingerprints.
 */
export async function refuseStrangers(environment: Environment, fleet: SshFleet, signal: AbortSignal): Promise<void> {
  const answers = await fleet.each(['true'], { timeoutMs: firstWordTimeoutMs, signal });
  const strangers = [...answers].flatMap(([name, answer]) => (answer instanceof SshError && answer.kind.startsWith('host-key-') ? [{ name, answer }] : []));
  const [first] = strangers;
  if (first === undefined) return;
  throw toolError(strangers.map(({ answer }) => answer.message).join(' '), 'Nothing was done: the whole cluster was refused.', `See to the host key of ${strangers.map(({ name }) => name).join(', ')} first.`, 'connecting', environment.name, first.answer);
}

function openEnvironmentFleet(environment: Environment, signal: AbortSignal): SshFleet {
  const { ssh } = environment;
  if (ssh === undefined) throw toolError(`${environment.source.path} has no key "ssh".`, 'A Pacemaker cluster is reached by ssh only.', 'Add ssh: { user, key, knownHosts }.', 'connecting', environment.name);
  return openFleet(fleetNodes(environment), { user: ssh.user, port: ssh.port, key: ssh.key.reveal(), knownHosts: ssh.knownHosts.reveal() }, { signal });
}

/** The adapter over connections that are open. Reads what the cluster can do. */
export async function pacemakerHypervisor(environment: Environment, fleet: SshFleet, signal: AbortSignal): Promise<Hypervisor> {
  const context: PacemakerContext = { environment, fleet, preferred: null, silent: new Set(), guests: guestNames(environment.guests, new Map()), versions: null, hasStorage: false, heard: hearStates() };
  await refuseStrangers(environment, fleet, signal);
  const cib = await readConfiguration(context, { signal }).catch((error: Error) => {
    signal.throwIfAborted();
    throw clusterError(`No node of ${environment.name} answers as a Pacemaker cluster: ${error.message}.`, 'Nothing was done.', 'See that the addresses, the ssh key and the host keys are right and that Pacemaker runs.', 'connecting', environment.name, error);
  });
  await learnGuests(context, cib, { signal });
  context.hasStorage = await storageExists(context, { signal });
  const capabilities = await readCapabilities(context, cib, { signal });
  return {
    platform: 'pacemaker',
    capabilities: () => capabilities,
    identify: (options) => identify(context, options),
    snapshot: (scope, options) => takeSnapshot(context, scope, options),
    liveMigrate: (guest, target, options) => liveMigrate(context, guest, target, options),
    clearPlacement: (guest, options) => clearPlacement(context, guest, options),
    clearFailures: (options) => clearFailures(context, options),
    shutDownNode: (node, options) => shutDownNode(context, node, options),
    drainNode: (node, options) => setDrained(context, node, true, options),
    undrainNode: (node, options) => setDrained(context, node, false, options),
    startGuest: (guest, options) => changeRunState(context, guest, 'Started', options),
    stopGuest: (guest, options) => changeRunState(context, guest, 'Stopped', options),
    backUp: (guest, options) => backUp(context, guest, options),
    abandonBackups: (guest, options) => abandonBackups(context, guest, options),
    evidence: (sinceWall, options) => gatherEvidence(context, sinceWall, options),
    states: {
      since: (ns) => [context.heard.manager.since(ns), ...(context.hasStorage ? [context.heard.ceph.since(ns)] : [])],
      refresh: (olderThanMs, options) => refreshStates(context, olderThanMs, options),
    },
    prerequisites: (options) => readPrerequisites(context, options),
    scratch: {
      restoreBackup: (guest, backup, options) => restoreBackup(context, guest, backup, options),
      ask: (guest, url, options) => askScratch(context, guest, url, options),
      removeScratch: (guest, options) => removeScratch(context, guest, options),
    },
    notice: clusterNotice(context),
    close: () => fleet.close(),
  };
}

/**
 * Connects to a Pacemaker cluster whose guests are libvirt domains, by ssh to its nodes. Ceph is used where the nodes have it.
 *
 * @throws AdapterError when no node answers as a cluster.
 */
export async function connectPacemaker(environment: Environment, { signal }: { signal: AbortSignal }): Promise<Hypervisor> {
  const fleet = openEnvironmentFleet(environment, signal);
  try {
    return await pacemakerHypervisor(environment, fleet, signal);
  } catch (error) {
    await fleet.close();
    throw error;
  }
}
