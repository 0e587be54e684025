import { changePropertyCommand, createPropertyCommand, readPropertyCommand, removePropertyCommand } from '../../platforms/pacemaker/property-commands.ts';
import type { CallOptions, ClusterNotice } from '../hypervisor.ts';
import { noticeOutcome } from '../notice-outcome.ts';
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

/** The value as it is kept. */
async function readKept(context: PacemakerContext, options?: CallOptions): Promise<string | null> {
  const { code, stdout } = await ask(context, readPropertyCommand(lockProperty), { ...withSignal(options), accept: (result) => result.code === 0 || noSuchObject.has(result.code) });
  return code === 0 ? stdout.replace(/\n$/, '') : null;
}

async function read(context: PacemakerContext, options?: CallOptions): Promise<string | null> {
  const kept = await readKept(context, options);
  return kept === null ? null : decodeNotice(kept);
}

async function change(context: PacemakerContext, argv: string[], from: string | null, to: string | null, options?: CallOptions): Promise<boolean> {
  let failure: unknown = null;
  try {
    await act(context, argv, withSignal(options));
  } catch (error) {
    options?.signal?.throwIfAborted();
    failure = error; // a connection that broke, or somebody was before us: what counts is what is there now
  }
  const found = await read(context, options);
  const outcome = noticeOutcome(from, to, found);
  if (outcome !== null) return outcome;
  const why = failure instanceof CommandFailed ? failure.message : `it reads "${found ?? 'nothing'}" afterwards`;
  throw clusterError(`The cluster property ${lockProperty} could not be ${to === null ? 'removed' : 'written'}: ${why}.`, 'The cluster is not locked as it should be.', `See "${readPropertyCommand(lockProperty).join(' ')}" on a node.`, 'lock', lockProperty, failure);
}

/** A small text kept as a cluster property. */
export function clusterNotice(context: PacemakerContext): ClusterNotice {
  return {
    read: (options) => read(context, options),
    create: (text, options) => change(context, createPropertyCommand(lockProperty, encodeNotice(text)), null, text, options),
    replace: async (from, to, options) => {
      const kept = await readKept(context, options);
      if (kept === null || decodeNotice(kept) !== from) return to === null;
      return change(context, to === null ? removePropertyCommand(lockProperty, kept) : changePropertyCommand(lockProperty, kept, encodeNotice(to)), from, to, options);
    },
  };
}
