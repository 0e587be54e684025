import { stepCeph } from './ceph.ts';
import { runProcess, startGuest } from './guests.ts';
import { stepLocalManager } from './local-manager.ts';
import { stepManager } from './manager.ts';
import { stepMembership } from './membership.ts';
import { stepSamples } from './samples.ts';
import { startTask, stepTasks } from './tasks.ts';
import { ordinaryWork } from './timings.ts';
import type { Work } from './timings.ts';
import { isUp } from './world.ts';
import type { GuestModel, NodeModel, RuleModel, World } from './world.ts';

export interface WorldOptions {
  nodes?: readonly string[];
  guests?: readonly (Pick<GuestModel, 'vmid' | 'node'> & Partial<GuestModel>)[];
  shutdownPolicy?: World['shutdownPolicy'];
  work?: Partial<Work>;
  /** Default: the boot of the guest. */
  programs?: World['programs'];
  /** An OSD on each node. Default: yes. */
  ceph?: boolean;
  /** Mirrors of ZFS by their nodes, each of two disks by their ids. Default: no node has ZFS. */
  mirrors?: readonly { node: string; name: string; disks: readonly string[] }[];
  /** Default: none. */
  rules?: readonly RuleModel[];
  epochS: number;
}

function nodeModel(name: string, id: number): NodeModel {
  return {
    name, id, address: `10.99.0.1${id}`, power: 'on', linked: true, upS: -3600, online: true, lostS: null, inquorateS: null, joinS: -3600, going: null, maintenance: false, slowLock: false,
    lrm: { state: 'idle', seenS: 0, lockS: null, roundS: 0, emptyRounds: 0, waitsUntilS: 0, results: new Map() },
  };
}

function guestModel({ vmid, node, kind = 'vm', ...rest }: NonNullable<WorldOptions['guests']>[number]): GuestModel {
  return { vmid, node, kind, process: null, lock: null, requested: 'started', haComment: '', failback: true, deaf: false, config: { name: `guest${vmid}`, memory: '192', agent: '1', scsi0: `shared:${vmid}/vm-${vmid}-disk-0.raw,size=1G`, net0: 'virtio=BC:24:11:AA:23:53,bridge=vmbr0', ...(kind === 'vm' ? { smbios1: `uuid=00000000-0000-4000-8000-${vmid.padStart(12, '0')}` } : {}) }, ...rest };
}

/** Guests without HA that are to start with their node do so, once. */
function stepStartAll(world: World, started: Map<string, number>): void {
  for (const node of world.nodes.values()) {
    if (!isUp(world, node) || !node.online || started.get(node.name) === node.upS) continue;
    started.set(node.name, node.upS);
    startTask(world, { node: node.name, type: 'startall', id: '', user: 'root@pam', forS: 1 });
    for (const guest of world.guests.values()) if (guest.node === node.name && guest.requested === null && guest.process === null && guest.config['onboot'] === '1') startGuest(world, guest, 'root@pam');
  }
}

/** What ZFS calls a disk of a mirror. */
export const modelDevice = (id: string): string => `ata-MODEL_${id}`;

/** A cluster at rest: every guest runs where it is, and HA has found its rhythm. */
export function createWorld({ nodes = ['pve1', 'pve2', 'pve3'], guests = [{ vmid: '100', node: 'pve3' }], shutdownPolicy = 'conditional', work = {}, programs = ({ process }) => `${process?.boot ?? ''}\n`, ceph = true, mirrors = [], rules = [], epochS }: WorldOptions): { world: World; advanceTo: (second: number) => void } {
  const world: World = {
    epochS, nowS: 0, clusterName: 'lab', shutdownPolicy, count: 0, work: { ...ordinaryWork, ...work }, programs,
    nodes: new Map(nodes.map((name, index) => [name, nodeModel(name, index + 1)])),
    guests: new Map(guests.map((guest) => [guest.vmid, guestModel(guest)])),
    tasks: [], samples: new Map(), backups: new Map(), backupWarnings: new Map(), pools: new Map(), replications: [], replicatedVolumes: new Set(),
    manager: { master: nodes[0] ?? null, masterSeenS: 0, roundS: 0, nodes: new Map(), lastOnlineS: new Map(), services: new Map(), orders: [] },
    osds: ceph ? nodes.map((node, index) => ({ id: String(index), node, present: true, stopped: false, up: true, changedS: -3600, isIn: true })) : [],
    rules: [...rules],
    zpools: mirrors.map(({ node, name, disks }) => ({ node, name, disks: disks.map((id) => ({ id, device: modelDevice(id), present: true, changedS: -3600 })) })),
  };
  for (const guest of world.guests.values()) if (guest.requested !== 'stopped' && guest.requested !== 'disabled') runProcess(world, guest);
  const started = new Map([...world.nodes.values()].map(({ name, upS }) => [name, upS]));
  const step = (): void => {
    world.nowS += 1;
    stepMembership(world);
    stepTasks(world);
    stepStartAll(world, started);
    stepManager(world);
    for (const node of world.nodes.values()) stepLocalManager(world, node);
    stepCeph(world);
    stepSamples(world);
  };
  const advanceTo = (second: number): void => {
    while (world.nowS + 1 <= second) step();
  };
  advanceTo(60);
  world.tasks = [];
  return { world, advanceTo };
}
