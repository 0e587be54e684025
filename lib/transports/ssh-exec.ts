import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import type { Client, ClientChannel } from 'ssh2';
import { quoteCommand } from './shell-quote.ts';
import { SshError } from './ssh-error.ts';
import type { ExecOptions, ExecResult } from './ssh.ts';

/** Default of `timeoutMs`. */
export const defaultExecTimeoutMs = 30_000;
/** Output beyond this is given up: no command that we run prints as much, and memory is finite. */
const maxOutputCharacters = 64 * 1024 * 1024;

/** Collects text from chunks that may end within a character, and hands out whole lines. */
function collector(onLine?: (line: string) => void): { add: (chunk: Buffer) => void; end: () => string; size: () => number } {
  const decoder = new StringDecoder('utf8');
  const parts: string[] = [];
  let size = 0;
  let rest = '';
  const take = (text: string): void => {
    parts.push(text);
    size += text.length;
    if (onLine === undefined) return;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  return {
    add: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (onLine !== undefined && rest !== '') onLine(rest);
      return parts.join('');
    },
    size: () => size,
  };
}

function statusOf(code: number | null, signalName: string | undefined): number {
  // As shells report it: 128 plus the number of the signal.
  return code ?? 128 + (Object.entries(constants.signals).find(([name]) => name === signalName)?.[1] ?? 0);
}

/**
 * Runs one command on a connection.
 *
 * @throws SshError: `closed` when the connection is gone already and nothing was sent, `refused` when the machine would not start it,
 * `lost` and `timeout` with `unknownOutcome`. When the signal aborts, its reason; the command may still be running then.
 */
export async function execOn(client: Client, host: string, argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const { timeoutMs = defaultExecTimeoutMs, signal } = options;
  const command = quoteCommand(argv);
  const program = argv[0] ?? '';
  signal?.throwIfAborted();
  const startedAt = performance.now();
  return new Promise<ExecResult>((resolve, reject) => {
    let channel: ClientChannel | null = null;
    const settle = (action: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      client.removeListener('close', onLost);
      action();
    };
    const fail = (error: unknown): void =>
      settle(() => {
        channel?.close();
        reject(error);
      });
    const onAbort = (): void => fail(signal?.reason);
    const onLost = (): void => fail(new SshError('lost', host, `The connection to ${host} broke while "${program}" ran; it may have ended, or still be running. Its outcome is unknown: read the state again.`));
    const timer = setTimeout(() => fail(new SshError('timeout', host, `"${program}" on ${host} did not end within ${timeoutMs / 1000} s; it may still be running. Its outcome is unknown: read the state again.`)), timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    client.once('close', onLost);

    const follow = (opened: ClientChannel): void => {
      channel = opened;
      const out = collector(options.onLine);
      const err = collector();
      let status: { code: number | null; signalName: string | undefined } | null = null;
      const guard = (): void => {
        if (out.size() + err.size() > maxOutputCharacters) fail(new SshError('timeout', host, `"${program}" on ${host} printed more than ${maxOutputCharacters} characters and was given up; it may still be running.`));
      };
      opened.on('data', (chunk: Buffer) => {
        out.add(chunk);
        guard();
      });
      opened.stderr.on('data', (chunk: Buffer) => {
        err.add(chunk);
        guard();
      });
      opened.on('error', () => onLost());
      opened.on('exit', (code: number | null, signalName?: string) => (status = { code, signalName }));
      opened.on('close', () => {
        const ended = status;
        if (ended === null) return onLost();
        return settle(() => resolve({ code: statusOf(ended.code, ended.signalName), stdout: out.end(), stderr: err.end(), ms: performance.now() - startedAt }));
      });
      opened.end(options.stdin ?? '');
    };

    try {
      client.exec(command, (error, opened) => {
        // A refusal to open the channel is answered on a living connection: nothing was started.
        if (error === undefined) follow(opened);
        else if (/open failure|unable to exec/i.test(error.message)) fail(new SshError('refused', host, `${host} would not start "${program}": ${error.message}. Its ssh server may limit sessions (MaxSessions) or commands (ForceCommand).`));
        else onLost();
      });
    } catch {
      fail(new SshError('closed', host, `The connection to ${host} was closed before "${program}" was sent.`));
    }
  });
}
