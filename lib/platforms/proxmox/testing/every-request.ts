import type { ProxmoxRead, ProxmoxWrite } from '../request.ts';
import { write } from '../request.ts';
import { permissions } from '../requests/access.ts';
import { agentExec, agentExecStatus, agentFile, agentPing } from '../requests/agent.ts';
import { cephPools, cephStatus, osdTree } from '../requests/ceph.ts';
import { clusterLog, clusterOptions, clusterStatus, configuredVotes, hasQDevice, listedGuestsOfCluster } from '../requests/cluster.ts';
import { changeGuest, guestConfig, guestNow, guestsOfNode, migrateContainer, migrateVm, migrationPrecheck, removeGuest, restoreGuest, setGuestConfig } from '../requests/guests.ts';
import { haCurrent, haGroups, haManagerStatus, haResources, haRules, setHaState } from '../requests/ha.ts';
import { nodeCertificates, nodeNow, nodeReplication, nodeServices, nodes, nodeTime, shutNodeDown } from '../requests/nodes.ts';
import { backedUpConfig, listBackups, listDisks, nodeStorages, removeVolume, startBackup } from '../requests/storage.ts';
import { commentPool, makePool, pools, removePool } from '../requests/pools.ts';
import { clusterTasks, nodeTasks, stopTask, taskLogPage, taskStatus } from '../requests/tasks.ts';
import { version } from '../requests/version.ts';
import { zfsPool, zfsPools } from '../requests/zfs.ts';
import { z } from 'zod';

type Request = ProxmoxRead<unknown> | ProxmoxWrite<unknown>;

export interface RequestSample {
  /** Name of the function that makes it. */
  name: string;
  request: Request;
  /** First and last major version that has the call. */
  from?: number;
  until?: number;
}

const upid = 'UPID:pve1:0000038E:00047C42:6B008D9D:qmigrate:100:root@pam:';
const archive = 'shared:backup/vzdump-qemu-100-2026_11_20-18_13_25.vma.zst';

/** A sample of every request that the client can make, in the form that it has for a major version. */
export function everyRequest(major: number): RequestSample[] {
  const samples: [string, Request, Partial<RequestSample>?][] = [
    ['signIn', write('POST', '/access/ticket', {}, z.unknown(), { username: 'root@pam', password: 'secret' })],
    ['permissions', permissions()], ['version', version()],
    ['agentPing', agentPing('pve1', '100')], ['agentFile', agentFile('pve1', '100', '/proc/sys/kernel/random/boot_id')],
    ['agentExec', agentExec('pve1', '100', ['/bin/cat', '/proc/sys/kernel/random/boot_id'], major)], ['agentExecStatus', agentExecStatus('pve1', '100', 163)],
    ['cephStatus', cephStatus()], ['cephStatus', cephStatus('pve1')], ['osdTree', osdTree('pve1')], ['cephPools', cephPools('pve1')],
    ['clusterStatus', clusterStatus()], ['listedGuestsOfCluster', listedGuestsOfCluster()], ['configuredVotes', configuredVotes()], ['hasQDevice', hasQDevice()], ['pools', pools()], ['makePool', makePool('ha-acceptance', 'text')], ['commentPool', commentPool('ha-acceptance', 'text')], ['removePool', removePool('ha-acceptance')], ['clusterOptions', clusterOptions()], ['clusterLog', clusterLog(500)],
    ...(['vm', 'container'] as const).flatMap((kind): [string, Request][] => [
      ['guestNow', guestNow('pve1', kind, '100')], ['guestsOfNode', guestsOfNode('pve1', kind)], ['guestConfig', guestConfig('pve1', kind, '100')], ['guestConfig', guestConfig('pve1', kind, '100', { current: true })],
      ...(['start', 'shutdown', 'stop'] as const).map((change): [string, Request] => ['changeGuest', changeGuest('pve1', kind, '100', change)]),
      ['setGuestConfig', setGuestConfig('pve1', kind, '9100', { net0: 'virtio=BC:24:11:AA:23:53,bridge=vmbr0,link_down=1', onboot: false })],
      ['removeGuest', removeGuest('pve1', kind, '9100')], ['restoreGuest', restoreGuest('pve1', kind, '9100', archive, { storage: 'shared', description: 'text' })],
    ]),
    ['setGuestConfig', setGuestConfig('pve1', 'vm', '901', { delete: 'scsi1' })], ['setGuestConfig', setGuestConfig('pve1', 'vm', '901', { revert: 'scsi1' })], ['setGuestConfig', setGuestConfig('pve1', 'vm', '901', { scsi1: 'local-lvm:vm-901-disk-1,discard=on,size=32G' })],
    ['migrationPrecheck', migrationPrecheck('pve1', '100')], ['migrateVm', migrateVm('pve1', '100', 'pve2')], ['migrateContainer', migrateContainer('pve1', '101', 'pve2', 180)],
    ['haCurrent', haCurrent()], ['haManagerStatus', haManagerStatus()], ['haResources', haResources()],
    ['haRules', haRules(), { from: 9 }], ['haGroups', haGroups(), { until: 8 }],
    ...(['started', 'stopped', 'disabled', 'ignored'] as const).map((state): [string, Request] => ['setHaState', setHaState('vm:100', state)]), ['setHaState', setHaState('vm:100', 'started', 'text')], ['setHaState', setHaState('vm:100', 'started', '')],
    ['nodes', nodes()], ['nodeNow', nodeNow('pve1')], ['nodeTime', nodeTime('pve1')], ['shutNodeDown', shutNodeDown('pve1', 'shutdown')], ['shutNodeDown', shutNodeDown('pve1', 'reboot')],
    ['nodeServices', nodeServices('pve1')], ['nodeCertificates', nodeCertificates('pve1')], ['nodeReplication', nodeReplication('pve1')],
    ['nodeStorages', nodeStorages('pve1')], ['listBackups', listBackups('pve1', 'shared', '100')], ['removeVolume', removeVolume('pve1', 'shared', archive)], ['startBackup', startBackup('pve1', { vmid: '100', storage: 'shared', mode: 'snapshot', notes: 'ha-acceptance' })], ['listDisks', listDisks('pve1', 'shared', '9100')], ['backedUpConfig', backedUpConfig('pve1', archive)],
    ['clusterTasks', clusterTasks()], ['nodeTasks', nodeTasks('pve1', { vmid: '100', since: 1_795_198_445 })], ['taskStatus', taskStatus('pve1', upid)], ['taskLogPage', taskLogPage('pve1', upid, 0, 500)], ['stopTask', stopTask('pve1', upid)],
    ['zfsPools', zfsPools('pve1')], ['zfsPool', zfsPool('pve1', 'rpool')],
  ];
  return samples.map(([name, request, rest = {}]) => ({ name, request, ...rest }));
}
