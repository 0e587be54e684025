import type { Interval, Measurement, Unit } from '../record/types.ts';

/** From here on durations are said in seconds, ms. */
const secondsFromMs = 10_000;
const units: Record<Exclude<Unit, 'ms'>, string> = { packets: '', errors: '', writes: '', bytes: ' bytes' };

/** Three digits of a millisecond figure; of seconds, hundredths: both ends of an outage differ by a few periods of 10 ms. */
function digits(value: number, inSeconds: boolean): string {
  const places = inSeconds ? 2 : value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return String(Number(value.toFixed(places)));
}

/** The ends of an interval in words; both ends get one unit: `1240-1260 ms`, `41.2-41.4 s`, `3`, `at least 12 s`. */
export function sayInterval({ lo, hi }: Interval, unit: Unit): string {
  const inSeconds = unit === 'ms' && Math.max(lo, hi ?? 0) >= secondsFromMs;
  const suffix = unit === 'ms' ? (inSeconds ? ' s' : ' ms') : units[unit];
  const [low, high] = [lo, hi].map((value) => (value === null ? null : digits(inSeconds ? value / 1000 : value, inSeconds)));
  if (high === null) return `at least ${low}${suffix}, with no end seen`;
  return low === high ? `${high}${suffix}` : `${low}-${high}${suffix}`;
}

/** A limit or another single value: `2000 ms`, `60 s`, `0`. */
export function sayValue(value: number, unit: Unit): string {
  return sayInterval({ lo: value, hi: value }, unit);
}

/** Where a figure belongs: the nodes of a move, or the node it is about. Empty where it has none. */
export function sayMove({ from, to }: Pick<Measurement, 'from' | 'to'>): string {
  if (from === null) return to ?? '';
  return `${from} to ${to ?? '?'}`;
}

/** A measurement's limit in words, said where it is this tool's default: `limit 60 s`, `default limit 360 s`. Empty where it has none. */
export function sayLimitOf({ limit, limitFrom, unit }: Pick<Measurement, 'limit' | 'limitFrom' | 'unit'>): string {
  return limit === null ? '' : `${limitFrom === 'default' ? 'default ' : ''}limit ${sayValue(limit, unit)}`;
}

/** The measurement, its move and its limit in words: `outage 1240-1260 ms (n1 to n2), limit 1000 ms`. */
export function sayMeasurement(measurement: Measurement): string {
  const { name, from, to, unit } = measurement;
  const [move, limit] = [sayMove({ from, to }), sayLimitOf(measurement)];
  return `${name} ${sayInterval(measurement, unit)}${move === '' ? '' : ` (${move})`}${limit === '' ? '' : `, ${limit}`}`;
}
