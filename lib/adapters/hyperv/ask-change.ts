import { z } from 'zod';
import type { ScriptName } from '../../platforms/hyperv/scripts.ts';
import { PowerShellError } from '../../transports/powershell/powershell-error.ts';
import { SshError } from '../../transports/ssh-error.ts';
import { runOn, type HypervContext, type ScriptOptions } from './context.ts';

/** What became of a request to change something. `refused`: the script threw; it may have been obeyed all the same. */
export type Asked = { how: 'sent' } | { how: 'refused' | 'not-sent' | 'unknown'; error: Error };

/** A request that was not accepted, and nothing is seen of it after this time: it did not happen, ms. */
export const noReactionMs = 5000;

/** Whether a request that was not accepted has come to nothing, after so long without a sign of it. Only then it is told, or made again. */
export function cameToNothing(asked: Asked, quietMs: number): boolean {
  return asked.how === 'not-sent' || (asked.how !== 'sent' && quietMs > noReactionMs);
}

/**
 * Asks a node to change something, once. The answer is no proof either way: Windows calls moves failed that land, and a connection may
 * break after the request was heard. What counts is the state that is read afterwards.
 */
export async function askChange(context: HypervContext, node: string, script: ScriptName, options: ScriptOptions): Promise<Asked> {
  try {
    await runOn(context, node, script, z.unknown(), options);
    return { how: 'sent' };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof PowerShellError) return { how: error.kind === 'failed' ? 'refused' : error.kind === 'not-run' ? 'not-sent' : 'unknown', error };
    if (error instanceof SshError) return { how: error.unknownOutcome ? 'unknown' : 'not-sent', error };
    throw error;
  }
}

/** Its error's words, for messages. */
export function wordsOf(asked: Asked): string {
  return asked.how === 'sent' ? 'it was accepted' : asked.error.message;
}
