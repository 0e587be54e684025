import { readFileSync } from 'node:fs';
import { canonicalFingerprint } from '../../../transports/fingerprint.ts';

/** A recorded answer; see recorded/README.md for where they come from. */
export interface RecordedAnswer {
  /** What was asked, where the recording says so. */
  method: string;
  path: string;
  status: number;
  reason: string;
  body: string;
}

const folder = new URL('../recorded/', import.meta.url);

/** Text of a recorded file. */
export function recordedText(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

/**
 * A recorded answer by its name, without `.http`.
 *
 * @throws Error when the file is not of that kind.
 */
export function recordedAnswer(name: string): RecordedAnswer {
  const [head = '', ...rest] = recordedText(`${name}.http`).split('\n');
  const [, method = '', path = ''] = /request: (\w+) \/api2\/json(\S+)/.exec(head) ?? [];
  const statusAt = rest.findIndex((line) => line.startsWith('HTTP/1.1 '));
  const [, status = '', reason = ''] = /^HTTP\/1\.1 (\d+) ?(.*?)\r?$/.exec(rest[statusAt] ?? '') ?? [];
  const emptyAt = rest.findIndex((line, index) => index > statusAt && line.trim() === '');
  if (status === '') throw new Error(`${name}.http holds no status line.`);
  return { method, path, status: Number(status), reason, body: emptyAt < 0 ? '' : rest.slice(emptyAt + 1).join('\n').trim() };
}

/** The `data` of a recorded success. */
export function recordedData(name: string): unknown {
  const { status, body } = recordedAnswer(name);
  if (status !== 200) throw new Error(`${name}.http is no success.`);
  return (JSON.parse(body) as { data: unknown }).data;
}

/** The identity of the recorded cluster: the fingerprint of its own CA, whose certificates the model shows. */
export function recordedIdentity(): string {
  const authority = (recordedData('certs') as { filename: string; fingerprint: string }[]).find(({ filename }) => filename === 'pve-root-ca.pem');
  if (authority === undefined) throw new Error('The recorded certificates hold no CA.');
  return canonicalFingerprint(authority.fingerprint);
}
