import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Environment } from '../environment/environment.ts';
import { quoteEnd } from '../record/scrub.ts';

/** Moments at which a command of the operator's is run: for maintenance notices and for silencing what watches the cluster. */
export type HookName = keyof NonNullable<Environment['hooks']>;

/** What a hook is told, as variables HA_ACCEPTANCE_HOOK_<NAME>. */
export type HookFacts = Record<string, string | null>;

/** A notice is sent in seconds; what hangs must not hold the run, ms. */
const hookTimeoutMs = 60_000;

const run = promisify(execFile);

/**
 * Runs the operator's command of that name, if there is one. It gets what it is about in its environment and nothing of ours: no
 * secret that the environment file refers to by name.
 *
 * @throws Error when it cannot be started, does not end in time or ends with another status than 0; its last words are quoted.
 */
export async function runHook({ name, hooks }: Pick<Environment, 'name' | 'hooks'>, hook: HookName, facts: HookFacts): Promise<void> {
  const [command, ...words] = hooks?.[hook] ?? [];
  if (command === undefined) return;
  const told = Object.fromEntries(Object.entries({ event: hook, environment: name, ...facts }).map(([key, value]) => [`HA_ACCEPTANCE_HOOK_${key.toUpperCase()}`, value ?? '']));
  const { PATH = '/usr/bin:/bin', HOME = '/', LANG = 'C' } = process.env;
  try {
    await run(command, words, { timeout: hookTimeoutMs, killSignal: 'SIGKILL', env: { PATH, HOME, LANG, ...told } });
  } catch (error) {
    const { message, stderr = '' } = error as Error & { stderr?: string };
    throw new Error(`The hook ${hook} (${[command, ...words].join(' ')}) failed: ${quoteEnd(stderr.trim() || message, 300)}. Correct hooks.${hook} of the environment file, or remove it.`, { cause: error });
  }
}
