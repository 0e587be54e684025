import { readFileSync } from 'node:fs';

/** For tests: a recorded answer; see fixtures/README.md. */
export function recorded(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
}
