import { startStandIn } from '../stand-in.ts';
import type { StandIn, StandInAnswer, StandInRequest } from '../stand-in.ts';
import type { ModelCluster } from './model-cluster.ts';
import { nodeOf } from './world.ts';

const host = 'parent1';
const firstGuest = 901;

/** A Proxmox VE of which the nodes of a model are guests: what is done to a guest there happens to the node. */
export interface ParentOfModel {
  standIn: StandIn;
  /** Guest of a node, by its number. */
  guestOf(node: string): string;
  /** Slot and drive of an OSD. */
  driveOf(osd: string): { slot: string; drive: string };
  close(): Promise<void>;
}

/** Starts the parent: one host, a guest a node (901 and following), a drive an OSD. The shapes are those of its children's own API. */
export async function startParentOf(cluster: ModelCluster): Promise<ParentOfModel> {
  const { world } = cluster;
  const names = [...world.nodes.keys()];
  const guestOf = (node: string): string => String(firstGuest + names.indexOf(node));
  const nodeBehind = (vmid: string | undefined): string => names[Number(vmid) - firstGuest] ?? '';
  const driveOf = (osd: string): { slot: string; drive: string } => ({ slot: `scsi${Number(osd) + 1}`, drive: `local-lvm:vm-${guestOf(world.osds.find(({ id }) => id === osd)?.node ?? '')}-disk-${osd},serial=osd${osd},size=32G` });
  const tasks = new Map<string, 'running' | 'stopped'>();
  const begin = (type: string, vmid: string, act: () => Promise<void>): StandInAnswer => {
    const upid = `UPID:${host}:${(tasks.size + 1).toString(16).toUpperCase().padStart(8, '0')}:00000001:6B008D9D:${type}:${vmid}:harness@pve!acceptance:`;
    tasks.set(upid, 'running');
    void act().then(() => tasks.set(upid, 'stopped'));
    return { data: upid };
  };
  const config = (node: string): Record<string, string> => ({ name: node, memory: '8192', ...Object.fromEntries(world.osds.filter((osd) => osd.node === node && osd.present).map(({ id }) => [driveOf(id).slot, driveOf(id).drive])) });
  const change = (node: string, values: Record<string, string>): StandInAnswer => {
    for (const osd of world.osds.filter((each) => each.node === node)) {
      const { slot } = driveOf(osd.id);
      // Its daemon ends with its disk, and systemd gives it up: it does not run again by itself when the disk is back.
      if (values['delete'] === slot) Object.assign(osd, { present: false, stopped: true });
      if (values[slot] !== undefined) osd.present = true;
    }
    return { data: null };
  };
  const answer = ({ call, values }: StandInRequest): StandInAnswer => {
    const { vmid = '', upid = '' } = values;
    const node = nodeBehind(vmid);
    switch (call) {
      case 'GET /cluster/resources': return { data: names.map((name) => ({ type: 'qemu', vmid: Number(guestOf(name)), name, node: host, status: 'unknown' })) };
      case 'GET /nodes/{node}/qemu/{vmid}/status/current': return { data: { status: nodeOf(world, node).power === 'on' ? 'running' : 'stopped', ha: { managed: 0 } } };
      case 'GET /nodes/{node}/qemu/{vmid}/config': return { data: config(node) };
      case 'PUT /nodes/{node}/qemu/{vmid}/config': return change(node, values);
      case 'POST /nodes/{node}/qemu/{vmid}/status/stop': return begin('qmstop', vmid, () => cluster.power(node, 'off'));
      case 'POST /nodes/{node}/qemu/{vmid}/status/start': return begin('qmstart', vmid, () => cluster.power(node, 'on'));
      case 'GET /nodes/{node}/tasks': return { data: [] };
      case 'GET /nodes/{node}/tasks/{upid}/status': return { data: { status: tasks.get(upid), ...(tasks.get(upid) === 'stopped' ? { exitstatus: 'OK' } : {}) } };
      case 'GET /nodes/{node}/tasks/{upid}/log': return { data: tasks.get(upid) === 'stopped' ? [{ n: 1, t: 'TASK OK' }] : [] };
      default: return { status: 501, reason: `Method '${call}' not implemented` };
    }
  };
  const standIn = await startStandIn({ clock: cluster.clock, answer, nodes: [host] });
  return { standIn, guestOf, driveOf, close: () => standIn.close() };
}
