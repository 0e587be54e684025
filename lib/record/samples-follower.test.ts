import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { followSamples } from './samples-follower.ts';
import { readSamples } from './samples-reader.ts';
import { createSamplesWriter } from './samples-writer.ts';

test('gives what the reader gives, each record once, however the growing file is cut', () => {
  const folder = mkdtempSync(join(tmpdir(), 'follow-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'whole.samples');
  const writer = createSamplesWriter(file, { name: 'web.icmp', kind: 'icmp', guest: 'web', target: '192.0.2.80', periodMs: 10, waitMs: 10_000 }, 'made-up', 0n);
  for (let seq = 0; seq < 60; seq++) {
    writer.sent(seq < 30 ? seq : seq + 5, seq * 1e7 + seq * 1000);
    if (seq % 7 !== 0) writer.answered(seq < 30 ? seq : seq + 5, seq * 1e7 + 400_000, seq % 5 !== 0);
    if (seq === 40) writer.blind(39e7, 40e7, 'held up');
  }
  writer.end(1e9);
  const whole = readSamples(file);
  const grown = join(folder, 'grown.samples');
  const seen = { sent: [] as number[], at: [] as number[], received: new Map<number, number>(), right: new Set<number>(), blind: [] as unknown[] };
  const follower = followSamples(grown, 10, {
    sent: (seq, atNs) => void (seen.sent.push(seq), seen.at.push(atNs)),
    answered: (seq, atNs, right) => {
      seen.received.set(seq, atNs);
      if (right) seen.right.add(seq);
    },
    blind: (stretch) => void seen.blind.push(stretch),
  });
  follower.read();
  for (const byte of readFileSync(file)) {
    appendFileSync(grown, Uint8Array.of(byte));
    follower.read();
  }
  expect(seen.sent).toEqual([...whole.samples.seq]);
  expect(seen.at).toEqual([...whole.samples.sentNs]);
  expect(seen.sent.map((seq) => seen.received.get(seq) ?? Number.NaN)).toEqual([...whole.samples.receivedNs]);
  expect(seen.sent.map((seq) => (seen.right.has(seq) ? 1 : 0))).toEqual([...whole.samples.ok]);
  expect(seen.blind).toEqual(whole.blind);
});
