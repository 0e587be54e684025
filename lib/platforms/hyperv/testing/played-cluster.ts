import { randomUUID } from 'node:crypto';
import type { Played, PlayedCall } from '../../../transports/testing/windows-node.ts';
import { usageWords } from '../enumerations.ts';
import { scriptNamed, scriptNames, type ScriptName } from '../scripts.ts';
import { playScratch, type ScratchPlay } from './played-scratch.ts';
import { playServerBackup, type ServerBackupPlay } from './played-server-backup.ts';
import { playedStorage, useDisk } from './played-storage.ts';

/*
 * A failover cluster of three nodes that is played. The shapes of its answers are documented (the scripts make them); how it behaves in
 * time is invented, but for: a move that reports failure and lands, and an export that goes on when its client is gone (field reports).
 */

export interface PlayedNode {
  name: string;
  state: string;
  info: number;
  /** Answers over ssh. */
  answers: boolean;
  clusterService: boolean;
}

export interface PlayedRole {
  name: string;
  id: string;
  owner: string;
  state: string;
  info: bigint;
  machine: string;
  operational: string[];
}

export interface PlayedCluster {
  nodes: PlayedNode[];
  roles: PlayedRole[];
  coordinator: string;
  /** A setting that this version of Windows does not have comes as {} (field report: PowerShell issue 9231). */
  settings: Record<string, string | Record<string, never>>;
  witness: { name: string; type: string; state: string; weight: number } | null;
  storage: Record<string, unknown>;
  notice: string | null;
  /** Folders by node. */
  exports: Map<string, Set<string>>;
  events: Map<string, Record<string, unknown>[]>;
  scratch: ScratchPlay;
  serverBackup: ServerBackupPlay;
  /** When a node's cluster service ended for want of quorum, as its log has it. */
  quorumLost: Map<string, string>;
  /** Starts and ends of machines as the nodes wrote them down. */
  instances: { node: string; machine: string; id: number; utc: string; record: string }[];
  /** What the nodes wrote down of the cluster's trouble, oldest first. */
  logged: { node: string; log: string; provider: string; id: number; level: number; utc: string; record: string; properties: string[]; message: string }[];
  migrationMs: number;
  exportMs: number;
  /** What is answered before anything else; null lets the cluster answer. */
  intercept: (node: string, script: ScriptName, call: PlayedCall) => Played | null;
  /** Scripts that were run, as `node: script`. */
  asked: string[];
  answer(node: string, call: PlayedCall): Promise<Played>;
}

const nodeNames = ['hv1', 'hv2', 'hv3'];
export const clusterId = '7f2b0f5e-9a61-4f0e-8f5b-0c9e6f6f2a11';

const after = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The script that a node was sent. @throws Error for one of no name */
export function nameOf({ script }: PlayedCall): ScriptName {
  const found = scriptNames.find((name) => scriptNamed(name).text === script);
  if (found === undefined) throw new Error('a script that the played node does not know');
  return found;
}

/** A healthy cluster: guests dns on hv1 and web on hv2, the cluster's own role on hv1. */
export function playCluster(): PlayedCluster {
  const role = (name: string, owner: string): PlayedRole => ({ name, id: randomUUID(), owner, state: 'Online', info: 0n, machine: 'Running', operational: ['Ok'] });
  const cluster: PlayedCluster = {
    nodes: nodeNames.map((name) => ({ name, state: 'Up', info: 0, answers: true, clusterService: true })),
    roles: [role('dns', 'hv1'), role('web', 'hv2')],
    coordinator: 'hv1',
    settings: { SameSubnetDelay: '1000', SameSubnetThreshold: '10', ResiliencyLevel: '2', ResiliencyDefaultPeriod: '240', QuarantineThreshold: '3', QuarantineDuration: '7200', S2DEnabled: '1', DrainOnShutdown: '1', AutoBalancerMode: {} },
    witness: { name: 'Cloud Witness', type: 'Cloud Witness', state: 'Online', weight: 0 },
    storage: playedStorage(nodeNames),
    notice: null,
    exports: new Map(nodeNames.map((name) => [name, new Set()])),
    events: new Map(),
    scratch: playScratch(),
    serverBackup: playServerBackup(),
    quorumLost: new Map(),
    instances: [],
    logged: [],
    migrationMs: 400,
    exportMs: 2500,
    intercept: () => null,
    asked: [],
    answer: async (node, call) => {
      const script = nameOf(call);
      cluster.asked.push(`${node}: ${script}`);
      const machine = nodeOf(node);
      if (!machine.answers) return 'hang';
      const special = cluster.intercept(node, script, call);
      if (special !== null) return special;
      return { host: node.toUpperCase(), ...(cluster.scratch.answer(node, script, call.parameters) ?? cluster.serverBackup.answer(node, script, call.parameters, cluster.roles.find(({ id, owner }) => id === call.parameters['Id'] && owner === node)?.name ?? null) ?? (await play(machine, script, call.parameters))) };
    },
  };
  const nodeOf = (name: unknown): PlayedNode => cluster.nodes.find((node) => node.name === name) ?? { name: '', state: 'Unknown', info: 0, answers: false, clusterService: false };
  const refused = (message: string): Played & object => ({ error: { message, category: 'ObjectNotFound', hresult: '0x80131500' } });

  async function move(moved: PlayedRole, to: string): Promise<void> {
    const from = moved.owner;
    moved.operational = ['Ok', 'MigratingVirtualMachine'];
    await after(cluster.migrationMs);
    moved.operational = ['Ok'];
    // Documented: what was not complete when one end went leaves the machine where it was.
    if (moved.owner !== from || moved.machine !== 'Running' || [from, to].some((name) => !nodeOf(name).answers)) return;
    for (const node of [moved.owner, to]) logMigration(node, moved);
    moved.owner = to;
  }

  function logMigration(node: string, moved: PlayedRole): void {
    const event = (id: number, properties: string[]): Record<string, unknown> => ({ id, utc: new Date().toISOString(), record: '1', properties });
    cluster.events.set(node, [...(cluster.events.get(node) ?? []), event(20415, [moved.name, moved.id.toUpperCase(), '0.35']), event(20418, [moved.name, moved.id.toUpperCase()]), event(22508, [moved.name, moved.id.toUpperCase(), '0.04']), event(22509, [moved.name, moved.id.toUpperCase(), '0.35', '42'])]);
  }

  function view(): unknown {
    return {
      nodes: cluster.nodes.map(({ name, state, info }) => ({ name, state, info, drain: info === 4 ? 'InProgress' : 'NotInitiated', weight: 1, dynamicWeight: state === 'Up' || state === 'Paused' ? 1 : 0 })),
      groups: [
        { name: 'Cluster Group', type: 'Cluster', core: true, owner: cluster.coordinator, state: 'Online', info: '0' },
        { name: 'Available Storage', type: 'AvailableStorage', core: true, owner: cluster.coordinator, state: 'Offline', info: '0' },
        ...cluster.roles.map(({ name, owner, state, info }) => ({ name, type: 'VirtualMachine', core: false, owner, state, info: String(info) })),
      ],
    };
  }

  async function play(node: PlayedNode, script: ScriptName, parameters: PlayedCall['parameters']): Promise<Played & object> {
    const { roles } = cluster;
    const target = roles.find(({ name }) => name === parameters['Group']);
    switch (script) {
      case 'read-membership':
        return { data: { cluster: node.clusterService ? view() : null, problem: node.clusterService ? null : 'Le service de cluster ne fonctionne pas.', quorumLost: node.clusterService ? null : (cluster.quorumLost.get(node.name) ?? null), guests: roles.filter(({ owner }) => owner === node.name).map(({ id, name, machine, operational }) => ({ id: id.toUpperCase(), name, state: machine, operational, clustered: true, uptimeMs: '60000' })) } };
      case 'read-cluster':
        if (!node.clusterService) return refused('Le service de cluster ne fonctionne pas.');
        return { data: { name: 'HVCLUSTER', id: clusterId, settings: cluster.settings, quorum: { type: 'Majority', witness: cluster.witness }, guests: roles.map(({ name, id, state }) => ({ group: name, resource: `Virtual Machine ${name}`, id, state, restartAction: 2 })), groups: roles.map(({ name }) => ({ name, priority: 2000, failback: 0, threshold: '4294967295', resiliencyPeriod: '240', antiAffinity: '' })), networks: [{ name: 'Cluster Network 1', role: 'ClusterAndClient', state: 'Up' }], health: { name: 'System.Storage.PhysicalDisk.AutoRetire.DelayMs', value: '900000' } } };
      case 'read-storage':
        return { data: cluster.storage };
      case 'read-node':
        return { data: { computer: node.name.toUpperCase(), product: 'Windows Server 2022 Datacenter', build: '20348.2762', powershell: '5.1.20348.2760', edition: 'Desktop', elevated: true, clusterService: node.clusterService ? 'Running' : 'Stopped', modules: ['FailoverClusters', 'Hyper-V', 'Storage'], free: '500000000000' } };
      case 'read-guest':
        return { data: { id: parameters['Id'], name: 'web', state: 'Running', operational: 'Ok', version: '10.0', heartbeat: 'OkApplicationsUnknown', disks: { path: String.raw`C:\ClusterStorage\Volume1\web\web.vhdx`, size: '10737418240', fileSize: '4294967296' } } };
      case 'read-migration-events':
        return { data: { events: (cluster.events.get(node.name) ?? []).filter(({ utc }) => String(utc) >= String(parameters['Since'])), unreadable: null } };
      case 'read-instance-events':
        return { data: { events: cluster.instances.filter(({ node: place, machine, utc }) => place === node.name && machine === parameters['Id'] && utc >= String(parameters['Since'])).map(({ id, utc, record }) => ({ id, utc, record })) } };
      case 'read-losses': {
        const since = new Date(Date.now() - Number(parameters['Minutes']) * 60_000).toISOString();
        const of = (wanted: number): PlayedCluster['logged'] => cluster.logged.filter(({ node: place, provider, id, utc }) => place === node.name && provider === 'Microsoft-Windows-FailoverClustering' && id === wanted && utc >= since);
        return { data: { losses: of(1135).map(({ properties: [lost], utc }) => ({ node: lost, utc })), quorumLost: of(1177).map(({ utc }) => utc) } };
      }
      case 'read-events':
        return { data: { events: cluster.logged.filter(({ node: place, utc }) => place === node.name && utc >= String(parameters['Since'])).map(({ node: _node, ...event }) => event), unreadable: [] } };
      case 'readmit-disk': {
        const usage = Object.entries(usageWords).find(([, word]) => word === parameters['Usage'])?.[0];
        const was = useDisk(cluster.storage, ({ id }) => id === parameters['Id'], Number(usage));
        return was === null ? refused('0 physical disks are that; one was expected.') : { data: { was } };
      }
      case 'read-validation':
        return { data: { report: null } };
      case 'move-live':
        if (target === undefined) return refused('Le rôle est introuvable.');
        void move(target, String(parameters['Target']));
        return { data: { asked: true } };
      case 'start-group':
        if (target === undefined) return refused('Le rôle est introuvable.');
        Object.assign(target, { state: 'Pending', machine: 'Starting' });
        void after(cluster.migrationMs).then(() => Object.assign(target, { state: 'Online', machine: 'Running' }));
        return { data: { asked: true } };
      case 'stop-group':
        if (target === undefined) return refused('Le rôle est introuvable.');
        Object.assign(target, { state: 'Pending', machine: 'Saving' });
        void after(cluster.migrationMs).then(() => Object.assign(target, { state: 'Offline', machine: 'Saved' }));
        return { data: { asked: true } };
      case 'drain-node': {
        if (!node.clusterService) return refused('Le service de cluster ne fonctionne pas.');
        const drained = nodeOf(parameters['Node']);
        Object.assign(drained, { state: 'Paused', info: 4 });
        void Promise.all(roles.filter(({ owner }) => owner === drained.name).map(async (one) => move(one, nodeNames.find((name) => name !== drained.name) ?? ''))).then(() => {
          if (drained.state === 'Paused') drained.info = 8;
        });
        return { data: { was: 'Up' } };
      }
      case 'resume-node':
        Object.assign(nodeOf(parameters['Node']), { state: 'Up', info: 0 });
        return { data: { was: 'Paused' } };
      case 'clear-quarantine':
        Object.assign(node, { state: 'Up', info: 0, clusterService: true });
        return { data: { asked: true } };
      case 'shut-down-node':
        return { data: { asked: true } };
      case 'notice':
        if (parameters['Action'] === 'create') cluster.notice ??= String(parameters['Text']);
        if (cluster.notice === parameters['Expected'] && parameters['Action'] === 'replace') cluster.notice = String(parameters['Text']);
        if (cluster.notice === parameters['Expected'] && parameters['Action'] === 'remove') cluster.notice = null;
        return { data: { path: String.raw`C:\ClusterStorage\Volume1\ha-acceptance-lock.json`, text: cluster.notice } };
      case 'export-guest': {
        const exported = roles.find(({ id }) => id === parameters['Id']);
        if (exported === undefined) return refused('Aucun ordinateur virtuel.');
        cluster.exports.get(node.name)?.add(String(parameters['Folder']));
        exported.operational = ['Ok', 'ExportingVirtualMachine'];
        await after(cluster.exportMs);
        exported.operational = ['Ok'];
        return { data: { exported: true } };
      }
      case 'verify-export':
        return { data: { configurations: 1, disks: { name: 'web.vhdx', bytes: '4294967296', intact: true }, incompatibilities: null } };
      case 'remove-exports': {
        const folders = cluster.exports.get(node.name) ?? new Set();
        for (const folder of folders) if (folder.startsWith(`${String(parameters['Folder'])}\\${String(parameters['Prefix'])}`)) folders.delete(folder);
        return { data: { left: [] } };
      }
      default:
        return refused('this script is not played');
    }
  }
  return cluster;
}
