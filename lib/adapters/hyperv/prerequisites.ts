import { retirementTimes } from '../../platforms/hyperv/expected-retirement.ts';
import { clusterReading, nodeReading, storageReading, type ClusterReading, type NodeReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions, Prerequisite } from '../hypervisor.ts';
import { archivePrefix } from '../pacemaker/archive-name.ts';
import { askMember, runOnEach, type HypervContext, type Reading } from './context.ts';
import { machineName, readMembership, same } from './membership.ts';
import { hypervOptions } from './options.ts';
import { readServerTarget } from './server-backup.ts';
import { storageOperations } from './storage.ts';

const wantedModules = ['FailoverClusters', 'Hyper-V', 'Storage'];

function ofNode(node: string, answer: Reading<NodeReading> | Error, folder: string | undefined): Prerequisite[] {
  const title = `PowerShell on ${node} may do what is needed`;
  const remedy = `Let the account of the environment file be an administrator of ${node}, log in by key, and install the PowerShell modules ${wantedModules.join(', ')} there.`;
  if (answer instanceof Error) return [{ title, ok: null, detail: answer.message, remedy }];
  const { computer, elevated, modules, edition, powershell, clusterService, free } = answer.value;
  const missing = wantedModules.filter((module) => !modules.includes(module));
  return [
    { title: `${node} is the machine that it is taken for`, ok: same(computer, machineName(node)), detail: `it calls itself ${computer}`, remedy: `Correct the address of ${node} in the environment file.` },
    { title, ok: elevated && missing.length === 0, detail: `PowerShell ${powershell}${edition === '' ? '' : ` ${edition}`}, ${elevated ? 'elevated' : 'not elevated'}${missing.length === 0 ? '' : `, without ${missing.join(', ')}`}`, remedy },
    { title: `the cluster service of ${node} runs`, ok: clusterService === 'Running', detail: clusterService === '' ? 'there is no such service' : clusterService, remedy: `Run "Start-Service ClusSvc" on ${node}.` },
    ...(folder === undefined ? [] : [{ title: `backups can be written on ${node}`, ok: free === null ? null : free > 0, detail: free === null ? `nothing is known of ${folder}` : `${folder}: ${(free / 2 ** 30).toFixed(1)} GiB free`, remedy: `Make ${folder} on ${node} a folder that the account may write, with room in it.` }]),
  ];
}

/** Two nodes without a working witness: the loss of one takes the whole cluster down about half the time. */
function witness({ quorum }: ClusterReading, nodes: number): Prerequisite {
  const found = quorum.witness;
  return {
    title: 'the quorum does not hang on a single node',
    ok: found === null ? nodes > 2 : found.state === 'Online',
    detail: found === null ? `${nodes} nodes, no witness` : `${found.type} ${found.name}: ${found.state}`,
    remedy: 'Give the cluster a witness that is online (Set-ClusterQuorum).',
  };
}

/** Whoever is isolated so often within an hour is kept out: a run that takes the same node down must stay below it. */
function quarantine({ settings }: ClusterReading): Prerequisite {
  const threshold = settings['QuarantineThreshold'] ?? null;
  return {
    title: 'a node may fail twice within an hour without being put in quarantine',
    ok: threshold === null ? null : threshold > 2,
    detail: threshold === null ? 'QuarantineThreshold is not told' : `QuarantineThreshold ${threshold}, QuarantineDuration ${settings['QuarantineDuration'] ?? '?'} s`,
    remedy: 'Set (Get-Cluster).QuarantineThreshold to 3 or more, or take the same node down once an hour at most.',
  };
}

function networks(reading: ClusterReading): Prerequisite[] {
  return reading.networks.filter(({ role }) => role !== 'None').map(({ name, state }) => ({ title: `cluster network ${name} is up`, ok: state === 'Up', detail: state, remedy: 'See Get-ClusterNetworkInterface for the adapter that is not up.' }));
}

async function storage(context: HypervContext, health: ClusterReading['health'], options: CallOptions): Promise<Prerequisite[]> {
  const title = 'the storage has room to repair, and nothing to repair now';
  const remedy = 'Keep the room of one disk of each node free in the pool, and wait for the repair jobs (Get-StorageJob).';
  try {
    const { value } = await askMember(context, 'read-storage', storageReading, options);
    if (value.pools.length === 0) return [];
    const largest = Math.max(0, ...value.physicalDisks.map(({ size }) => size));
    const free = value.pools.reduce((sum, { size, allocated }) => sum + size - allocated, 0);
    const jobs = storageOperations(value);
    // It explains what disk rows wait for, and is no setting to be compared: the service that tells it may be away.
    const { terms } = retirementTimes(health, value.pools);
    return [{ title, ok: free >= largest && jobs.length === 0, detail: `${(free / 2 ** 30).toFixed(0)} GiB free, the largest disk has ${(largest / 2 ** 30).toFixed(0)} GiB${jobs.length === 0 ? '' : `; ${jobs.join('; ')}`}; ${terms.join('; ')}`, remedy }];
  } catch (error) {
    options.signal?.throwIfAborted();
    return [{ title, ok: null, detail: (error as Error).message, remedy }];
  }
}

/** A volume of each node for Windows Server Backup, which holds nothing yet. What is there with a mark of ours is for `restore` to remove. */
async function serverBackup(context: HypervContext, volume: string, options: CallOptions): Promise<Prerequisite[]> {
  return Promise.all([...context.fleet.hosts.keys()].map(async (node): Promise<Prerequisite> => {
    const title = `Windows Server Backup of ${node} can write to ${volume}`;
    const remedy = `Run "Install-WindowsFeature Windows-Server-Backup" on ${node}, and give it a volume ${volume} that holds no backups and has room.`;
    try {
      const { present, free, versions } = await readServerTarget(context, node, volume, archivePrefix(''), options);
      const detail = [present ? 'installed' : 'not installed', free === null ? `no volume ${volume}` : `${(free / 2 ** 30).toFixed(1)} GiB free`, versions.length === 0 ? 'no version there' : `${versions.length} version(s) there: ${versions.map(({ id }) => id).join(', ')}`].join(', ');
      return { title, ok: present && free !== null && free > 0 && versions.length === 0, detail, remedy };
    } catch (error) {
      options.signal?.throwIfAborted();
      return { title, ok: null, detail: (error as Error).message, remedy };
    }
  }));
}

/** Everything that a failover cluster must have for what its rows ask of it. */
export async function readPrerequisites(context: HypervContext, options: CallOptions = {}): Promise<Prerequisite[]> {
  const { backup } = hypervOptions(context.environment);
  const folder = backup?.directory;
  const ofCluster = askMember(context, 'read-cluster', clusterReading, options);
  const [nodes, cluster, membership, ofStorage, ofServerBackup] = await Promise.all([
    runOnEach(context, 'read-node', nodeReading, { ...options, parameters: { Folder: folder ?? '' } }),
    ofCluster,
    readMembership(context, 'patient', options),
    ofCluster.then(async ({ value }) => storage(context, value.health, options)),
    backup?.serverBackup === undefined ? [] : serverBackup(context, backup.serverBackup.volume, options),
  ]);
  const protectedRoles = new Set(membership.view?.groups.filter(({ type }) => type === 'VirtualMachine').map(({ name }) => name));
  return [
    ...[...nodes].flatMap(([node, answer]) => ofNode(node, answer, folder)),
    witness(cluster.value, context.environment.nodes.length),
    quarantine(cluster.value),
    ...networks(cluster.value),
    ...context.environment.guests.map(({ name, id }): Prerequisite => ({ title: `guest ${name} is a role of the cluster`, ok: protectedRoles.has(id), detail: protectedRoles.has(id) ? `role ${id}` : `there is no role ${id}`, remedy: `Run "Add-ClusterVirtualMachineRole -VMName ${id}" on a node.` })),
    ...ofStorage,
    ...ofServerBackup,
  ];
}
