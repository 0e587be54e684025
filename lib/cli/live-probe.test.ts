import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSamplesWriter } from '../record/samples-writer.ts';
import { followProbe } from './live-probe.ts';

test('round trip, loss and silence of a probe follow its file while it grows, without what may still be answered', () => {
  const folder = mkdtempSync(join(tmpdir(), 'live-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'web.icmp.samples');
  const probe = followProbe(file, 10);
  expect(probe.look()).toEqual({ rttMs: null, due: 0, unanswered: 0, silentMs: 0 });
  const writer = createSamplesWriter(file, { name: 'web.icmp', kind: 'icmp', guest: 'web', target: '192.0.2.80', periodMs: 10, waitMs: 10_000 }, 'made-up', 0n);
  const send = (from: number, to: number, answered: boolean): void => {
    for (let seq = from; seq < to; seq++) {
      writer.sent(seq, seq * 1e7);
      if (answered && seq % 10 !== 3) writer.answered(seq, seq * 1e7 + 400_000, true);
    }
    writer.flush();
  };
  send(0, 100, true);
  const well = probe.look();
  expect(well).toMatchObject({ rttMs: 0.4, silentMs: 0 });
  expect(well.unanswered).toBe(5);
  expect(well.due).toBe(95);
  send(100, 1300, false);
  expect(probe.look()).toEqual({ rttMs: null, due: 449, unanswered: 449, silentMs: 11_990 });
  writer.answered(1299, 1299e7 + 100, false);
  writer.flush();
  expect(probe.look().silentMs).toBe(11_990);
  send(1300, 1310, true);
  expect(probe.look()).toMatchObject({ rttMs: 0.4, silentMs: 0 });
});
