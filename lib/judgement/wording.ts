import type { Interval, Measurement, Unit } from '../record/types.ts';

/** From here on durations are said in seconds, ms. */
const secondsFromMs = 10_000;
const units: Record<Exclude<Unit, 'ms'>, string> = { packets: '', errors: '', writes: '', bytes: ' bytes' };

/** Fractions of a figure's unit that are told apart: a duration's nanoseconds, below which no clock of ours sees. */
const fractions = 1e6;

/** How a value is to be said. */
interface Wanted {
  inSeconds: boolean;
  rounding: 'floor' | 'ceil' | 'round';
  limit: number | null;
  /** How far apart the ends of its interval are, in its unit. */
  width?: number | null;
}

/**
 * Three digits of a millisecond figure; of seconds, hundredths. Finer where rounding both ends outwards would widen an interval by a
 * fifth or more, as that of an outage that was sampled every 10 ms; microseconds at the finest. In fractions.
 */
function usualStep(value: number, inSeconds: boolean, width: number | null): number {
  const usual = (inSeconds ? 10 : value >= 100 ? 1 : value >= 10 ? 0.1 : 0.01) * fractions;
  if (width === null) return usual;
  const finest = fractions / 1000;
  const wanted = Math.max(finest, (width * fractions) / 10);
  return usual <= wanted ? usual : Math.max(finest, 10 ** Math.floor(Math.log10(wanted)));
}

/** A whole number of fractions as the figure that is shown, all its digits. */
function shown(inFractions: number, inSeconds: boolean): string {
  return String(Number((inFractions / (inSeconds ? 1000 : 1) / fractions).toPrecision(15)));
}

/** A value, rounded; with as many digits more as it needs to stand to the limit as the value itself does: below, at, or above it. */
function rounded(value: number, { inSeconds, rounding, limit, width = null }: Wanted): string {
  const exact = Math.round(value * fractions);
  const side = (inFractions: number): number => (limit === null ? 0 : Math.sign(inFractions - Math.round(limit * fractions)));
  let step = usualStep(value, inSeconds, width);
  const atStep = (): number => Math[rounding](exact / step) * step;
  while (step > 1 && side(atStep()) !== side(exact)) step /= 10;
  return shown(Math.round(atStep()), inSeconds);
}

function isInSeconds(highest: number, unit: Unit): boolean {
  return unit === 'ms' && highest >= secondsFromMs;
}

function suffixOf(unit: Unit, inSeconds: boolean): string {
  if (unit !== 'ms') return units[unit];
  return inSeconds ? ' s' : ' ms';
}

/**
 * The ends of an interval in words; both ends get one unit: `1240-1260 ms`, `41.2-41.4 s`, `3`, `at least 12 s`. It is rounded outwards,
 * so that what is said still holds the true value; a single value is rounded to the nearest.
 *
 * @param limit what judged it: what is said stands to the limit as the interval does.
 */
export function sayInterval({ lo, hi }: Interval, unit: Unit, limit: number | null = null): string {
  if (hi === null) return `at least ${sayLowerEnd(lo, unit, limit)}, with no end seen`;
  const inSeconds = isInSeconds(Math.max(lo, hi), unit);
  const end = { inSeconds, limit, width: hi - lo };
  const ends = lo === hi ? rounded(lo, { inSeconds, limit, rounding: 'round' }) : `${rounded(lo, { ...end, rounding: 'floor' })}-${rounded(hi, { ...end, rounding: 'ceil' })}`;
  return `${ends}${suffixOf(unit, inSeconds)}`;
}

/** The lower end of an interval by itself, as in `sayInterval`: `12 s`. */
export function sayLowerEnd(lo: number, unit: Unit, limit: number | null = null): string {
  const inSeconds = isInSeconds(lo, unit);
  return `${rounded(lo, { inSeconds, limit, rounding: 'floor' })}${suffixOf(unit, inSeconds)}`;
}

/** A single value, rounded to the nearest: `2000 ms`, `60 s`, `0`. */
export function sayValue(value: number, unit: Unit): string {
  return sayInterval({ lo: value, hi: value }, unit);
}

/** A limit, with all its digits: `2000 ms`, `12.345 s`, `0`. */
export function sayLimitValue(limit: number, unit: Unit): string {
  return sayInterval({ lo: limit, hi: limit }, unit, limit);
}

/** Where a figure belongs: the nodes of a move, or the node it is about. Empty where it has none. */
export function sayMove({ from, to }: Pick<Measurement, 'from' | 'to'>): string {
  if (from === null) return to ?? '';
  return `${from} to ${to ?? '?'}`;
}

/** A measurement's limit in words, said where it is this tool's default: `limit 60 s`, `default limit 360 s`. Empty where it has none. */
export function sayLimitOf({ limit, limitFrom, unit }: Pick<Measurement, 'limit' | 'limitFrom' | 'unit'>): string {
  return limit === null ? '' : `${limitFrom === 'default' ? 'default ' : ''}limit ${sayLimitValue(limit, unit)}`;
}

/** The measurement, its move and its limit in words: `outage 1240-1260 ms (n1 to n2), limit 1000 ms`. */
export function sayMeasurement(measurement: Measurement): string {
  const { name, from, to, unit, limit } = measurement;
  const [move, judgedBy] = [sayMove({ from, to }), sayLimitOf(measurement)];
  return `${name} ${sayInterval(measurement, unit, limit)}${move === '' ? '' : ` (${move})`}${judgedBy === '' ? '' : `, ${judgedBy}`}`;
}
