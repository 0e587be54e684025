import { scrub } from './scrub.ts';

/** The value with every registered secret removed from every text in it, keys included. Other values stay as they are. */
export function scrubValue(value: unknown): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map(scrubValue);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [scrub(key), scrubValue(inner)]));
}
