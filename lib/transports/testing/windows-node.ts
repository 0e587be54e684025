import { createHash } from 'node:crypto';
import type { Connection, ServerChannel } from 'ssh2';
import { commandWords, type ScriptValue } from '../powershell/payload.ts';
import type { Behaviour } from './ssh-server.ts';

/** What the bootstrap reads of what it is sent. */
export interface PlayedCall {
  nonce: string;
  envelope: string;
  script: string;
  parameters: Record<string, ScriptValue>;
  deadlineMs: number;
}

/** What the played node says. `frame`: the text of its standard output, when it is not the envelope of `data` or `error`. */
export interface PlayedAnswer {
  data?: unknown;
  error?: { type?: string; hresult?: string; id?: string; category?: string; message: string; line?: number };
  frame?: string;
  stderr?: string;
  /** Null: the channel is closed without a status, as when the session's process is killed. */
  code?: number | null;
  /** The node's own name and clock. */
  host?: string;
  utc?: string;
}

/** `hang` answers nothing for ever; `drop` cuts the connection. */
export type Played = PlayedAnswer | 'hang' | 'drop';

const text = (part: string | undefined): string => Buffer.from(part ?? '', 'base64').toString('utf8');

/** What stands in a payload, read as bootstrap.ps1 reads it; null where that would refuse it. */
export function readPayload(payload: string): PlayedCall | null {
  const [nonce = '', length, hash, rest = '', ...more] = payload.trim().split(' ');
  if (more.length > 0 || Number(length) !== rest.length || createHash('sha256').update(rest).digest('hex').toUpperCase() !== hash) return null;
  const [envelope, script, settings] = rest.split('.').map(text);
  const given = JSON.parse(settings ?? '{}') as { deadlineMs: number; parameters: Record<string, ScriptValue> };
  return { nonce, envelope: envelope ?? '', script: script ?? '', ...given };
}

/** A frame as envelope.ps1 writes it. */
export function framed(nonce: string, envelope: unknown): string {
  const body = Buffer.from(JSON.stringify(envelope), 'utf8').toString('base64');
  return `<<<${nonce}:${body.length}:${body}>>>`;
}

function say(channel: ServerChannel, connection: Connection, nonce: string, answer: Played): void {
  if (answer === 'hang') return;
  if (answer === 'drop') {
    connection.end();
    return;
  }
  const { data = null, error, stderr, host = 'PLAYED', utc = new Date().toISOString() } = answer;
  const failure = error === undefined ? null : { type: 'System.Exception', hresult: '0x80131500', id: 'Played', category: 'NotSpecified', line: 1, ...error };
  if (stderr !== undefined) channel.stderr.write(stderr);
  channel.write(answer.frame ?? framed(nonce, { v: 1, ok: failure === null, host, utc, data, error: failure }));
  const code = answer.code === undefined ? (failure === null ? 0 : 3) : answer.code;
  if (code !== null) channel.exit(code);
  channel.end();
}

/**
 * A Windows node for `serveSsh`: takes the bootstrap on its command line and nothing else, reads the payload and answers what the
 * test decides. It plays the wire as documented; no PowerShell runs.
 */
export function windowsNode(answer: (call: PlayedCall) => Played | Promise<Played>): Behaviour {
  return (command, channel, connection) => {
    const chunks: Buffer[] = [];
    channel.on('data', (chunk: Buffer) => chunks.push(chunk));
    channel.on('end', () => {
      if (command !== commandWords.join(' ')) {
        say(channel, connection, '', { frame: '', stderr: `'${command}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n`, code: 9009 });
        return;
      }
      const payload = Buffer.concat(chunks).toString('utf8');
      const call = readPayload(payload);
      if (call === null) {
        say(channel, connection, '', { frame: `<<<${payload.split(' ')[0] ?? ''}:damaged>>>`, code: 97 });
        return;
      }
      void Promise.resolve(answer(call)).then((said) => say(channel, connection, call.nonce, said));
    });
  };
}
