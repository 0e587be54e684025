import type { StandInAnswer, StandInRequest } from '../../stand-in.ts';
import { hasMonitors, noMonitors } from '../ceph-monitors.ts';
import { cephPoolsOf, cephStatusOf, cephTreeOf } from '../ceph.ts';
import { startTask } from '../tasks.ts';
import type { GuestModel, World } from '../world.ts';
import { poolsOfNode, zfsListOf, zfsPoolOf } from '../zfs.ts';
import { clockOf, refuse, writing } from './handler.ts';
import type { Handler } from './handler.ts';

const storages = [
  { storage: 'local', type: 'dir', content: 'backup,iso,snippets,rootdir,images,vztmpl', active: 1, enabled: 1, shared: 0, avail: 235_000_000_000, total: 270_000_000_000, used: 35_000_000_000 },
  { storage: 'shared', type: 'dir', content: 'vztmpl,images,rootdir,iso,backup', active: 1, enabled: 1, shared: 1, avail: 235_000_000_000, total: 270_000_000_000, used: 35_000_000_000 },
];

const two = (value: number): string => String(value).padStart(2, '0');

/** The name that vzdump gives, by the clock of the node. */
function archiveName({ kind, vmid }: GuestModel, atS: number): string {
  const at = new Date(atS * 1000);
  const stamp = `${at.getUTCFullYear()}_${two(at.getUTCMonth() + 1)}_${two(at.getUTCDate())}-${two(at.getUTCHours())}_${two(at.getUTCMinutes())}_${two(at.getUTCSeconds())}`;
  return kind === 'vm' ? `vzdump-qemu-${vmid}-${stamp}.vma.zst` : `vzdump-lxc-${vmid}-${stamp}.tar.zst`;
}

/** Unknown guests and storages get a task all the same, which fails; a guest of another node gets none, and no backup (vzdump-*). */
const vzdump: Handler = writing((world, { node, user, values }) => {
  const { vmid = '', storage = 'local', mode = 'snapshot', 'notes-template': notes = '' } = values;
  const guest = world.guests.get(vmid);
  if (guest !== undefined && guest.node !== node) return { data: 'OK' };
  const head = `INFO: starting new backup job: vzdump ${vmid} --mode ${mode} --node ${node} --storage ${storage}${notes === '' ? '' : ` --notes-template '${notes}'`}`;
  const fail = (log: readonly string[], status: string): StandInAnswer => ({ data: startTask(world, { node, type: 'vzdump', id: vmid, user, forS: 1, log, finish: () => status }) });
  if (!storages.some((each) => each.storage === storage)) return fail([], `could not activate storage '${storage}': storage '${storage}' does not exist`);
  if (guest === undefined) return fail([head, `ERROR: Backup of VM ${vmid} failed - unable to find VM '${vmid}'`, 'INFO: Backup job finished with errors'], 'job errors');
  if (guest.lock !== null) return fail([head, `ERROR: Backup of VM ${vmid} failed - VM is locked (${guest.lock})`, 'INFO: Backup job finished with errors'], 'job errors');
  guest.lock = 'backup';
  const ctime = clockOf(world);
  const name = archiveName(guest, ctime);
  const warnings = world.backupWarnings.get(vmid) ?? 0;
  const log = [head, `INFO: Starting Backup of VM ${vmid} (${guest.kind === 'vm' ? 'qemu' : 'lxc'})`, 'INFO: status = running', `INFO: VM Name: ${guest.config['name'] ?? ''}`, `INFO: backup mode: ${mode}`, `INFO: creating vzdump archive '/mnt/shared/dump/${name}'`];
  return { data: startTask(world, { node, type: 'vzdump', id: vmid, user, forS: world.work.backup, log: warnings === 0 ? log : [...log, ...Array.from({ length: warnings }, () => 'WARN: something is not as it should be')], finish: () => {
    guest.lock = null;
    const volid = `${storage}:backup/${name}`;
    world.backups.set(volid, { volid, vmid, kind: guest.kind, ctime, size: 37_253, notes, config: { ...guest.config } });
    return warnings === 0 ? 'OK' : `WARNINGS: ${warnings}`;
  } }) };
});

const driveKey = /^(?:scsi|virtio|sata|ide|rootfs|mp|unused)\d*$/;

/** Disks of the guests, as their configurations name them. */
const disks = (world: World): { volid: string; vmid: number; content: string; size: number }[] => [...world.guests.values()].flatMap(({ vmid, kind, config }) => Object.entries(config).flatMap(([key, drive]) => {
  const [volid = ''] = drive.split(',');
  return driveKey.test(key) && volid.includes(':') ? [{ volid, vmid: Number(vmid), content: kind === 'vm' ? 'images' : 'rootdir', size: 1_073_741_824 }] : [];
}));

const content: Handler = (world, { node, values }) => {
  const backups = [...world.backups.values()].map(({ volid, vmid, kind, ctime, size, notes }) => ({ volid, vmid: Number(vmid), ctime, size, content: 'backup', subtype: kind === 'vm' ? 'qemu' : 'lxc', format: kind === 'vm' ? 'vma.zst' : 'tar.zst', ...(notes === '' ? {} : { notes }) }));
  const replicated = [...world.replicatedVolumes].flatMap((entry) => {
    const [at, volid = ''] = entry.split(' ');
    return at === node ? [{ volid, vmid: Number(/vm-(\d+)-/.exec(volid)?.[1]), content: 'images', size: 1_073_741_824 }] : [];
  });
  // What a node has for itself is listed by that node alone.
  const own = disks(world).filter(({ volid, vmid }) => storages.find(({ storage }) => volid.startsWith(`${storage}:`))?.shared !== 0 || world.guests.get(String(vmid))?.node === node);
  const wanted = [...backups, ...own, ...replicated].filter((row) => row.volid.startsWith(`${values['storage'] ?? ''}:`) && (values['vmid'] === undefined || String(row.vmid) === values['vmid']) && (values['content'] === undefined || row.content === values['content']));
  return { data: wanted };
};

const extractConfig: Handler = (world, { values }) => {
  const backup = world.backups.get(values['volume'] ?? '');
  return backup === undefined ? refuse(`volume '${values['volume'] ?? ''}' does not exist`) : { data: Object.entries(backup.config).map(([key, value]) => `${key}: ${value}\n`).join('') };
};

const removeVolume: Handler = writing((world, { node, user, values }) => {
  const { volume = '', storage = '' } = values;
  const volid = volume.includes(':') ? volume : `${storage}:${volume}`;
  return { data: startTask(world, { node, type: 'imgdel', id: volid, user, forS: 1, finish: () => (world.backups.delete(volid) ? 'OK' : `unable to remove '${volid}': no such file`) }) };
});

/** What the request means and not the configuration that is to replace the backup's. */
const restoreOnly = new Set(['node', 'vmid', 'archive', 'ostemplate', 'restore', 'storage', 'unique', 'start']);

/** What `unique` makes anew: addresses of interfaces and the SMBIOS id (QemuServer.pm, restore_update_config_line). */
function renewed(world: World, vmid: string, config: Readonly<Record<string, string>>): Record<string, string> {
  const address = `BC:24:11:00:${vmid.slice(-4, -2) || '00'}:${vmid.slice(-2)}`;
  return Object.fromEntries(Object.entries(config).flatMap(([key, value]): [string, string][] => {
    if (/^net\d+$/.test(key)) return [[key, value.replace(/([0-9A-F]{2}:){5}[0-9A-F]{2}/i, address)]];
    return key === 'smbios1' ? [[key, value.replace(/uuid=[\w-]+/, `uuid=00000000-0000-4000-9000-${String((world.count += 1)).padStart(12, '0')}`)]] : [];
  }));
}

/**
 * A guest from a backup, with addresses of its own where that is asked. Until it is there it is locked, and its configuration empty; that
 * stays so when its node dies on the way, and without the lock when the restoration fails ("VM state is NOT cleaned up", API2/Qemu.pm).
 */
function restore(kind: GuestModel['kind'], world: World, { node, user, values }: StandInRequest): StandInAnswer {
  const { vmid = '', unique } = values;
  const archive = (kind === 'vm' ? values['archive'] : values['ostemplate']) ?? '';
  if (world.guests.has(vmid)) return refuse(`unable to restore VM ${vmid} - VM ${vmid} already exists on node '${world.guests.get(vmid)?.node ?? ''}'`);
  const backup = world.backups.get(archive);
  if (backup === undefined || backup.kind !== kind) return refuse(`volume '${archive}' does not exist`);
  const given = Object.fromEntries(Object.entries(values).filter(([key]) => !restoreOnly.has(key)));
  const guest: GuestModel = { vmid, kind, node, process: null, lock: 'create', requested: null, haComment: '', failback: true, deaf: false, config: {} };
  world.guests.set(vmid, guest);
  return { data: startTask(world, { node, type: kind === 'vm' ? 'qmrestore' : 'vzrestore', id: vmid, user, forS: world.work.restore, finish: () => {
    guest.lock = null;
    if (!world.backups.has(archive)) return `unable to open file '${archive}': No such file or directory`;
    guest.config = { ...backup.config, scsi0: `shared:${vmid}/vm-${vmid}-disk-0.raw,size=1G`, ...(unique === '1' ? renewed(world, vmid, backup.config) : {}), ...given };
    return 'OK';
  } }) };
}

const withCeph = (then: (world: World, request: StandInRequest) => unknown): Handler => (world, request) => {
  if (!world.osds.some(({ node }) => node === request.node)) return refuse('binary not installed: /usr/bin/ceph-mon');
  if (!hasMonitors(world, request.node)) return refuse(noMonitors);
  return { data: then(world, request) };
};

export const storageAnswers: Readonly<Record<string, Handler>> = {
  'GET /nodes/{node}/storage': () => ({ data: storages }),
  'GET /nodes/{node}/storage/{storage}/content': content,
  'DELETE /nodes/{node}/storage/{storage}/content/{volume}': removeVolume,
  'GET /nodes/{node}/vzdump/extractconfig': extractConfig,
  'POST /nodes/{node}/vzdump': vzdump,
  'POST /nodes/{node}/qemu': writing((world, request) => restore('vm', world, request)),
  'POST /nodes/{node}/lxc': writing((world, request) => restore('container', world, request)),
  'GET /cluster/ceph/status': withCeph((world, { node }) => cephStatusOf(world, node)),
  'GET /nodes/{node}/ceph/status': withCeph((world, { node }) => cephStatusOf(world, node)),
  'GET /nodes/{node}/ceph/osd': withCeph(cephTreeOf),
  'GET /nodes/{node}/ceph/pool': withCeph(cephPoolsOf),
  'GET /nodes/{node}/disks/zfs': (world, { node }) => (poolsOfNode(world, node).length === 0 ? refuse('zfsutils-linux not installed') : { data: zfsListOf(world, node) }),
  'GET /nodes/{node}/disks/zfs/{name}': (world, { node, values }) => {
    const pool = poolsOfNode(world, node).find(({ name }) => name === values['name']);
    return pool === undefined ? refuse(poolsOfNode(world, node).length === 0 ? 'zfsutils-linux not installed' : `command '/sbin/zpool status -P ${values['name'] ?? ''}' failed: exit code 1`) : { data: zfsPoolOf(world, pool) };
  },
};
