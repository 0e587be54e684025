import { randomBytes } from 'node:crypto';
import { defaultExecTimeoutMs } from '../ssh-exec.ts';
import type { SshHost } from '../ssh.ts';
import { readAnswer, type ScriptAnswer } from './answer.ts';
import { commandWords, payloadOf, type PowerShellScript, type ScriptValue } from './payload.ts';

export interface RunOptions {
  /** Bound on the whole, ms. The process on the host ends itself after this time as well. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * Runs a script in Windows PowerShell 5.1 on a host. Parameters go as data, by name, to the script's `param(...)` block.
 *
 * A host that is not heard from any more goes on with the script until its deadline: Windows OpenSSH does not end a command whose
 * client is gone. So after an error with `unknownOutcome` the state is to be read again.
 *
 * @throws SshError when the connection failed; PowerShellError when the script did, or gave no whole answer.
 */
export async function runPowerShell(host: SshHost, script: PowerShellScript, parameters: Readonly<Record<string, ScriptValue>> = {}, options: RunOptions = {}): Promise<ScriptAnswer> {
  const { timeoutMs = defaultExecTimeoutMs, signal } = options;
  const nonce = randomBytes(12).toString('hex');
  const stdin = payloadOf({ nonce, script, parameters, deadlineMs: timeoutMs });
  const result = await host.exec(commandWords, { stdin, timeoutMs, ...(signal === undefined ? {} : { signal }) });
  return readAnswer(result, { nonce, host: host.name, script: script.name });
}
