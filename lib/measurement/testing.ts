import type { BlindStretch, Series } from '../record/samples.ts';

/** One probe of a series made for a test: sent, and what came back when (ms). */
export interface MadeProbe {
  atMs: number;
  rttMs?: number | null;
  ok?: boolean;
  duplicates?: number;
  /** Within what time it had left, ms. */
  heldMs?: number;
}

/** A series as the reader would give it, from probes in ms. Its horizon is long after the last probe unless `endMs` says otherwise. */
export function makeSeries(probes: readonly MadeProbe[], { periodMs = 10, waitMs = 10_000, endMs = Number.NaN, blind = [] as BlindStretch[] } = {}): Series {
  const rows = [...probes].sort((a, b) => a.atMs - b.atMs);
  const lastMs = rows.at(-1)?.atMs ?? 0;
  return {
    header: { schema: 1, probe: { name: 'web.icmp', kind: 'icmp', guest: 'web', target: '192.0.2.80', periodMs, waitMs }, engine: 'made', anchorNs: '0' },
    samples: {
      length: rows.length,
      seq: Float64Array.from(rows, (_, row) => row),
      sentNs: Float64Array.from(rows, ({ atMs }) => atMs * 1e6),
      receivedNs: Float64Array.from(rows, ({ atMs, rttMs }) => (rttMs === null ? Number.NaN : (atMs + (rttMs ?? 0.3)) * 1e6)),
      ok: Uint8Array.from(rows, ({ rttMs, ok }) => (rttMs === null || ok === false ? 0 : 1)),
      duplicates: Uint32Array.from(rows, ({ duplicates }) => duplicates ?? 0),
      ...(rows.some(({ heldMs }) => heldMs !== undefined) ? { held: { usualNs: 0, beyond: new Map(rows.map(({ heldMs = 0 }, row) => [row, heldMs * 1e6])) } } : {}),
    },
    blind,
    horizonNs: (Number.isNaN(endMs) ? lastMs + waitMs : endMs) * 1e6,
    complete: true,
  };
}
