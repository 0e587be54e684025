import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import { commentPool, makePool, pools, removePool } from '../../platforms/proxmox/requests/pools.ts';
import type { ProxmoxWrite } from '../../platforms/proxmox/request.ts';
import { AdapterError } from '../adapter-error.ts';
import type { CallOptions, ClusterNotice } from '../hypervisor.ts';
import { allow, within } from '../operation.ts';
import { told } from './context.ts';
import type { ProxmoxContext } from './context.ts';
import { quorateView } from './quorate-view.ts';

/** The pool whose comment is the lock. It has no members; a pool changes nothing for guests that are not in it. */
export const lockPool = 'ha-acceptance';
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

async function found(context: ProxmoxContext, signal: AbortSignal): Promise<{ there: boolean; text: string | null }> {
  // A node without quorum would tell what was, not what is.
  const { endpoint } = await quorateView(context, { signal });
  const pool = (await context.client.read(pools(), { signal, endpoint })).find(({ name }) => name === lockPool);
  return { there: pool !== undefined, text: pool === undefined || pool.comment === null || pool.comment === '' ? null : decoded(pool.comment) };
}

async function change(context: ProxmoxContext, wanted: string | null, signal: AbortSignal): Promise<void> {
  const before = await found(context, signal);
  if (wanted === null && !before.there) return;
  const { endpoint } = await quorateView(context, { signal });
  const request: ProxmoxWrite<null> = wanted === null ? removePool(lockPool) : before.there ? commentPool(lockPool, encoded(wanted)) : makePool(lockPool, encoded(wanted));
  let why = '';
  try {
    const written = await context.client.write(request, { signal, endpoint });
    if (written.outcome === 'unknown') why = written.why;
  } catch (error) {
    // Another harness may have made or removed it at the same moment: what counts is what is there now.
    if (!(error instanceof ProxmoxError) || error.kind !== 'refused') throw error;
    why = error.message;
  }
  const after = await found(context, signal);
  if (after.text === wanted && (wanted !== null || !after.there)) return;
  throw new AdapterError({ message: `The pool "${lockPool}" could not be ${wanted === null ? 'removed' : 'written'}: ${why || `its comment reads "${after.text ?? 'nothing'}" afterwards`}.`, blame: 'cluster', impact: 'The cluster is not locked as it should be.', remedy: `Give the account Pool.Audit and Pool.Allocate on /pool/${lockPool}, and see that the pool has no members.`, phase, target: lockPool });
}

/** A small text kept as the comment of a pool of its own, which is there only while there is a text. */
export function clusterNotice(context: ProxmoxContext): ClusterNotice {
  const bounded = async <T>(options: CallOptions | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    within(allow(options, timeoutMs, phase, context.environment.name), async (signal) => told(work(signal), phase, lockPool, 'Nobody can tell whether the cluster is locked.'));
  return {
    read: async (options) => bounded(options, async (signal) => (await found(context, signal)).text),
    write: async (text, options) => bounded(options, async (signal) => change(context, text, signal)),
    clear: async (options) => bounded(options, async (signal) => change(context, null, signal)),
  };
}
