import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lostWrites } from '../measurement/integrity.ts';
import { watchIntegrity } from './integrity-watch.ts';

/** A guest that acknowledged 40 writes, is started anew, says nothing of its ring at first, and then recovers all of it. */
const answers = [
  { boot: 'a', state: 'running', ack: 40, recovered: 0, errors: 0 },
  { boot: 'b', state: 'starting', ack: 0, recovered: 0, errors: 0 },
  { boot: 'b', state: 'recovered', ack: 40, recovered: 40, errors: 0 },
  { boot: 'b', state: 'running', ack: 41, recovered: 40, errors: 0 },
];

test('a guest that still verifies its ring has not said that it lost anything', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'integrity-'));
  let asked = 0;
  const server = createServer((_, response) => {
    response.end(JSON.stringify(answers[Math.min(asked, answers.length - 1)]));
    asked += 1;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/status.json`;
  const watch = watchIntegrity('web', url, { file: join(folder, 'web.jsonl'), now: () => Number(process.hrtime.bigint()) });
  expect(await watch.until((readings) => readings.at(-1)?.ack === 41, 20_000, new AbortController().signal)).toBe(true);
  expect(await watch.until(() => false, 1, new AbortController().signal)).toBe(false);
  expect(await watch.until(() => false, 20_000, AbortSignal.abort())).toBe(false);
  await watch.stop();
  server.close();
  rmSync(folder, { recursive: true });
  expect(watch.readings().slice(0, 3).map(({ boot, ack }) => [boot, ack])).toEqual([['a', 40], ['b', 40], ['b', 41]]);
  expect(lostWrites(watch.readings())).toBe(0);
});
