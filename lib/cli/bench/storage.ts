import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureWindow } from '../../measurement/window.ts';
import { readSamples } from '../../record/samples-reader.ts';
import { createSamplesWriter } from '../../record/samples-writer.ts';
import { markdown, round } from './table.ts';

/**
 * What a day takes: the grid of 24 hours at 10 ms for ten targets, with the jitter of a busy machine, is written by the writer of the
 * record, and each file is read and measured again. One argument: hours.
 */
const periodMs = 10;
const targets = 10;
const flushMs = 100;
/** Every so often, on average, a probe is lost, an answer is doubled. */
const rare = 100_000;
/** An outage an hour, so that there is something to find. */
const outage = { everyMs: 3_600_000, atMs: 1_800_000, lengthMs: 1234 } as const;

const hours = Number(process.argv[2] ?? '24');
const count = Math.round((hours * 3_600_000) / periodMs);
const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-bench-'));
const megabytesNow = (): number => process.memoryUsage.rss() / 2 ** 20;

/** Park and Miller's generator, 0 to 1. */
let state = 1;
const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
/** Delays as they are found: mostly short, a few long. */
const delayNs = (usualNs: number): number => -Math.log(1 - random() * 0.999_999) * usualNs;

function isOut(ms: number): boolean {
  const within = ms % outage.everyMs;
  return within >= outage.atMs && within < outage.atMs + outage.lengthMs;
}

function writeAll(): { seconds: number; least: number; most: number } {
  const writers = Array.from({ length: targets }, (_, index) => createSamplesWriter(join(folder, `${index}.samples`), { name: `target-${index}`, kind: 'icmp', guest: null, target: '192.0.2.1', periodMs, waitMs: 10_000 }, 'generated', 0n));
  const beganMs = performance.now();
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let seq = 0; seq < count; seq++) {
    for (const writer of writers) {
      const sentNs = seq * periodMs * 1e6 + delayNs(60_000);
      writer.sent(seq, sentNs);
      if (isOut(seq * periodMs) || random() * rare < 1) continue;
      const receivedNs = sentNs + 150_000 + delayNs(150_000);
      writer.answered(seq, receivedNs, true);
      if (random() * rare < 1) writer.answered(seq, receivedNs + 1000, true);
    }
    if ((seq * periodMs) % flushMs === 0) for (const writer of writers) writer.flush();
    if (seq % 360_000 !== 0 || seq === 0) continue;
    least = Math.min(least, megabytesNow());
    most = Math.max(most, megabytesNow());
  }
  for (const writer of writers) writer.end(count * periodMs * 1e6);
  return { seconds: (performance.now() - beganMs) / 1000, least, most };
}

function readAll(): { seconds: number; probes: number; outages: number; held: number } {
  const beganMs = performance.now();
  let [probes, outages, held] = [0, 0, 0];
  for (let index = 0; index < targets; index++) {
    const series = readSamples(join(folder, `${index}.samples`));
    if (!series.complete) throw new Error(`file ${index} is not whole`);
    probes += series.samples.length;
    const figures = measureWindow(series, 0, count * periodMs * 1e6, { lateAfterMs: 100, waitMs: 10_000 });
    const long = figures.outages.filter(({ lo }) => lo > 1000);
    outages += long.length;
    held += long.filter(({ lo, hi }) => lo <= outage.lengthMs && (hi ?? 0) >= outage.lengthMs).length;
  }
  return { seconds: (performance.now() - beganMs) / 1000, probes, outages, held };
}

try {
  const before = megabytesNow();
  const written = writeAll();
  const bytes = Array.from({ length: targets }, (_, index) => statSync(join(folder, `${index}.samples`)).size).reduce((sum, size) => sum + size, 0);
  const read = readAll();
  if (read.probes !== count * targets) throw new Error(`${read.probes} probes were read, ${count * targets} were written`);
  process.stdout.write(`\n${hours} h of ${targets} targets every ${periodMs} ms, generated, written and read again:\n\n`);
  process.stdout.write(
    markdown(
      ['probes', 'MB (10^6)', 'bytes a probe with its answer', 'written in', 'memory while writing, MB', 'read and measured in', 'outages found', 'truth within [lo, hi]'],
      [[String(read.probes), (bytes / 1e6).toFixed(0), (bytes / read.probes).toFixed(2), `${written.seconds.toFixed(0)} s`, `${round(before)} before, ${round(written.least)} to ${round(written.most)}`, `${read.seconds.toFixed(0)} s`, String(read.outages), String(read.held)]],
    ),
  );
} finally {
  rmSync(folder, { recursive: true });
}
