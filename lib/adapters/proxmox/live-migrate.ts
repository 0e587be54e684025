import { followTask, readTaskLog } from '../../platforms/proxmox/follow-task.ts';
import { migrationFigures } from '../../platforms/proxmox/migration-figures.ts';
import { isQueued } from '../../platforms/proxmox/queued-task.ts';
import { guestNow, migrateVm, migrationPrecheck } from '../../platforms/proxmox/requests/guests.ts';
import { startTask } from '../../platforms/proxmox/start-task.ts';
import type { Upid } from '../../platforms/proxmox/upid.ts';
import type { CallOptions, Operation } from '../hypervisor.ts';
import type { MigrationOutcome } from '../outcomes.ts';
import { allow, begin, within } from '../operation.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { followQueued, moveFailed } from './follow-queued.ts';
import type { Following, Move } from './follow-queued.ts';
import { findGuest, refuse } from './guest-lookup.ts';
import { closedWay } from './migration-ways.ts';

const phase = 'live migration';
const defaultTimeoutMs = 600_000;

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
  const shut = closedWay(precheck, target);
  if (shut !== null) throw refuse('cluster', phase, name, `${name} cannot be moved to ${target}: ${shut.why}.`, shut.remedy);
  if (precheck.dependents.length > 0) throw refuse('cluster', phase, name, `HA would move ${precheck.dependents.join(', ')} along with ${name}: a rule keeps them together.`, 'Switch the rule off for as long as the rows run ("ha-manager rules set resource-affinity RULE --disable 1").');
  return { phase, guest, target, uptimeS: now.uptimeS };
}

/** Follows a migration that was begun at once, and looks at the target itself afterwards. */
async function followDirect(context: ProxmoxContext, move: Move, task: Upid, { log, signal, isUnderWay }: Following): Promise<void> {
  const { client, clock } = context;
  const { guest: { config: { name, id } }, target, uptimeS } = move;
  isUnderWay();
  const { end } = await followTask(client, task, { clock, timeoutMs: defaultTimeoutMs, signal, onLog: (lines) => log.add(lines.at(-1) ?? '') });
  if (end.state === 'unknown') throw moveFailed(move, end.why, 'Look where the guest is before you try again.', 'unknown');
  if (end.state === 'failed') throw moveFailed(move, `${task.text}: ${end.status}.`, 'See the log of that task.');
  const there = await client.read(guestNow(target, 'vm', id), { signal });
  if (!there.running) throw moveFailed(move, `The migration ended OK, and ${name} does not run on ${target}.`, 'See the log of that task.');
  if (there.uptimeS < uptimeS) throw moveFailed(move, `${name} runs on ${target}, but its process is ${there.uptimeS} s old where it was ${uptimeS} s before: it was started anew.`, 'See the log of that task.');
}

async function carryOut(context: ProxmoxContext, move: Move, following: Following): Promise<MigrationOutcome> {
  const { client, clock } = context;
  const { guest: { config: { name, id }, node }, target } = move;
  const { log, signal } = following;
  const started = await startTask(client, migrateVm(node, id, target), { clock, node, vmid: id, types: ['qmigrate', 'hamigrate'], signal });
  if (started.outcome === 'unknown') throw moveFailed(move, started.why, 'Look where the guest is, and at its tasks, before you try again.', 'unknown');
  const asked = started.value;
  log.add(asked.text);
  let real = asked;
  if (isQueued(asked)) real = await followQueued(context, move, asked, following);
  else await followDirect(context, move, asked, following);
  const lines = await readTaskLog(client, real, 0, signal);
  for (const line of lines) log.add(line);
  const figures = migrationFigures(lines);
  if (!figures.live) throw moveFailed(move, `${name} is on ${target}, but the log of ${real.text} shows no live migration.`, 'See that log.');
  return { from: node, to: target, downtimeMs: figures.downtimeMs, totalMs: figures.totalMs, proof: figures.downtimeMs === null ? 'manager' : 'hypervisor', source: `log of ${real.text}` };
}

/** Moves a running VM. Under HA the task that the API starts only asks the manager: the real one is found and followed. */
export async function liveMigrate(context: ProxmoxContext, name: string, target: string, options?: CallOptions): Promise<Operation<MigrationOutcome>> {
  const allowance = allow(options, defaultTimeoutMs, phase, name);
  const move = await within(allowance, (signal) => told(prepare(context, name, target, signal), phase, name, 'Nothing was done.'));
  return begin(`migrate ${move.guest.config.id} from ${move.guest.node} to ${target}`, allowance, (log, signal, isUnderWay) => told(carryOut(context, move, { log, signal, isUnderWay }), phase, name, 'It may be under way.'));
}
