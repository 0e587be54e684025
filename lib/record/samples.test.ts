import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeSamples, readSamples } from './samples-reader.ts';
import type { SampledProbe } from './samples.ts';
import { createSamplesWriter } from './samples-writer.ts';

const probe: SampledProbe = { name: 'web.icmp', kind: 'icmp', guest: 'web', target: '192.0.2.80', periodMs: 10, waitMs: 10_000 };
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'samples-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a samples file', () => {
  test('gives back what was written, late, wrong and duplicate answers and blind time included', () => {
    const file = join(folder, 'row.web', 'web.icmp.samples');
    const writer = createSamplesWriter(file, probe, 'icmp-koffi-raw', 123_456_789_012_345n);
    writer.sent(0, 1_000_000);
    writer.answered(0, 1_300_000, true);
    writer.sent(1, 11_000_123, 99_000);
    writer.sent(3, 31_000_000, 450_100);
    writer.answered(3, 31_400_000, false);
    writer.answered(1, 32_000_000, true);
    writer.answered(1, 33_000_000, true);
    writer.blind(15_000_000, 31_000_000, 'no send for 20 ms: naïve');
    writer.sent(4, 41_000_000);
    writer.answered(99, 41_500_000, true);
    writer.end(50_000_000);
    writer.sent(5, 51_000_000);

    const series = readSamples(file);
    expect(series.header).toEqual({ schema: 2, probe, engine: 'icmp-koffi-raw', anchorNs: '123456789012345' });
    expect(series).toMatchObject({ complete: true, horizonNs: 50_000_000 });
    expect([...series.samples.seq]).toEqual([0, 1, 3, 4]);
    expect([...series.samples.sentNs]).toEqual([1_000_000, 11_000_123, 31_000_000, 41_000_000]);
    expect([...series.samples.receivedNs]).toEqual([1_300_000, 32_000_000, 31_400_000, Number.NaN]);
    expect([...series.samples.ok]).toEqual([1, 1, 0, 0]);
    expect([...series.samples.duplicates]).toEqual([0, 1, 0, 0]);
    expect(series.samples.held).toEqual({ usualNs: 100_000, beyond: new Map([[2, 451_000]]) });
    expect(series.blind).toEqual([{ fromNs: 15_000_000, toNs: 31_000_000, reason: 'no send for 20 ms: naïve' }]);
  });

  test('loses nothing to a disk that was full for a moment, and takes half a write for what it is', () => {
    const file = join(folder, 'a.samples');
    let full = false;
    const writer = createSamplesWriter(file, probe, 'test', 0n, (fd, bytes, offset, length) => {
      if (full) throw new Error('ENOSPC: no space left on device');
      full = length > 3;
      return writeSync(fd, bytes, offset, Math.min(length, 3));
    });
    for (let seq = 0; seq < 50; seq++) {
      writer.sent(seq, seq * 1e7);
      writer.answered(seq, seq * 1e7 + 300_000, seq % 7 !== 0);
      writer.flush();
      full = false;
    }
    for (let round = 0; round < 200; round++, full = false) writer.flush();
    writer.end(1e9);
    writer.flush();
    expect(writer.trouble()).toBe('ENOSPC: no space left on device');
    expect([...readSamples(file).samples.ok]).toEqual(Array.from({ length: 50 }, (_, seq) => (seq % 7 === 0 ? 0 : 1)));
  });

  test.each(['the buffer is full', 'the recording ends'])('on a disk that stays full it never throws, and is cut off and says so once %s', (when) => {
    const file = join(folder, 'a.samples');
    let full = false;
    const writer = createSamplesWriter(file, probe, 'test', 0n, (...args) => {
      if (full) throw new Error('ENOSPC: no space left on device');
      return writeSync(...args);
    });
    writer.sent(0, 0);
    writer.answered(0, 300_000, true);
    expect(writer.flush()).toBe(true);
    full = true;
    writer.sent(1, 1e7);
    expect(writer.flush()).toBe(false);
    expect(writer.trouble()).toBeNull();
    const count = when === 'the buffer is full' ? 40_000 : 2;
    for (let seq = 2; seq < count; seq++) writer.sent(seq, seq * 1e7);
    if (when === 'the recording ends') writer.end(1e12);
    expect(writer.trouble()).toMatch(/ENOSPC/);
    full = false;
    writer.sent(90_000, 90_000 * 1e7);
    writer.answered(1, 1e12, true);
    writer.flush();
    writer.end(1e12);
    const { complete, samples } = readSamples(file);
    expect(complete).toBe(false);
    expect([...samples.seq]).not.toContain(90_000);
    expect(samples.receivedNs[1]).not.toBe(1e12);
  });

  test('takes at most 11 bytes a probe with its reply under realistic jitter', () => {
    const file = join(folder, 'a.samples');
    const writer = createSamplesWriter(file, probe, 'test', 0n);
    const head = statSync(file).size;
    const count = 20_000;
    let random = 1;
    const jitter = (ns: number): number => (random = (random * 48_271) % 2_147_483_647) % ns;
    for (let seq = 0; seq < count; seq++) {
      const sentNs = 3.6e12 + seq * 1e7 + jitter(2_000_000);
      writer.sent(seq, sentNs);
      writer.answered(seq, sentNs + 300_000 + jitter(4_000_000), true);
    }
    writer.end(4e12);
    expect((statSync(file).size - head) / count).toBeLessThan(11);
    expect(readSamples(file).samples.length).toBe(count);
  });

  test('is readable up to any byte at which a crash cut it off', () => {
    const file = join(folder, 'a.samples');
    const writer = createSamplesWriter(file, probe, 'test', 0n);
    for (let seq = 0; seq < 40; seq++) {
      writer.sent(seq, seq * 1e7);
      writer.answered(seq, seq * 1e7 + 250_000, true);
      if (seq % 10 === 9) writer.blind(seq * 1e7, seq * 1e7 + 5, 'a reason');
    }
    writer.end(1e9);
    const whole = readFileSync(file);
    const head = whole.indexOf(0x0a) + 1;
    fc.assert(fc.property(fc.integer({ min: head, max: whole.length - 1 }), (cut) => {
      const series = decodeSamples(whole.subarray(0, cut), 'cut');
      expect(series.complete).toBe(false);
      expect([...series.samples.sentNs]).toEqual(Array.from({ length: series.samples.length }, (_, seq) => seq * 1e7));
      expect(decodeSamples(Buffer.concat([whole.subarray(0, cut), Buffer.alloc(100)]), 'zeros').samples.length).toBeGreaterThanOrEqual(series.samples.length);
    }));
  });

  test.each([[0], [9], [200]])('nothing behind an unknown record (tag %d) is taken for samples', (tag) => {
    const file = join(folder, 'a.samples');
    const writer = createSamplesWriter(file, probe, 'test', 0n);
    writer.sent(0, 5);
    writer.flush();
    appendFileSync(file, Uint8Array.of(tag, 0, 1, 0, 1, 0));
    expect(readSamples(file)).toMatchObject({ complete: false, samples: { length: 1 } });
  });

  test('a tail of zeros is the end of what is readable, not samples', () => {
    const file = join(folder, 'a.samples');
    const writer = createSamplesWriter(file, probe, 'test', 0n);
    writer.sent(0, 5);
    writer.flush();
    appendFileSync(file, Buffer.alloc(500));
    const series = readSamples(file);
    expect([...series.samples.sentNs]).toEqual([5]);
    expect(series.horizonNs).toBe(5);
    expect(series.complete).toBe(false);
  });

  test('is written out by flush, before it is ended', () => {
    const file = join(folder, 'a.samples');
    const writer = createSamplesWriter(file, probe, 'test', 0n);
    writer.sent(0, 5);
    expect(readSamples(file).samples.length).toBe(0);
    writer.flush();
    expect(readSamples(file).samples.length).toBe(1);
    writer.end(10);
  });

  test('is never overwritten', () => {
    const file = join(folder, 'a.samples');
    createSamplesWriter(file, probe, 'test', 0n).end(1);
    expect(() => createSamplesWriter(file, probe, 'test', 0n)).toThrow('EEXIST');
  });

  test('of the first schema is read, and says nothing of how long probes were held', () => {
    const { samples } = decodeSamples(Buffer.concat([Buffer.from(`${JSON.stringify({ schema: 1, probe, engine: 'x', anchorNs: '0' })}\n`), Buffer.of(1, 0)]), 'x.samples');
    expect(samples.length).toBe(1);
    expect(samples).not.toHaveProperty('held');
  });

  test.each([
    ['nothing', '', 'is no samples file'],
    ['another file', 'hello\nworld', 'is no samples file'],
    ['a later schema', `${JSON.stringify({ schema: 3, probe, engine: 'x', anchorNs: '0' })}\n`, 'has schema 3, this version reads 1 and 2'],
  ])('%s is refused with a sentence', (_, text, message) => {
    expect(() => decodeSamples(Buffer.from(text), 'x.samples')).toThrow(message);
  });
});
