import type { core } from 'zod';
import { suggest } from './did-you-mean.ts';
import type { Problem } from './problem.ts';

const kinds: Readonly<Record<string, string>> = {
  string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list [ ... ]', object: 'a block of keys { ... }', record: 'a block of keys { ... }',
};

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return kinds[typeof value] ?? typeof value;
}

function wrongType(expected: string, input: unknown): string {
  const wanted = kinds[expected] ?? expected;
  if (input === undefined) return `is missing. Add it: ${wanted}.`;
  const quoted = expected === 'string' && (typeof input === 'number' || typeof input === 'boolean') ? ` Put it in quotes: "${String(input)}".` : ` Write ${wanted}.`;
  return `must be ${wanted} and is ${kindOf(input)}.${quoted}`;
}

function oneOf(input: unknown, values: readonly string[]): string {
  if (input === undefined) return `is missing. Choose one of: ${values.join(', ')}.`;
  return typeof input === 'string' ? `"${input}" is not known. ${suggest(input, values)}` : `must be one of: ${values.join(', ')}.`;
}

/** The sentence for an issue that the schema itself has no words for. */
export function wordIssue(issue: core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  if (issue.code === 'invalid_type') return wrongType(String(issue.expected), input);
  if (issue.code === 'invalid_value') return oneOf(input, (issue.values as unknown[]).map(String));
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    const key = issue.discriminator;
    return oneOf((input as Record<string, unknown> | null)?.[key], (issue.options as unknown[]).map(String));
  }
  if (issue.code === 'too_small') return issue.origin === 'array' ? 'is empty. List at least one.' : issue.origin === 'string' ? 'is empty. Write a text.' : `is too small. Write ${String(issue.minimum)} or more.`;
  if (issue.code === 'too_big') return `is too big. Write ${String(issue.maximum)} or less.`;
  return undefined;
}

/** One sentence a key, for keys that a block does not know; `toProblems` takes them apart again. */
export function wordUnknownKeys(keys: readonly string[], known: readonly string[]): string {
  return keys.map((key) => `"${key}" is not known here. ${suggest(key, known)}`).join('\n');
}

/** How far a branch of a union is from what was written: a branch of another type is the farthest. */
function misfit(issues: readonly core.$ZodIssue[]): number {
  return issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type') ? 2 : issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_value') ? 1 : 0;
}

/** The problems that schema issues stand for: an unknown key each, and of a union's branches the one that was meant. */
export function toProblems(issues: readonly core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      const sentences = issue.message.split('\n');
      return issue.keys.map((key, index) => ({ path: [...issue.path, key], part: 'key', message: sentences[index] ?? issue.message }));
    }
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const [meant = []] = issue.errors.toSorted((a, b) => misfit(a) - misfit(b));
      return toProblems(meant).map((problem) => ({ ...problem, path: [...issue.path, ...problem.path] }));
    }
    return [{ path: issue.path, part: 'value', message: issue.message }];
  });
}
