import { readFileSync } from 'node:fs';
import type { Series } from '../../record/samples.ts';
import type { NpmPingSample } from './npm-ping-process.ts';

/** Moments of sending and of answers, ns of CLOCK_MONOTONIC, NaN where none came, as a series that the estimator takes. */
export function seriesOf(engine: string, periodMs: number, sentNs: Float64Array, receivedNs: Float64Array): Series {
  return {
    header: { schema: 1, probe: { name: engine, kind: 'icmp', guest: null, target: '', periodMs, waitMs: 1000 }, engine, anchorNs: '0' },
    samples: {
      length: sentNs.length,
      seq: sentNs.map((_, row) => row),
      sentNs,
      receivedNs,
      ok: Uint8Array.from(receivedNs, (at) => (Number.isNaN(at) ? 0 : 1)),
      duplicates: new Uint32Array(sentNs.length),
    },
    blind: [],
    horizonNs: (sentNs.at(-1) ?? 0) + 1e10,
    complete: true,
  };
}

/** The anchor's output: for each target `capacity` pairs of 64-bit integers, 0 for none. */
export function readAnchor(file: string, targets: number, periodMs: number): Series[] {
  const bytes = readFileSync(file);
  const all = new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  const capacity = all.length / 2 / targets;
  return Array.from({ length: targets }, (_, target) => {
    const sent: number[] = [];
    const received: number[] = [];
    for (let row = 0; row < capacity; row++) {
      const at = (target * capacity + row) * 2;
      const sentNs = Number(all[at] ?? 0n);
      if (sentNs === 0) continue;
      sent.push(sentNs);
      received.push(Number(all[at + 1] ?? 0n) || Number.NaN);
    }
    return seriesOf('C program', periodMs, Float64Array.from(sent), Float64Array.from(received));
  });
}

/** What npm's ping saw. It blocks for a second on each lost probe, so its period while nothing answers is a second. */
export function readNpmPing(file: string): Series[] {
  const all = JSON.parse(readFileSync(file, 'utf8')) as NpmPingSample[][];
  return all.map((samples) => seriesOf('npm ping', 1000, Float64Array.from(samples, ({ sentNs }) => sentNs), Float64Array.from(samples, ({ answeredNs }) => answeredNs ?? Number.NaN)));
}

/**
 * Slots of the grid between the last probe sent before `fromNs` and the first one sent behind `toNs` that were left out. Infinite where
 * the series does not reach over both: then nothing shows that they were not.
 */
export function slotsLeftOut({ samples }: Series, fromNs: number, toNs: number): number {
  const first = samples.sentNs.findLastIndex((at) => at < fromNs);
  const last = samples.sentNs.findIndex((at) => at > toNs);
  if (first < 0 || last < 0) return Number.POSITIVE_INFINITY;
  return (samples.seq[last] ?? Number.NaN) - (samples.seq[first] ?? Number.NaN) - (last - first);
}
