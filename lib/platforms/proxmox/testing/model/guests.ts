import { isBusy, startTask } from './tasks.ts';
import { nextName, nodeOf } from './world.ts';
import type { GuestModel, World } from './world.ts';

const forcedStopS = 60;

/** Types of the tasks that start, stop and move a guest of a kind. */
export function taskTypes({ kind }: GuestModel): { start: string; shutdown: string; stop: string; migrate: string } {
  return kind === 'vm' ? { start: 'qmstart', shutdown: 'qmshutdown', stop: 'qmstop', migrate: 'qmigrate' } : { start: 'vzstart', shutdown: 'vzshutdown', stop: 'vzstop', migrate: 'vzmigrate' };
}

/** Whether something is being done to it. */
export function isWorkedOn(world: World, guest: GuestModel): boolean {
  return isBusy(world, guest.vmid, Object.values(taskTypes(guest)));
}

export function runProcess(world: World, guest: GuestModel): void {
  guest.process ??= { node: guest.node, startedS: world.nowS, pid: 1000 + (world.count += 1), boot: `boot-${nextName(world)}` };
}

/** Starts a guest where its configuration lies. */
export function startGuest(world: World, guest: GuestModel, user: string, done: (status: string) => void = () => undefined): string {
  return startTask(world, { node: guest.node, type: taskTypes(guest).start, id: guest.vmid, user, forS: world.work.start, finish: () => {
    const status = guest.lock === null ? 'OK' : `VM is locked (${guest.lock})`;
    if (status === 'OK') runProcess(world, guest);
    done(status);
    return status;
  } });
}

/** Shuts a guest down, or stops it at once. One that is deaf is stopped by force after a minute. */
export function endGuest(world: World, guest: GuestModel, user: string, how: 'shutdown' | 'stop', done: (status: string) => void = () => undefined): string {
  const forS = how === 'stop' ? 1 : guest.deaf ? forcedStopS : world.work.shutdown;
  return startTask(world, { node: guest.node, type: taskTypes(guest)[how], id: guest.vmid, user, forS, finish: () => {
    guest.process = null;
    done('OK');
    return 'OK';
  } });
}

/** Of the time of a migration, after how much the guest is on the target; the rest is spent cleaning up (timeline-hamigrate). */
const arrival = 0.6;

/**
 * Moves a guest: live for a VM that runs, by shutdown and start for a container. It is on the target, and its row says so, long
 * before the task ends and the lock goes.
 */
export function moveGuest(world: World, guest: GuestModel, target: string, user: string, done: (status: string) => void = () => undefined): string {
  const there = nodeOf(world, target);
  const before = guest.process;
  const isLive = guest.kind === 'vm' && before !== null;
  const forS = guest.kind === 'vm' ? world.work.migrate : world.work.container;
  const log = guest.kind === 'vm'
    ? [`starting migration of VM ${guest.vmid} to node '${target}' (${there.address})`, ...(isLive ? ['starting online/live migration on unix:/run/qemu-server/100.migrate', 'migration downtime limit: 100 ms'] : [])]
    : [`shutdown CT ${guest.vmid}`, `starting migration of CT ${guest.vmid} to node '${target}' (${there.address})`];
  const say = (...lines: string[]): void => void world.tasks.find((each) => each.upid === upid)?.log.push(...lines);
  const arrive = (): void => {
    if (there.power !== 'on' || !there.online) return;
    guest.node = target;
    if (before === null) return;
    if (isLive) {
      if (guest.process !== null) guest.process.node = target;
      say('average migration speed: 192.8 MiB/s - downtime 101 ms', 'migration status: completed');
    } else guest.process = { ...before, node: target, startedS: world.nowS, boot: `boot-${nextName(world)}` };
  };
  guest.lock = 'migrate';
  // A container is shut down before anything of it moves.
  if (guest.kind === 'container') guest.process = null;
  if (isLive) startTask(world, { node: target, type: 'qmstart', id: guest.vmid, user, forS: 2 });
  const upid = startTask(world, { node: guest.node, type: taskTypes(guest).migrate, id: guest.vmid, user, forS, log, meanwhile: { afterS: forS * arrival, act: arrive }, finish: () => {
    guest.lock = null;
    const status = guest.node === target ? 'OK' : 'migration aborted';
    if (status === 'OK') say(`migration finished successfully (duration 00:00:${String(forS).padStart(2, '0')})`);
    done(status);
    return status;
  } });
  return upid;
}
