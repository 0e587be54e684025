import type { MessagePort } from 'node:worker_threads';
import type { BeatReading } from '../record/beats.ts';
import type { Family } from './address.ts';
import type { ProbeSpec } from './probe.ts';

/** What the owner of a prober tells its worker. Times are ns of CLOCK_MONOTONIC. */
export type Command =
  /** Start sending at the next slot; `firstSeq` is not 0 when the probe ran in a worker before that died. */
  | { type: 'add'; id: number; spec: ProbeSpec; firstSeq: number }
  /** Stop sending. Answers that still come are reported. */
  | { type: 'remove'; id: number }
  | { type: 'close' };

/** What a worker tells. A batch comes at least every `batchMs`, empty or not: its silence means that the worker stalls. */
export type Notice =
  | { type: 'ready'; engine: string; reason: string }
  | { type: 'failed'; message: string }
  /** The probe sends no more, and everything that it sent has been told. */
  | { type: 'removed'; id: number }
  | { type: 'batch'; atNs: number; rows: Float64Array }
  /** What a heartbeat said, asked for at `fromNs` and answered at `toNs`. */
  | { type: 'reading'; id: number; fromNs: number; toNs: number; reading: BeatReading }
  /** `id` null: all probes of the worker. */
  | { type: 'blind'; id: number | null; fromNs: number; toNs: number; reason: string };

export const batchMs = 100;

/** Rows of a batch: kind, probe id, sequence, moment; for answers the moment of sending, for sends within what time the probe had left (0: not told). */
export const rowLength = 5;
export const rowKinds = { sent: 1, answered: 2, wrong: 3 } as const;

export interface WorkerInput {
  port: MessagePort;
  /** Rings (counts up) behind every command: a worker without an event loop looks at its port only then, for a look costs as much as a probe. */
  bell: Int32Array;
  /** The moment that all grids share. */
  epochNs: number;
  realtime: boolean;
  /** Engines of ICMP: which addresses they probe. */
  family: Family;
}

/** Collects rows in the worker and posts them. */
export interface Outbox {
  /** @param heldNs within what time behind atNs it had left the prober, where that is known */
  sent(id: number, seq: number, atNs: number, heldNs?: number): void;
  answered(id: number, seq: number, atNs: number, sentNs: number, ok: boolean): void;
  blind(id: number | null, fromNs: number, toNs: number, reason: string): void;
  reading?(id: number, fromNs: number, toNs: number, reading: BeatReading): void;
  /** Posts what was collected when `batchMs` passed since the last time. */
  flush(nowNs: number): void;
  /** Posts what was collected, and that the probe sends no more. */
  removed(id: number, nowNs: number): void;
}

export function createOutbox(post: (notice: Notice) => void): Outbox {
  let rows = new Float64Array(256 * rowLength);
  let used = 0;
  let flushedNs = 0;
  const row = (kind: number, id: number, seq: number, atNs: number, last: number): void => {
    if (used === rows.length) {
      const wider = new Float64Array(rows.length * 2);
      wider.set(rows);
      rows = wider;
    }
    rows[used] = kind;
    rows[used + 1] = id;
    rows[used + 2] = seq;
    rows[used + 3] = atNs;
    rows[used + 4] = last;
    used += rowLength;
  };
  const flush = (nowNs: number): void => {
    flushedNs = nowNs;
    post({ type: 'batch', atNs: nowNs, rows: rows.slice(0, used) });
    used = 0;
  };
  return {
    sent: (id, seq, atNs, heldNs = 0) => row(rowKinds.sent, id, seq, atNs, heldNs),
    answered: (id, seq, atNs, sentNs, ok) => row(ok ? rowKinds.answered : rowKinds.wrong, id, seq, atNs, sentNs),
    blind: (id, fromNs, toNs, reason) => post({ type: 'blind', id, fromNs, toNs, reason }),
    reading: (id, fromNs, toNs, reading) => post({ type: 'reading', id, fromNs, toNs, reading }),
    flush(nowNs) {
      if (nowNs - flushedNs >= batchMs * 1e6) flush(nowNs);
    },
    removed(id, nowNs) {
      flush(nowNs);
      post({ type: 'removed', id });
    },
  };
}
