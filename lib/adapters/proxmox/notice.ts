import { randomUUID } from 'node:crypto';
import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import { commentPool, makePool, pools, removePool } from '../../platforms/proxmox/requests/pools.ts';
import type { ProxmoxWrite } from '../../platforms/proxmox/request.ts';
import { AdapterError } from '../adapter-error.ts';
import type { CallOptions, ClusterNotice } from '../hypervisor.ts';
import { noticeOutcome } from '../notice-outcome.ts';
import { allow, within } from '../operation.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { onceItTells } from './once-it-tells.ts';
import { quorateView } from './quorate-view.ts';

/** The pool whose comment is the lock. It has no members; a pool changes nothing for guests that are not in it. */
export const lockPool = 'ha-acceptance';
/** The pool that whoever removes the lock makes first, and takes away behind it. */
export const removalPool = 'ha-acceptance-removal';
const timeoutMs = 60_000;
const phase = 'lock';
/** Comments keep one line: what else there is is percent-encoded, as white space at its ends would be lost. */
const encoded = (text: string): string => text.toWellFormed().replaceAll(/[^\x21-\x7e]|%/gu, (character) => encodeURIComponent(character));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // somebody else's words
  }
}

async function poolNamed(context: ProxmoxContext, wanted: string, signal: AbortSignal): Promise<{ comment: string | null } | null> {
  // Whether somebody holds the lock must not hang on one answer that tells nothing.
  return onceItTells(context.clock, async () => {
    // A node without quorum would tell what was, not what is.
    const { endpoint } = await quorateView(context, { signal });
    return (await context.client.read(pools(), { signal, endpoint })).find(({ name }) => name === wanted) ?? null;
  }, signal);
}

async function found(context: ProxmoxContext, signal: AbortSignal): Promise<{ there: boolean; text: string | null }> {
  const pool = await poolNamed(context, lockPool, signal);
  // A pool without a comment is somebody's all the same: it is in the way of ours.
  return { there: pool !== null, text: pool === null ? null : decoded(pool.comment ?? '') };
}

/** Sends a request once. What it was refused with is told: another harness may have been before us, and what counts is what is there now. */
async function send(context: ProxmoxContext, request: ProxmoxWrite<null>, signal: AbortSignal): Promise<string> {
  const { endpoint } = await quorateView(context, { signal });
  try {
    const written = await context.client.write(request, { signal, endpoint });
    return written.outcome === 'unknown' ? written.why : '';
  } catch (error) {
    if (!(error instanceof ProxmoxError) || error.kind !== 'refused') throw error;
    return error.message;
  }
}

function failure(message: string, remedy: string): AdapterError {
  return new AdapterError({ message, blame: 'cluster', impact: 'The cluster is not locked as it should be.', remedy, phase, target: lockPool });
}

async function change(context: ProxmoxContext, from: string | null, to: string | null, signal: AbortSignal): Promise<boolean> {
  const before = await found(context, signal);
  if (from === null && before.there) return before.text === to;
  if (from !== null && before.text !== from) return to === null;
  const why = await send(context, to === null ? removePool(lockPool) : from === null ? makePool(lockPool, encoded(to)) : commentPool(lockPool, encoded(to)), signal);
  const after = await found(context, signal);
  const outcome = noticeOutcome(from, to, after.text);
  if (outcome !== null) return outcome;
  throw failure(`The pool "${lockPool}" could not be ${to === null ? 'removed' : 'written'}: ${why || `its comment reads "${after.text ?? 'nothing'}" afterwards`}.`, `Give the account Pool.Audit and Pool.Allocate on /pool/${lockPool}, and see that the pool has no members.`);
}

/** Takes our removal pool away again: what stays would be in everybody's way. */
async function endRemoval(context: ProxmoxContext, mine: string): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  const isThere = async (): Promise<boolean> => (await poolNamed(context, removalPool, signal))?.comment === mine;
  if (!(await isThere())) return;
  const why = await send(context, removePool(removalPool), signal);
  if (await isThere()) throw failure(`The pool "${removalPool}" could not be removed: ${why || 'it is there afterwards'}.`, `Take it away with "pveum pool delete ${removalPool}" on a node: no lock can be removed while it is there.`);
}

/**
 * Removes the text under a second pool, which only one can make: Proxmox VE removes a pool whatever its comment reads by then, so of
 * two who both found the same stale lock the later one could otherwise remove the new lock of the earlier one.
 */
async function remove(context: ProxmoxContext, from: string, signal: AbortSignal): Promise<boolean> {
  if ((await found(context, signal)).text !== from) return true;
  const mine = randomUUID();
  try {
    const why = await send(context, makePool(removalPool, mine), signal);
    const holder = await poolNamed(context, removalPool, signal);
    if (holder === null) throw failure(`The pool "${removalPool}" could not be made: ${why || 'it is not there afterwards'}.`, `Give the account Pool.Audit and Pool.Allocate on /pool/${removalPool}.`);
    if (holder.comment !== mine) throw failure(`Somebody else is removing the lock of the cluster at this moment, or died while doing so: the pool "${removalPool}" is there.`, `Try again. When it is there for more than a minute, take it away with "pveum pool delete ${removalPool}" on a node.`);
    return await change(context, from, null, signal);
  } finally {
    await endRemoval(context, mine);
  }
}

/** A small text kept as the comment of a pool of its own, which is there only while there is a text. */
export function clusterNotice(context: ProxmoxContext): ClusterNotice {
  const bounded = async <T>(options: CallOptions | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    within(allow(options, timeoutMs, phase, context.environment.name), async (signal) => told(work(signal), phase, lockPool, 'Nobody can tell whether the cluster is locked.'));
  return {
    read: async (options) => bounded(options, async (signal) => (await found(context, signal)).text),
    create: async (text, options) => bounded(options, async (signal) => change(context, null, text, signal)),
    replace: async (from, to, options) => bounded(options, async (signal) => (to === null ? remove(context, from, signal) : change(context, from, to, signal))),
  };
}
