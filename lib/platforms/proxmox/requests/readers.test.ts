import { describe, expect, test } from 'vitest';
import { storageState } from '../../ceph/storage.ts';
import type { ProxmoxRequest } from '../request.ts';
import { recordedAnswer, recordedData } from '../testing/recorded.ts';
import { agentExec, agentExecStatus, agentPing } from './agent.ts';
import { cephPools, cephStatus, osdTree } from './ceph.ts';
import { clusterLog, clusterOptions, clusterStatus, listedGuestsOfCluster } from './cluster.ts';
import { guestConfig, guestNow, guestsOfNode, migrationPrecheck } from './guests.ts';
import { haCurrent, haGroups, haManagerStatus, haResources, haRules } from './ha.ts';
import { nodeCertificates, nodeNow, nodeReplication, nodes, nodeServices, nodeTime } from './nodes.ts';
import { listBackups, nodeStorages } from './storage.ts';
import { clusterTasks, nodeTasks, taskLogPage, taskStatus } from './tasks.ts';
import { version } from './version.ts';
import { zfsPool, zfsPools } from './zfs.ts';

/** A recorded answer, read; also with its lists turned round, because their order is random on every call. */
function readRecorded<T>(request: ProxmoxRequest<T>, name: string): T {
  return request.answer.parse(recordedData(name));
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).toReversed();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reversed(inner)]).toReversed());
}

describe('cluster', () => {
  test('version', () => {
    expect(readRecorded(version(), 'version')).toEqual({ text: '9.1.3', major: 9 });
    expect(version().answer.safeParse({ version: 'x' }).success).toBe(false);
  });

  test('membership, whatever the order of the answer', () => {
    const request = clusterStatus();
    expect(readRecorded(request, 'cluster-status-node-dead')).toEqual({
      name: 'lab', quorate: true,
      nodes: [{ name: 'pve1', online: true, address: '10.99.0.11', id: 1, local: true }, { name: 'pve2', online: true, address: '10.99.0.12', id: 2, local: false }, { name: 'pve3', online: false, address: '10.99.0.13', id: 3, local: false }],
    });
    expect(request.answer.parse(reversed(recordedData('cluster-status-node-dead')))).toEqual(readRecorded(request, 'cluster-status-node-dead'));
    expect(readRecorded(request, 'noquorum-cluster-status')).toMatchObject({ quorate: false, nodes: [{ name: 'pve1', online: false }, { name: 'pve3', online: true }] });
  });

  test('an entry of a kind that is not known is let pass, and a node that is not whole is not', () => {
    const rows = recordedData('cluster-status') as object[];
    expect(clusterStatus().answer.parse([...rows, { type: 'witness', name: 'w' }])).toEqual(readRecorded(clusterStatus(), 'cluster-status'));
    expect(clusterStatus().answer.safeParse([...rows, { type: 'node', name: 'pve4' }]).success).toBe(false);
  });

  test('a node in no cluster has no name of a cluster, and is its own majority', () => {
    // Invented after the documentation: such a node answers with itself alone.
    expect(clusterStatus().answer.parse([{ type: 'node', name: 'solo', online: 1, ip: '192.0.2.1', nodeid: 0, local: 1, id: 'node/solo', level: '' }])).toEqual({ name: null, quorate: true, nodes: [{ name: 'solo', online: true, address: '192.0.2.1', id: null, local: true }] });
  });

  test('guests and where they are; their status is called cached, because a dead node keeps "running"', () => {
    expect(readRecorded(listedGuestsOfCluster(), 'cluster-resources-node-dead')).toEqual([{ id: '100', kind: 'vm', name: 'guest100', node: 'pve1', cachedStatus: 'running', haState: 'started', lock: null, template: false }]);
  });

  test('options and the log', () => {
    expect(readRecorded(clusterOptions(), 'options-get')).toEqual({ shutdownPolicy: 'conditional', set: { mac_prefix: 'BC:24:11', migration: 'type=insecure' } });
    const log = readRecorded(clusterLog(60), 'cluster-log-final');
    expect(log.at(-1)).toEqual({ node: 'pve2', time: 1795199234, tag: 'pve-ha-lrm', user: 'root@pam', text: 'end task UPID:pve2:00000533:0005CECF:6B009100:qmstart:100:root@pam: OK' });
    expect(log.map(({ time }) => time)).toEqual(log.map(({ time }) => time).toSorted((one, other) => one - other));
  });

  // Documented: `ha` of datacenter.cfg as object (parsed) and as text.
  test.each([[{ ha: { shutdown_policy: 'migrate' } }, 'migrate'], [{ ha: 'shutdown_policy=freeze' }, 'freeze'], [{ ha: { crs: 'x' } }, 'conditional'], [{}, 'conditional']])('the shutdown policy of %j is %s', (options, policy) => {
    expect(clusterOptions().answer.parse(options).shutdownPolicy).toBe(policy);
  });

  test('a shutdown policy that nobody knows is no answer', () => {
    expect(clusterOptions().answer.safeParse({ ha: { shutdown_policy: 'pray' } }).success).toBe(false);
  });
});

describe('HA', () => {
  test('current: manager, resource managers, services', () => {
    expect(readRecorded(haCurrent(), 'ha-current-after-failover')).toEqual({
      quorate: true, master: { node: 'pve1', alive: true },
      lrms: expect.arrayContaining([{ node: 'pve1', state: 'active', text: 'active' }, { node: 'pve3', state: 'old-timestamp', text: 'old timestamp - dead?' }]) as unknown,
      services: [{ sid: 'vm:100', node: 'pve1', state: 'started', crmState: 'started', requested: 'started' }],
    });
    expect(haCurrent().answer.parse(reversed(recordedData('ha-current-failback'))).services).toEqual([{ sid: 'vm:100', node: 'pve2', state: 'migrate', crmState: 'migrate', requested: 'started' }]);
    expect(readRecorded(haCurrent(), 'ha-current-stopping').services[0]).toMatchObject({ state: 'request_stop', requested: 'stopped' });
  });

  test('an idle HA stack has quorum and nothing else', () => {
    expect(readRecorded(haCurrent(), 'ha-current-idle')).toEqual({ quorate: true, master: null, lrms: [], services: [] });
    expect(readRecorded(haManagerStatus(), 'ha-manager-status')).toEqual({ master: null, timestamp: null, nodes: {}, services: {}, results: [] });
  });

  test('without quorum everything is frozen: the manager is dead and the service still "started" on the dead node', () => {
    const { quorate, master, services } = readRecorded(haCurrent(), 'noquorum-ha-current');
    expect({ quorate, master, services }).toMatchObject({ quorate: false, master: { node: 'pve1', alive: false }, services: [{ node: 'pve1', state: 'started' }] });
  });

  // Documented wording (HA/LRM.pm, API2/HA/Status.pm); the states that were not recorded.
  test.each([['pve1 (maintenance mode, Fri Nov 20 18:14:01 2026)', 'maintenance'], ['pve1 (restart mode, x)', 'restart'], ['pve1 (shutdown mode, x)', 'shutdown'], ['pve1 (wait_for_agent_lock, x)', 'wait-for-lock'], ['pve1 (lost agent lock, x)', 'lost-lock'], ['pve1 (something new, x)', 'other'], ['pve1 (idle', 'idle']])('"%s" is %s', (status, state) => {
    expect(haCurrent().answer.parse([{ id: 'lrm:pve1', type: 'lrm', node: 'pve1', status }]).lrms[0]?.state).toBe(state);
  });

  test('manager status: nodes as it judges them, services confirmed or not', () => {
    expect(readRecorded(haManagerStatus(), 'ha-manager-after-failover')).toMatchObject({ master: 'pve1', timestamp: 1795198716, nodes: { pve1: 'online', pve2: 'online', pve3: 'unknown' }, services: { 'vm:100': { node: 'pve1', state: 'started', target: null, confirmed: true } } });
    const started = readRecorded(haManagerStatus(), 'ha-manager-status-started');
    expect(started.services['vm:100']?.confirmed).toBe(false);
    expect(haManagerStatus().answer.parse({ manager_status: {}, lrm_status: { pve1: { results: { x: { sid: 'vm:100', state: 'migrate', exit_code: null } } } } }).results).toEqual([{ node: 'pve1', sid: 'vm:100', state: 'migrate', exitCode: null }]);
    expect(started.results).toContainEqual({ node: 'pve2', sid: 'vm:100', state: 'migrate', exitCode: 0 });
  });

  test('resources and rules', () => {
    expect(readRecorded(haResources(), 'ha-resources')).toEqual([{ sid: 'vm:100', state: 'started', group: null, maxRestart: 1, maxRelocate: 1, failback: null, comment: '' }]);
    expect(readRecorded(haRules(), 'ha-rules')).toEqual([{ name: 'keep1', kind: 'node-affinity', sids: ['vm:100'], nodes: { pve1: 2, pve2: 1 }, strict: false, failback: null }]);
  });

  test('rules about services among each other; those that are switched off, or contradict others, are not in force', () => {
    // Invented in the shape of API2/HA/Rules.pm of 9.1.
    const pair = { rule: 'pair', type: 'resource-affinity', affinity: 'positive', resources: 'vm:100,vm:101', order: 1, digest: 'x' };
    const answer = [pair, { ...pair, rule: 'off', disable: 1 }, { ...pair, rule: 'ignored', affinity: 'negative', errors: { resources: ['rule shares two or more resources with a positive resource affinity rule'] } }];
    expect(haRules().answer.parse(answer)).toEqual([{ name: 'pair', kind: 'resource-affinity', sids: ['vm:100', 'vm:101'], nodes: {}, strict: false, failback: null, affinity: 'positive' }]);
  });

  test('groups of PVE 7 and 8', () => {
    // Invented after the documentation of /cluster/ha/groups.
    expect(haGroups().answer.parse([{ group: 'g1', type: 'group', nodes: 'pve1:2,pve2', restricted: 1, nofailback: '1', digest: 'x' }])).toEqual([{ name: 'g1', kind: 'group', sids: [], nodes: { pve1: 2, pve2: 0 }, strict: true, failback: false }]);
  });
});

describe('tasks', () => {
  test('status and log of tasks that ended well and badly', () => {
    expect(readRecorded(taskStatus('pve1', 'x'), 'migrate100-nonha-status')).toEqual({ running: false, exitStatus: 'OK' });
    expect(readRecorded(taskStatus('pve1', 'x'), 'vzdump-nosuchvm-status')).toEqual({ running: false, exitStatus: 'job errors' });
    expect(taskStatus('pve1', 'x').answer.parse({ status: 'running', upid: 'x' })).toEqual({ running: true, exitStatus: null });
    const log = taskLogPage('pve1', 'x', 0, 500);
    expect(readRecorded(log, 'vzdump-nosuchvm-log').at(-1)).toBe('TASK ERROR: job errors');
    expect(log.answer.parse(reversed(recordedData('migrate100-nonha-log')))).toEqual(readRecorded(log, 'migrate100-nonha-log'));
  });

  test('lists of tasks', () => {
    expect(readRecorded(nodeTasks('pve2'), 'tasks-vmid').map(({ type, status }) => [type, status])).toEqual([['qmigrate', 'OK'], ['hamigrate', 'OK'], ['vzdump', 'OK'], ['qmstart', 'OK']]);
    const tasks = readRecorded(clusterTasks(), 'cluster-tasks-final');
    expect(tasks.find(({ type, id }) => type === 'vzdump' && id === '999')).toMatchObject({ status: 'job errors', node: 'pve2', startTime: 1795199159, endTime: 1795199159 });
    // Tasks are listed even while pvedaemon hangs on that node.
    expect(readRecorded(nodeTasks('pve2'), 'hung-pvedaemon')).toHaveLength(11);
    expect(clusterTasks().answer.parse([{ upid: 'u', node: 'n', type: 'qmstart', id: '100', user: 'root@pam', starttime: 1 }])[0]).toMatchObject({ endTime: null, status: null });
  });
});

describe('guests', () => {
  test('a guest now, by its own node', () => {
    expect(readRecorded(guestNow('pve1', 'vm', '100'), 'vm100-recovered')).toEqual({ running: true, qmpStatus: 'running', uptimeS: 95, pid: 1072, lock: null, haManaged: true, agentConfigured: true });
    expect(readRecorded(guestNow('pve1', 'vm', '100'), 'vm100-current')).toMatchObject({ running: true, haManaged: false });
    expect(readRecorded(guestsOfNode('pve2', 'vm'), 'nodes-qemu')).toEqual([{ vmid: '100', running: true, uptimeS: 117 }]);
  });

  test('configuration and precheck of a migration', () => {
    expect(readRecorded(guestConfig('pve2', 'vm', '9100'), 'restored-config')).toMatchObject({ net0: 'virtio=BC:24:11:AA:23:53,bridge=vmbr0', cores: '1', agent: '1' });
    expect(readRecorded(migrationPrecheck('pve2', '9100'), 'migrate-preconditions')).toEqual({ running: true, allowed: ['pve1', 'pve3'], localDisks: [], localResources: [], blocked: [], dependents: [] });
  });

  test('the agent', () => {
    expect(readRecorded(agentPing('pve2', '9100'), 'restored-agent-ping-3')).toBe(true);
    expect(readRecorded(agentExec('pve1', '100', ['x'], 9), 'agent-exec')).toBe(163);
    expect(readRecorded(agentExecStatus('pve1', '100', 163), 'agent-exec-status')).toEqual({ exited: true, exitCode: 0, stdout: 'hello\n', stderr: '', truncated: false });
  });

  test('the result of a program is asked for once: the second reading is an error', () => {
    expect(agentExecStatus('pve1', '100', 163).kind).toBe('write');
    expect(recordedAnswer('agent-exec-status-proxied')).toMatchObject({ status: 500, reason: 'Agent error: PID ld does not exist' });
  });

  test('before PVE 8 a command is one text with NULs, so that nothing in it is split', () => {
    expect(agentExec('n', '100', ['/bin/echo', 'a,b c'], 7).params).toEqual({ command: '/bin/echo\0a,b c\0' });
    expect(agentExec('n', '100', ['/bin/echo', 'a,b c'], 8).params).toEqual({ command: ['/bin/echo', 'a,b c'] });
  });
});

describe('nodes and storage', () => {
  test('nodes, their state and their certificates', () => {
    expect(readRecorded(nodes(), 'nodes')).toContainEqual({ name: 'pve2', fingerprint: '22:49:C1:65:95:AE:71:3A:B0:81:8C:C0:B4:7B:42:4F:10:B4:FA:AE:9B:19:1D:C4:B7:40:F2:ED:B2:F1:CF:04' });
    expect(readRecorded(nodes(), 'token-privsep-noacl-nodes')).toHaveLength(3);
    expect(readRecorded(nodeNow('pve1'), 'node-status')).toMatchObject({ uptimeS: 1988, version: 'pve-manager/9.1.3/2a3384a4source', memoryFreeBytes: 18125688832 });
    const certificates = readRecorded(nodeCertificates('pve2'), 'certs');
    expect(certificates.find(({ file }) => file === 'pve-root-ca.pem')).toMatchObject({ issuer: expect.stringContaining('PVE Cluster Manager CA') as string, pem: expect.stringContaining('BEGIN CERTIFICATE') as string });
    expect(readRecorded(nodeServices('pve1'), 'services')).toContainEqual({ name: 'pve-ha-crm', running: true });
    expect(nodeTime('pve1').answer.parse({ time: 1795199234, localtime: 1795199234, timezone: 'UTC' })).toBe(1795199234);
  });

  test('backups are evidence only as they are listed', () => {
    expect(readRecorded(listBackups('pve2', 'shared', '100'), 'backup-content')).toEqual([{ volume: 'shared:backup/vzdump-qemu-100-2026_11_20-18_13_25.vma.zst', vmid: '100', createdAt: 1795198405, bytes: 37253, verified: null, encrypted: false, notes: '' }]);
  });

  test('shapes that no recording has', () => {
    // Invented after the official schema: a backup on Proxmox Backup Server, storages, replication, a ZFS mirror that lost a disk.
    expect(listBackups('n', 'pbs', '100').answer.parse([{ volid: 'pbs:backup/vm/100/2026-11-20T18:00:00Z', vmid: 100, ctime: 1, size: 2, verification: { state: 'failed', upid: 'x' }, encrypted: '1' }])[0]).toMatchObject({ verified: 'failed', encrypted: true });
    expect(nodeStorages('n').answer.parse([{ storage: 'shared', type: 'dir', content: 'backup,images', active: 1, enabled: 1, shared: 1, avail: 5 }, { storage: 'off', type: 'dir', content: 'backup', active: 0 }])).toEqual([{ name: 'shared', type: 'dir', content: ['backup', 'images'], active: true, shared: true, availableBytes: 5 }, { name: 'off', type: 'dir', content: ['backup'], active: false, shared: false, availableBytes: null }]);
    expect(nodeReplication('n').answer.parse([{ id: '100-0', guest: 100, target: 'pve2', last_sync: 7, next_sync: 907, fail_count: 1, error: 'no' }, { id: '101-0', guest: '101', target: 'pve2', last_sync: 0 }])).toEqual([{ id: '100-0', guest: '100', target: 'pve2', lastSync: 7, nextSync: 907, failures: 1, error: 'no', running: false }, { id: '101-0', guest: '101', target: 'pve2', lastSync: null, nextSync: null, failures: 0, error: null, running: false }]);
    expect(zfsPools('n').answer.parse([{ name: 'rpool', health: 'DEGRADED', size: 1 }])).toEqual([{ name: 'rpool', health: 'DEGRADED' }]);
    expect(zfsPool('n', 'rpool').answer.parse({ name: 'rpool', state: 'DEGRADED', errors: 'No known data errors', children: [{ name: 'mirror-0', state: 'DEGRADED', leaf: 0, children: [{ name: 'sda', state: 'ONLINE', leaf: 1 }, { name: 'sdb', state: 'REMOVED', msg: 'was sdb', leaf: 1 }] }] }).children[0]?.children[1]).toEqual({ name: 'sdb', state: 'REMOVED', message: 'was sdb', children: [] });
  });
});

describe('Ceph', () => {
  const state = (status: string, tree = 'ceph-osd-tree-healthy') => storageState({ status: readRecorded(cephStatus(), status), tree: readRecorded(osdTree('pve3'), tree), pools: readRecorded(cephPools('pve3'), 'ceph-pools') });

  test('a cluster with warnings about nothing of its data is healthy, redundant and serves; they are told', () => {
    expect(state('ceph-cluster-status-healthy').warnings).toEqual(expect.arrayContaining([{ name: 'MGR_MODULE_DEPENDENCY', says: '13 mgr modules have failed dependencies' }, { name: 'MON_DISK_LOW', says: 'mon pve3 is low on available space', follows: 'time' }]));
    expect(state('ceph-cluster-status-healthy')).toMatchObject({ healthy: true, redundant: true, redundancyShare: 1, serving: true, repairing: false, copies: { wanted: 3, minimum: 2 }, disks: [{ id: 'osd.2', node: 'pve3', up: true, inUse: true }, { id: 'osd.1' }, { id: 'osd.0' }] });
  });

  test.each([
    ['a disk just gone, and nothing has noticed but one check', 'ceph-degraded-t1', { healthy: false, redundancyShare: 1, serving: true }],
    ['placement groups peering', 'ceph-degraded-t2', { healthy: false, serving: false, redundant: false }],
    ['degraded and serving', 'ceph-degraded-t3', { healthy: false, serving: true, redundant: false, redundancyShare: 0 }],
    ['fewer copies than the minimum: no input or output, though health is only a warning', 'ceph-minsize-t1', { healthy: false, serving: false, redundant: false }],
    ['the disk is up again and its data is not', 'ceph-recover-t1', { healthy: false, redundant: false }],
    ['clean again', 'ceph-recover-t2', { healthy: true, redundant: true, redundancyShare: 1, serving: true }],
  ])('%s', (_what, status, expected) => {
    expect(state(status)).toMatchObject(expected);
  });

  test('a disk that is down is no redundancy, whatever the placement groups still say', () => {
    expect(state('ceph-degraded-t1', 'ceph-osd-tree-down')).toMatchObject({ redundant: false, disks: expect.arrayContaining([{ id: 'osd.2', node: 'pve3', up: false, inUse: true }]) as unknown });
  });
});
