import { deletePropertyCommand, readPropertyCommand, writePropertyCommand } from '../../platforms/pacemaker/commands.ts';
import type { CallOptions, ClusterNotice } from '../hypervisor.ts';
import { act, ask, clusterError, CommandFailed, withSignal, type PacemakerContext } from './context.ts';

/** The cluster property that holds the lock. Pacemaker keeps properties that it does not know, and ignores them. */
export const lockProperty = 'ha-acceptance-lock';
/** Exit status of Pacemaker's tools for "no such object": 105 since 2.0, 6 before. */
const noSuchObject = new Set([105, 6]);

/** Pacemaker's tools refuse text beyond ASCII in every locale: such characters are kept percent-encoded. */
export function encodeNotice(text: string): string {
  return text.toWellFormed().replaceAll(/[^\x20-\x7e]|%/gu, (character) => encodeURIComponent(character));
}

/** What `encodeNotice` made readable; text that somebody else wrote is given as it is. */
export function decodeNotice(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function read(context: PacemakerContext, options?: CallOptions): Promise<string | null> {
  const { code, stdout } = await ask(context, readPropertyCommand(lockProperty), { ...withSignal(options), accept: (result) => result.code === 0 || noSuchObject.has(result.code) });
  return code === 0 ? decodeNotice(stdout.replace(/\n$/, '')) : null;
}

async function change(context: PacemakerContext, argv: string[], wanted: string | null, options?: CallOptions): Promise<void> {
  let failure: unknown = null;
  try {
    await act(context, argv, withSignal(options));
  } catch (error) {
    options?.signal?.throwIfAborted();
    failure = error; // a connection that broke, or nothing to delete: what counts is what is there now
  }
  const found = await read(context, options);
  if (found === wanted) return;
  const why = failure instanceof CommandFailed ? failure.message : `it reads "${found ?? 'nothing'}" afterwards`;
  throw clusterError(`The cluster property ${lockProperty} could not be ${wanted === null ? 'removed' : 'written'}: ${why}.`, 'The cluster is not locked as it should be.', `See "${readPropertyCommand(lockProperty).join(' ')}" on a node.`, 'lock', lockProperty, failure);
}

/** A small text kept as a cluster property. */
export function clusterNotice(context: PacemakerContext): ClusterNotice {
  return {
    read: (options) => read(context, options),
    write: (text, options) => change(context, writePropertyCommand(lockProperty, encodeNotice(text)), text, options),
    clear: async (options) => {
      if ((await read(context, options)) !== null) await change(context, deletePropertyCommand(lockProperty), null, options);
    },
  };
}
