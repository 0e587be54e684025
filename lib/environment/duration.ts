const unitsMs: Readonly<Record<string, number>> = { us: 0.001, 'µs': 0.001, ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a duration as people write it: a number and its unit, `10ms`, `1.5s`, `2m`, `1h`.
 *
 * @throws Error for anything else; a bare number is refused, because nobody can tell whether it means seconds or milliseconds.
 */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-zµ]+)$/.exec(text.trim());
  const unitMs = unitsMs[match?.[2] ?? ''];
  if (match === null || unitMs === undefined) throw new Error(`"${text}" is not a duration: write a number with its unit, one of us, ms, s, m, h, for example 10ms or 1.5s.`);
  return Number(match[1]) * unitMs;
}

/** A duration for people: three digits that count, in the unit that suits, `0.31 ms`, `12.5 s`, `3 min 20 s`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Number(ms.toPrecision(3))} ms`;
  if (ms < 119_500) return `${Number((ms / 1000).toPrecision(3))} s`;
  const seconds = Math.round(ms / 1000);
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
}
