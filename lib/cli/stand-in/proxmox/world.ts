import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isUp } from '../../../platforms/proxmox/testing/model/world.ts';
import type { World } from '../../../platforms/proxmox/testing/model/world.ts';

/** The cluster as it is, past everything that the harness is told of it. */
export interface ProxmoxWorld {
  nodes: { name: string; isUp: boolean; isLinked: boolean; isDrained: boolean }[];
  /** `runsOn`: where its process is; `wanted`: of HA; `state`: what HA has it for. */
  guests: { name: string; node: string; runsOn: string | null; lock: string | null; wanted: string | null; state: string | null }[];
  disks: { id: string; isIn: boolean; isUp: boolean }[];
  archives: string[];
  /** Pools, the lock among them. */
  pools: string[];
  /** Tasks that run, and all that there ever were, by their kinds. */
  running: string[];
  begun: string[];
}

const fileOf = (folder: string): string => join(folder, 'world');

function worldOf(world: World): ProxmoxWorld {
  const { nodes, guests, osds, backups, pools, tasks, manager } = world;
  return {
    nodes: [...nodes.values()].map((node) => ({ name: node.name, isUp: isUp(world, node) && node.online, isLinked: node.linked, isDrained: node.maintenance })),
    guests: [...guests.values()].map(({ vmid, config, node, process, lock, requested }) => ({ name: config['name'] ?? config['hostname'] ?? vmid, node, runsOn: process?.node ?? null, lock, wanted: requested, state: [...manager.services.values()].find((service) => service.vmid === vmid)?.state ?? null })),
    disks: osds.map(({ id, present, up, isIn }) => ({ id: `osd.${id}`, isIn: present && isIn, isUp: up })),
    archives: [...backups.keys()],
    pools: [...pools.keys()],
    running: tasks.filter(({ endS }) => endS === null).map(({ type }) => type),
    begun: tasks.map(({ type }) => type),
  };
}

/** The way to write it down wherever it is another one than before. */
export function worldWriter(folder: string, world: World): () => void {
  let last = '';
  return () => {
    const text = JSON.stringify(worldOf(world));
    if (text === last) return;
    last = text;
    // Whoever reads finds it whole.
    writeFileSync(`${fileOf(folder)}.new`, text);
    renameSync(`${fileOf(folder)}.new`, fileOf(folder));
  };
}

export function readWorld(folder: string): ProxmoxWorld {
  return JSON.parse(readFileSync(fileOf(folder), 'utf8')) as ProxmoxWorld;
}
