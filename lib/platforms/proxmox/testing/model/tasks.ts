import { isUp, nodeOf } from './world.ts';
import type { TaskModel, World } from './world.ts';

const hex = (value: number): string => Math.floor(value).toString(16).toUpperCase().padStart(8, '0');

export interface TaskOrder {
  node: string;
  type: string;
  id: string;
  user: string;
  forS: number;
  log?: readonly string[];
  /** Something that happens on the way, once, and when. */
  meanwhile?: { afterS: number; act: () => void };
  /** Returns how it ends; default OK. */
  finish?: () => string;
}

/** Starts a task; it ends by itself when its time has come, or never when its node goes down. @returns its UPID */
export function startTask(world: World, { node, type, id, user, forS, log = [], meanwhile, finish = () => 'OK' }: TaskOrder): string {
  const startS = world.epochS + world.nowS;
  const upid = `UPID:${node}:${hex((world.count += 1))}:${hex(world.nowS * 100 + 1)}:${hex(startS)}:${type}:${id}:${user}:`;
  world.tasks.push({ upid, node, type, id, user, startS, endS: null, status: null, log: [...log], dueS: world.nowS + forS, finish, meanwhile: meanwhile === undefined ? null : { dueS: world.nowS + meanwhile.afterS, act: meanwhile.act } });
  return upid;
}

/** How a task says its end, as the last line of its log. */
export function lastLine(status: string): string {
  if (status === 'OK') return 'TASK OK';
  return /^WARNINGS: \d+$/.test(status) ? `TASK ${status}` : `TASK ERROR: ${status}`;
}

export function endTask(world: World, task: TaskModel, status: string): void {
  task.endS = world.epochS + world.nowS;
  task.status = status;
  if (status !== 'unexpected status') task.log.push(lastLine(status));
}

/** Ends what is due. The worker of a node that went down is gone without a last word. */
export function stepTasks(world: World): void {
  for (const task of world.tasks.filter(({ endS }) => endS === null)) {
    const node = nodeOf(world, task.node);
    if (node.power !== 'on' || world.epochS + node.upS > task.startS) {
      // Found out when the node is asked again.
      if (isUp(world, node)) endTask(world, task, 'unexpected status');
      continue;
    }
    if (task.meanwhile !== null && world.nowS >= task.meanwhile.dueS) {
      task.meanwhile.act();
      task.meanwhile = null;
    }
    if (world.nowS >= task.dueS) endTask(world, task, task.finish());
  }
}

/** Whether a task of these types works on a guest, on a node that can go on with it. */
export function isBusy(world: World, vmid: string, types: readonly string[]): boolean {
  return world.tasks.some((task) => task.endS === null && task.id === vmid && types.includes(task.type) && nodeOf(world, task.node).power === 'on');
}
