import { followTask, readTaskLog } from '../../platforms/proxmox/follow-task.ts';
import { migrationFigures } from '../../platforms/proxmox/migration-figures.ts';
import { isQueued } from '../../platforms/proxmox/queued-task.ts';
import { guestNow, migrateContainer as restartMigration } from '../../platforms/proxmox/requests/guests.ts';
import { startTask } from '../../platforms/proxmox/start-task.ts';
import type { Upid } from '../../platforms/proxmox/upid.ts';
import type { CallOptions, Operation } from '../hypervisor.ts';
import type { ContainerMove } from '../outcomes.ts';
import { allow, begin, within } from '../operation.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { followQueued, moveFailed } from './follow-queued.ts';
import type { Following, Move } from './follow-queued.ts';
import { findGuest, refuse } from './guest-lookup.ts';

const phase = 'container migration';
const defaultTimeoutMs = 600_000;
/** For the container's shutdown, s: the platform's own default (API2/LXC.pm). Under HA its own limits hold. */
const shutdownTimeoutS = 180;

async function prepare(context: ProxmoxContext, name: string, target: string, signal: AbortSignal): Promise<Move> {
  const { client } = context;
  const guest = await findGuest(context, name, phase, signal);
  const { config: { id, kind }, node, view: { membership } } = guest;
  if (kind === 'vm') throw refuse('tool', phase, name, `${name} is a VM.`, 'Use the row live-migration, which moves it while it runs.');
  if (node === target) throw refuse('tool', phase, name, `${name} runs on ${target} already.`, 'Name another node.');
  if (!membership.nodes.some((each) => each.name === target && each.online)) throw refuse('tool', phase, name, `Node ${target} cannot take a guest: it is no member of the cluster now.`, 'Bring it online, or name another node.');
  const now = await client.read(guestNow(node, kind, id), { signal });
  if (!now.running) throw refuse('cluster', phase, name, `${name} is not running on ${node}: its move would prove nothing of a service that goes on.`, 'Start it first.');
  if (now.lock !== null) throw refuse('cluster', phase, name, `${name} is locked (${now.lock}).`, 'Wait for the operation that holds it.');
  return { phase, guest, target, uptimeS: now.uptimeS };
}

/** Follows a move that was begun at once, and looks at the target itself afterwards. */
async function followDirect({ client, clock }: ProxmoxContext, move: Move, task: Upid, { log, signal, isUnderWay }: Following): Promise<void> {
  const { guest: { config: { name, id } }, target } = move;
  isUnderWay();
  const { end } = await followTask(client, task, { clock, timeoutMs: defaultTimeoutMs, signal, onLog: (lines) => log.add(lines.at(-1) ?? '') });
  if (end.state === 'unknown') throw moveFailed(move, end.why, 'Look where the container is before you try again.', 'unknown');
  if (end.state === 'failed') throw moveFailed(move, `${task.text}: ${end.status}.`, 'See the log of that task.');
  if (!(await client.read(guestNow(target, 'container', id), { signal })).running) throw moveFailed(move, `The task ended OK, and ${name} does not run on ${target}.`, 'See the log of that task.');
}

async function carryOut(context: ProxmoxContext, move: Move, following: Following): Promise<ContainerMove> {
  const { client, clock } = context;
  const { guest: { config: { id }, node }, target } = move;
  const { log, signal } = following;
  const started = await startTask(client, restartMigration(node, id, target, shutdownTimeoutS), { clock, node, vmid: id, types: ['vzmigrate', 'hamigrate'], signal });
  if (started.outcome === 'unknown') throw moveFailed(move, started.why, 'Look where the container is, and at its tasks, before you try again.', 'unknown');
  const asked = started.value;
  log.add(asked.text);
  let real = asked;
  if (isQueued(asked)) real = await followQueued(context, move, asked, following);
  else await followDirect(context, move, asked, following);
  const lines = await readTaskLog(client, real, 0, signal);
  for (const line of lines) log.add(line);
  return { from: node, to: target, totalMs: migrationFigures(lines).totalMs, source: `log of ${real.text}` };
}

/**
 * Moves a running container: it is shut down, its configuration moves, and it is started again. Under HA that is a relocation,
 * which the task that the API starts only asks for: the real one is found and followed.
 */
export async function migrateContainer(context: ProxmoxContext, name: string, target: string, options?: CallOptions): Promise<Operation<ContainerMove>> {
  const allowance = allow(options, defaultTimeoutMs, phase, name);
  const move = await within(allowance, (signal) => told(prepare(context, name, target, signal), phase, name, 'Nothing was done.'));
  return begin(`move container ${move.guest.config.id} from ${move.guest.node} to ${target}`, allowance, (log, signal, isUnderWay) => told(carryOut(context, move, { log, signal, isUnderWay }), phase, name, 'It may be under way.'));
}
