import { join } from 'node:path';
import { createRun } from '../../record/run-writer.ts';
import type { RunWriter } from '../../record/run-writer.ts';
import { createSamplesWriter } from '../../record/samples-writer.ts';
import { syntheticDescription } from '../../record/testing.ts';
import type { EventBody, RowName, RunDescription, Target } from '../../record/types.ts';

/** A guest's name that means harm wherever it is not treated as text. */
export const hostileGuest = '"; rm -rf / #<script>alert(1)</script>';

/** One scenario of a made-up record, written with the real writers on a clock of its own. Times are ms since the run's anchor. */
export interface SyntheticScenario {
  id: string;
  writer: RunWriter;
  begin(ms: number): void;
  /** Sets the clock and appends an event of this scenario. */
  at(ms: number, body: Without<EventBody>): void;
  /** A step from one moment to another with what happens in it. */
  step(step: number, title: string, fromMs: number, toMs: number, body?: () => void, error?: string): void;
  /** Samples of a probe every 10 ms; `answers` gives the round trip in ms of the probe sent then, or null: lost, or undefined: not sent. */
  probe(name: string, spanMs: [number, number], answers: (ms: number) => number | null | undefined): void;
}

type Without<E> = E extends { scenario: string | null } ? Omit<E, 'scenario'> : never;

export interface SyntheticRun {
  writer: RunWriter;
  setClock(ms: number): void;
  scenario(id: string, row: RowName, guest: string | null, more?: { title?: string; target?: Target }): SyntheticScenario;
}

/** Begins a made-up run below `root`. */
export function beginSynthetic(root: string, change: Partial<RunDescription> = {}): SyntheticRun {
  let nowMs = 0;
  const anchorNs = 5_000_000_000_000n;
  const writer = createRun({ root, description: { ...syntheticDescription(), ...change } }, () => anchorNs + BigInt(Math.round(nowMs * 1e6)));
  const setClock = (ms: number): void => {
    nowMs = ms;
  };
  writer.event({ kind: 'run-started', scenario: null });
  return {
    writer,
    setClock,
    scenario(id, row, guest, { title = `Synthetic ${row}`, target = { node: null, role: null, disk: null } } = {}) {
      const at = (ms: number, body: Without<EventBody>): void => {
        setClock(ms);
        writer.event({ ...body, scenario: id } as EventBody);
      };
      writer.event({ kind: 'scenario-planned', scenario: id, row, guest, repeat: 1, title });
      return {
        id,
        writer,
        at,
        begin: (ms) => at(ms, { kind: 'scenario-started', row, guest, repeat: 1, title, fault: null, target }),
        step(step, title_, fromMs, toMs, body = () => undefined, error = '') {
          at(fromMs, { kind: 'step-started', step, title: title_ });
          body();
          at(toMs, { kind: 'step-ended', step, title: title_, ok: error === '', error: error === '' ? null : error });
        },
        probe(name, [fromMs, toMs], answers) {
          const file = `samples/${id}/${name}.samples`;
          const spec = { name, kind: 'icmp' as const, guest, target: '192.0.2.80', periodMs: 10, waitMs: 10_000 };
          at(fromMs, { kind: 'probe-started', probe: name, probeKind: 'icmp', guest, target: spec.target, engine: 'made-up', periodMs: 10, waitMs: 10_000, file });
          writeSamples(join(writer.folder, file), spec, fromMs, toMs, answers);
        },
      };
    },
  };
}

function writeSamples(file: string, spec: Parameters<typeof createSamplesWriter>[1], fromMs: number, toMs: number, answers: (ms: number) => number | null | undefined): void {
  const samples = createSamplesWriter(file, spec, 'made-up', 5_000_000_000_000n);
  const records: { atMs: number; write: () => void }[] = [];
  let seq = 0;
  for (let ms = fromMs; ms < toMs; ms += spec.periodMs, seq += 1) {
    const rttMs = answers(ms);
    const number = seq;
    if (rttMs !== undefined) records.push({ atMs: ms, write: () => samples.sent(number, ms * 1e6) });
    if (rttMs !== undefined && rttMs !== null) records.push({ atMs: ms + rttMs, write: () => samples.answered(number, (ms + rttMs) * 1e6, true) });
  }
  for (const { write } of records.toSorted((a, b) => a.atMs - b.atMs)) write();
  samples.end(toMs * 1e6 + 1e9);
}

/** Round trip times that look like a network's: 0.25 to 0.6 ms, with a rare 2 ms; the same for the same moment. */
export function usualRtt(ms: number): number {
  const noise = Math.abs(Math.sin(ms * 12.9898) * 43_758.5453) % 1;
  return noise > 0.995 ? 2 : 0.25 + 0.35 * noise;
}
