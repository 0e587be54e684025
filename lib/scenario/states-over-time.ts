import { setTimeout as sleep } from 'node:timers/promises';
import type { Hypervisor } from '../adapters/hypervisor.ts';
import type { StateLine } from '../adapters/states-over-time.ts';
import type { RunWriter } from '../record/run-writer.ts';

/**
 * Oldest reading that a row goes on with, ms. Rows that watch something read far more often by themselves; for the others this is as
 * often as managers of HA go round (10 s), so that nothing that lasts for a round is missed and no cluster feels it.
 */
const oldestMs = 10_000;
const lookMs = 1000;

/** Sees to it that the platform's states are read while nobody else reads them, until it is stopped. */
export function keepStatesFresh({ states }: Pick<Hypervisor, 'states'>, times = { oldestMs, lookMs }): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const keeping = states === undefined ? Promise.resolve() : (async () => {
    for (;;) {
      await sleep(times.lookMs, undefined, { signal });
      await states.refresh(times.oldestMs, { signal });
    }
  })().catch(() => undefined);
  return {
    stop: async () => {
      stopping.abort();
      await keeping;
    },
  };
}

/** A line as it is written: `t` in ns since the run's anchor, as in `events.jsonl`, and `wall` of the same moment. */
function written({ of, lastBeforeNs, firstAfterNs, changed, state, unreadable }: StateLine, clock: (ns: number) => { t: number; wall: string }): Record<string, unknown> {
  return {
    ...clock(firstAfterNs),
    of,
    lastBefore: lastBeforeNs === null ? null : clock(lastBeforeNs),
    ...(unreadable === undefined ? { changed } : { unreadable }),
    ...(state === undefined ? {} : { state }),
  };
}

/**
 * Leaves in the record what the platform said of itself since a moment, ns of CLOCK_MONOTONIC: a JSON document a line, one for each change and
 * each silence. `t` is when it was first seen, `lastBefore` when the last reading was begun that showed the one before. What comes last of
 * each part is when its last state was seen for the last time (`unchanged`).
 */
export function recordStates({ states }: Pick<Hypervisor, 'states'>, writer: Pick<RunWriter, 'now' | 'wallNow' | 'sinceAnchor' | 'evidence'>, scenario: string, sinceNs: number): void {
  const clock = (ns: number): { t: number; wall: string } => {
    const t = writer.sinceAnchor(ns);
    return { t, wall: new Date(writer.wallNow() - (writer.now() - t) / 1e6).toISOString() };
  };
  for (const { title, file, lines, leftOut } of states?.since(sinceNs) ?? []) {
    if (lines.length === 0) continue;
    const last = [...new Map(lines.map((line) => [line.of, line])).values()].filter(({ firstAfterNs, lastSeenNs }) => lastSeenNs > firstAfterNs);
    const documents = [
      ...(leftOut === 0 ? [] : [{ leftOut, why: 'older lines: there were more than are kept' }]),
      ...lines.map((line) => written(line, clock)),
      ...last.map(({ of, lastSeenNs }) => ({ ...clock(lastSeenNs), of, unchanged: true })),
    ];
    writer.evidence({ scenario, title, name: file, mediaType: 'text/plain', data: `${documents.map((document) => JSON.stringify(document)).join('\n')}\n` });
  }
}
