import { followTask, readTaskLog } from '../../platforms/proxmox/follow-task.ts';
import { migrationFigures } from '../../platforms/proxmox/migration-figures.ts';
import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import { isQueued } from '../../platforms/proxmox/queued-task.ts';
import { guestNow, migrateVm, migrationPrecheck } from '../../platforms/proxmox/requests/guests.ts';
import { haCurrent } from '../../platforms/proxmox/requests/ha.ts';
import { nodeTasks } from '../../platforms/proxmox/requests/tasks.ts';
import { startTask } from '../../platforms/proxmox/start-task.ts';
import { parseUpid } from '../../platforms/proxmox/upid.ts';
import type { Upid } from '../../platforms/proxmox/upid.ts';
import { AdapterError } from '../adapter-error.ts';
import type { CallOptions, MigrationOutcome, Operation } from '../hypervisor.ts';
import { allow, begin, within } from '../operation.ts';
import type { OperationLog } from '../operation.ts';
import { faultOf } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { findGuest, refuse } from './guest-lookup.ts';
import type { FoundGuest } from './guest-lookup.ts';
import { migrationState } from './queued-migration.ts';
import type { MigrationSighting } from './queued-migration.ts';
import { quorateView } from './quorate-view.ts';

const phase = 'live migration';
const defaultTimeoutMs = 600_000;
const pollMs = 2000;

interface Move {
  guest: FoundGuest;
  target: string;
  /** Age of the guest's process beforehand, s. */
  uptimeS: number;
}

/** Everything that speaks against a move, before it is begun: PVE refuses some of it, and takes the rest for a move that is not live. */
async function prepare(context: ProxmoxContext, name: string, target: string, signal: AbortSignal): Promise<Move> {
  const { client } = context;
  const guest = await findGuest(context, name, phase, signal);
  const { config: { id, kind }, node, view: { membership } } = guest;
  if (kind === 'container') throw refuse('tool', phase, name, `${name} is a container: Proxmox VE cannot move a running one.`, 'Use the row container-migration, which stops it here and starts it there.');
  if (node === target) throw refuse('tool', phase, name, `${name} runs on ${target} already.`, 'Name another node.');
  if (!membership.nodes.some((each) => each.name === target && each.online)) throw refuse('tool', phase, name, `Node ${target} cannot take a guest: it is no member of the cluster now.`, 'Bring it online, or name another node.');
  const [now, precheck] = await Promise.all([client.read(guestNow(node, 'vm', id), { signal }), client.read(migrationPrecheck(node, id), { signal })]);
  if (!now.running || (now.qmpStatus !== null && now.qmpStatus !== 'running')) throw refuse('cluster', phase, name, `${name} is not running on ${node} (${now.qmpStatus ?? 'stopped'}): it would be moved as a dead disk, and the task would say OK.`, 'Start it first.');
  if (now.lock !== null) throw refuse('cluster', phase, name, `${name} is locked (${now.lock}).`, 'Wait for the operation that holds it.');
  if (precheck.localResources.length > 0) throw refuse('cluster', phase, name, `${name} uses devices of ${node} itself: ${precheck.localResources.join(', ')}.`, 'Take them away from it, or leave it out of this row.');
  if (precheck.localDisks.length > 0) throw refuse('cluster', phase, name, `${name} has volumes on storage that only ${node} has: ${precheck.localDisks.join(', ')}.`, 'Put them on shared storage, and eject images from its CD drive.');
  return { guest, target, uptimeS: now.uptimeS };
}

const failed = (name: string, message: string, remedy: string, blame: 'cluster' | 'unknown' = 'cluster'): AdapterError => new AdapterError({ message, blame, impact: blame === 'cluster' ? 'It was not migrated live.' : 'It may have been moved.', remedy, phase, target: name });

/** One look at a migration that was asked of HA; null when part of it could not be read just now. */
async function look(context: ProxmoxContext, { guest, target }: Move, sinceQueuedMs: number, log: OperationLog, signal: AbortSignal): Promise<MigrationSighting | null> {
  const { client } = context;
  const { id } = guest.config;
  try {
    const { membership, endpoint } = await quorateView(context, { signal });
    const [ha, tasks, atTarget] = await Promise.all([
      client.read(haCurrent(), { signal, endpoint }),
      client.read(nodeTasks(guest.node, { vmid: id }), { signal }),
      client.read(guestNow(target, 'vm', id), { signal }).catch((error: unknown) => {
        if (error instanceof ProxmoxError && error.kind === 'guest-not-here') return null;
        throw error;
      }),
    ]);
    return { sinceQueuedMs, membership, ha, tasks, atTarget };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ProxmoxError) || !['unreachable', 'node-unreachable', 'node-silent'].includes(error.kind)) throw error;
    log.add(`could not be read: ${error.message}`);
    return null;
  }
}

/** Follows what HA makes of the wish until the guest has arrived. Returns the task that moved it. */
async function followQueued(context: ProxmoxContext, move: Move, queued: Upid, sid: string, log: OperationLog, signal: AbortSignal, isUnderWay: () => void): Promise<Upid> {
  const { clock } = context;
  const { guest: { config: { name } }, target, uptimeS } = move;
  const queuedAtMs = clock.now();
  for (;;) {
    const sighting = await look(context, move, clock.now() - queuedAtMs, log, signal);
    const at = sighting === null ? null : migrationState({ queued, sid, target, uptimeBeforeS: uptimeS }, sighting);
    if (at?.state === 'arrived') return parseUpid(at.real.upid) ?? queued;
    if (at?.state === 'failed' || at?.state === 'refused') throw failed(name, `${name} did not move to ${target}: ${at.why}.`, 'See the log of that task, and the journals of pve-ha-crm and pve-ha-lrm.');
    if (at?.state === 'moving') isUnderWay();
    if (at !== null) log.add(at.why);
    await clock.sleep(pollMs, signal);
  }
}

/** Follows a migration that was begun at once, and looks at the target itself afterwards. */
async function followDirect(context: ProxmoxContext, { guest, target, uptimeS }: Move, task: Upid, log: OperationLog, signal: AbortSignal, isUnderWay: () => void): Promise<void> {
  const { client, clock } = context;
  const { name, id } = guest.config;
  isUnderWay();
  const { end } = await followTask(client, task, { clock, timeoutMs: defaultTimeoutMs, signal, onLog: (lines) => log.add(lines.at(-1) ?? '') });
  if (end.state === 'unknown') throw failed(name, end.why, 'Look where the guest is before you try again.', 'unknown');
  if (end.state === 'failed') throw failed(name, `${task.text}: ${end.status}.`, 'See the log of that task.');
  const there = await client.read(guestNow(target, 'vm', id), { signal });
  if (!there.running) throw failed(name, `The migration ended OK, and ${name} does not run on ${target}.`, 'See the log of that task.');
  if (there.uptimeS < uptimeS) throw failed(name, `${name} runs on ${target}, but its process is ${there.uptimeS} s old where it was ${uptimeS} s before: it was started anew.`, 'See the log of that task.');
}

async function carryOut(context: ProxmoxContext, move: Move, log: OperationLog, signal: AbortSignal, isUnderWay: () => void): Promise<MigrationOutcome> {
  const { client, clock } = context;
  const { guest: { config: { name, id }, node, service }, target } = move;
  const started = await startTask(client, migrateVm(node, id, target), { clock, node, vmid: id, types: ['qmigrate', 'hamigrate'], signal });
  if (started.outcome === 'unknown') throw failed(name, started.why, 'Look where the guest is, and at its tasks, before you try again.', 'unknown');
  const asked = started.value;
  log.add(asked.text);
  let real = asked;
  if (isQueued(asked)) {
    const { end } = await followTask(client, asked, { clock, timeoutMs: 60_000, signal });
    if (end.state !== 'ok') throw failed(name, `HA could not be asked to move ${name}: ${end.state === 'failed' ? end.status : end.why}.`, 'See whether HA runs on the cluster.', end.state === 'failed' ? 'cluster' : 'unknown');
    real = await followQueued(context, move, asked, service?.sid ?? `vm:${id}`, log, signal, isUnderWay);
  } else await followDirect(context, move, asked, log, signal, isUnderWay);
  const lines = await readTaskLog(client, real, 0, signal);
  for (const line of lines) log.add(line);
  const figures = migrationFigures(lines);
  if (!figures.live) throw failed(name, `${name} is on ${target}, but the log of ${real.text} shows no live migration.`, 'See that log.');
  return { from: node, to: target, downtimeMs: figures.downtimeMs, totalMs: figures.totalMs, proof: figures.downtimeMs === null ? 'manager' : 'hypervisor', source: `log of ${real.text}` };
}

/** Moves a running VM. Under HA the task that the API starts only asks the manager: the real one is found and followed. */
export async function liveMigrate(context: ProxmoxContext, name: string, target: string, options?: CallOptions): Promise<Operation<MigrationOutcome>> {
  const allowance = allow(options, defaultTimeoutMs, phase, name);
  const tell = async <T>(work: Promise<T>, impact: string): Promise<T> => work.catch((error: unknown) => {
    throw error instanceof ProxmoxError && error.kind !== 'aborted' ? faultOf(error, phase, name, impact) : error;
  });
  const move = await within(allowance, (signal) => tell(prepare(context, name, target, signal), 'Nothing was done.'));
  return begin(`migrate ${move.guest.config.id} from ${move.guest.node} to ${target}`, allowance, (log, signal, isUnderWay) => tell(carryOut(context, move, log, signal, isUnderWay), 'It may be under way.'));
}
