import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { registerSecret } from './scrub.ts';
import { openScrubbedLog } from './scrubbed-log.ts';

test('a secret that comes in two pieces is scrubbed, and two streams do not mix within a line', async () => {
  registerSecret('canary-of-the-log');
  const folder = mkdtempSync(join(tmpdir(), 'log-'));
  const path = join(folder, 'runner.log');
  const [out, err] = [new PassThrough(), new PassThrough()];
  const log = openScrubbedLog(path);
  const ended = Promise.all([log.follow(out), log.follow(err)]);
  out.write('one canary-of');
  err.write('three\n');
  await new Promise((resolve) => void setImmediate(resolve));
  expect(readFileSync(path, 'utf8')).toBe('three\n');
  out.end('-the-log two\nwithout an end');
  err.end();
  await ended;
  expect(readFileSync(path, 'utf8')).toBe('three\none [secret] two\nwithout an end\n');
  rmSync(folder, { recursive: true });
});
