import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSamplesWriter } from '../record/samples-writer.ts';
import type { SamplesWriter } from '../record/samples-writer.ts';
import { followProbe } from './live-probe.ts';
import type { LiveProbe } from './live-probe.ts';

interface Following {
  probe: LiveProbe;
  open: () => SamplesWriter;
  /** Lets time pass. */
  pass: (ms: number) => void;
}

function beginFollowing(periodMs = 10): Following {
  const folder = mkdtempSync(join(tmpdir(), 'live-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'web.icmp.samples');
  let now = 5000;
  const spec = { name: 'web.icmp', kind: 'icmp', guest: 'web', target: '192.0.2.80', periodMs, waitMs: 10_000 } as const;
  return { probe: followProbe(file, periodMs, () => now), open: () => createSamplesWriter(file, spec, 'made-up', 0n), pass: (ms) => (now += ms) };
}

/** A second of probes that are answered. */
function answer(writer: SamplesWriter, from: number): void {
  for (let seq = from; seq < from + 100; seq++) {
    writer.sent(seq, seq * 1e7);
    writer.answered(seq, seq * 1e7 + 400_000, true);
  }
  writer.flush();
}

test('a prober that does not send is told from when it takes longer than the writing of its file', () => {
  const { probe, open, pass } = beginFollowing();
  const writer = open();
  pass(1400);
  expect(probe.look().unsentMs).toBe(0);
  pass(200);
  expect(probe.look().unsentMs).toBe(1600);
  answer(writer, 0);
  expect(probe.look().unsentMs).toBe(0);
  pass(60_000);
  expect(probe.look()).toMatchObject({ unsentMs: 60_000, unanswered: 0 });
  answer(writer, 6000);
  expect(probe.look().unsentMs).toBe(0);
  const slow = beginFollowing(5000);
  slow.pass(11_000);
  expect(slow.probe.look().unsentMs).toBe(0);
});

test('a blind prober is told while it is blind, and afterwards as long as that is among the newest probes', () => {
  const { probe, open } = beginFollowing();
  const writer = open();
  answer(writer, 0);
  writer.blind(1e9, 2e9, 'no carrier');
  writer.blind(2e9, 3e9, 'no carrier');
  for (let seq = 100; seq < 300; seq++) writer.sent(seq, seq * 1e7);
  writer.flush();
  expect(probe.look().blind).toEqual({ lastedMs: 2000, reason: 'no carrier', now: true });
  answer(writer, 300);
  expect(probe.look()).toMatchObject({ blind: { lastedMs: 2000, reason: 'no carrier', now: false }, silentMs: 0 });
  for (let from = 400; from < 900; from += 100) answer(writer, from);
  expect(probe.look().blind).toBeNull();
});

test('round trip, loss and silence of a probe follow its file while it grows, without what may still be answered', () => {
  const { probe, open } = beginFollowing();
  expect(probe.look()).toEqual({ rttMs: null, due: 0, unanswered: 0, silentMs: 0, unsentMs: 0, blind: null });
  const writer = open();
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
  expect(probe.look()).toMatchObject({ rttMs: null, due: 449, unanswered: 449, silentMs: 11_990 });
  writer.answered(1299, 1299e7 + 100, false);
  writer.flush();
  expect(probe.look().silentMs).toBe(11_990);
  send(1300, 1310, true);
  expect(probe.look()).toMatchObject({ rttMs: 0.4, silentMs: 0 });
});
