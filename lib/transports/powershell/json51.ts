import { z } from 'zod';

/** Whether it is what Windows PowerShell 5.1 may make of an array within an object. */
function isWrapped(value: object): value is { value: unknown[]; Count: number } {
  const keys = Object.keys(value);
  return keys.length === 2 && 'value' in value && 'Count' in value && Array.isArray(value.value) && value.Count === value.value.length;
}

/**
 * JSON of Windows PowerShell 5.1 as JSON of anybody else: an array that it wrapped as {"value": [...], "Count": n} is an array again, and
 * what gave no output at all (AutomationNull), which it writes as {}, is null (PowerShell issue 9231).
 */
export function unwrapArrays(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapArrays);
  if (typeof value !== 'object' || value === null) return value;
  if (isWrapped(value)) return value.value.map(unwrapArrays);
  if (Object.keys(value).length === 0) return null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapArrays(inner)]));
}

/** A list: PowerShell makes of a list of one its one item, and of an empty one nothing. */
export function list<T extends z.ZodType>(item: T) {
  return z.preprocess((value) => (value === null || value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(item));
}

/** A moment: "/Date(1700000000000)/" from 5.1, ISO 8601 from scripts that write it so. */
export const moment = z.string().transform((text, context) => {
  const ticks = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(text)?.[1];
  const at = ticks === undefined ? new Date(text) : new Date(Number(ticks));
  if (!Number.isNaN(at.getTime())) return at;
  context.addIssue({ code: 'custom', message: `"${text}" is no moment` });
  return z.NEVER;
});
