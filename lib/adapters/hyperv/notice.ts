import { noticeReading } from '../../platforms/hyperv/readings.ts';
import type { CallOptions, ClusterNotice } from '../hypervisor.ts';
import { noticeOutcome } from '../notice-outcome.ts';
import { clusterError } from '../pacemaker/context.ts';
import { askMember, runOn, type HypervContext } from './context.ts';

/** The file on the first cluster shared volume that holds the lock. */
export const noticeFile = 'ha-acceptance-lock.json';

async function read(context: HypervContext, options: CallOptions = {}): Promise<{ node: string; text: string | null; path: string }> {
  const { node, value } = await askMember(context, 'notice', noticeReading, { ...options, parameters: { Action: 'read', File: noticeFile, Expected: '', Text: '' } });
  return { node, ...value };
}

async function change(context: HypervContext, from: string | null, to: string | null, options: CallOptions = {}): Promise<boolean> {
  const { node, path } = await read(context, options);
  let failure: Error | null = null;
  try {
    await runOn(context, node, 'notice', noticeReading, { ...options, parameters: { Action: from === null ? 'create' : to === null ? 'remove' : 'replace', File: noticeFile, Expected: from ?? '', Text: to ?? '' } });
  } catch (error) {
    options.signal?.throwIfAborted();
    failure = error as Error; // whatever was answered: what counts is what is there now
  }
  const { text } = await read(context, options);
  const outcome = noticeOutcome(from, to, text);
  if (outcome !== null) return outcome;
  throw clusterError(`The file ${path} could not be ${to === null ? 'removed' : 'written'}: ${failure?.message ?? `it reads "${text ?? 'nothing'}" afterwards`}.`, 'The cluster is not locked as it should be.', `Let the account of the environment file write to the cluster shared volume.`, 'lock', path, failure);
}

/** A small text kept in a file on a cluster shared volume, which every node sees. */
export function clusterNotice(context: HypervContext): ClusterNotice {
  return {
    read: async (options) => (await read(context, options)).text,
    create: (text, options) => change(context, null, text, options),
    replace: (from, to, options) => change(context, from, to, options),
  };
}
