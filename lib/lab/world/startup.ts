import { setTimeout as sleep } from 'node:timers/promises';
import { labGuests, labNodes } from '../topology.ts';
import { clusterView, guestAnswers, storageView } from './health.ts';
import type { NodeMachine } from './node-machine.ts';

/** A step of the start that was reached, and when (ms since the start). */
export interface Milestone {
  name: string;
  afterMs: number;
}

const pollMs = 200;
const storagePollMs = 500;
const stableReadings = 2;

async function until(condition: () => Promise<boolean>, everyMs: number): Promise<void> {
  while (!(await condition())) await sleep(everyMs);
}

/**
 * Watches the start until everything is there. Each look by a command costs processor time that the nodes need for booting, so the
 * guests are asked first, which costs nothing: when they answer, the cluster and the storage serve, and their own word comes last.
 */
export async function watchStartup(machines: readonly NodeMachine[], reached: (name: string) => void): Promise<void> {
  await Promise.all(labGuests.map(async (guest) => {
    await until(() => guestAnswers(guest.name), pollMs);
    reached(`guest ${guest.name} answers at ${guest.address}`);
  }));
  await until(async () => {
    const view = await clusterView(machines);
    return view !== null && view.quorate && labNodes.every((node) => view.online.has(node.name));
  }, pollMs);
  reached('all nodes are members of the cluster, with quorum');
  let stable = 0;
  await until(async () => {
    stable = (await storageView(machines)).healthy ? stable + 1 : 0;
    return stable >= stableReadings;
  }, storagePollMs);
  reached('the storage is healthy');
}
