import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/proxmox-traps.md', root), 'utf8');

interface Held {
  trap: string;
  tests: { file: string; title: string }[];
}

/** The rows of the page's tables: a trap, and behind it file and title of each test that holds it. */
const traps = page.split('\n').flatMap((line): Held[] => {
  const [, trap = '', held = ''] = /^\| (.+?) \| (.*) \|$/.exec(line) ?? [];
  if (trap === '' || trap === '---' || trap === 'Proxmox VE') return [];
  const tests = held.split('<br>').map((cell) => /^`(?<file>lib\/[^`]+\.test\.ts)` › (?<title>.+)$/.exec(cell)?.groups ?? {});
  return [{ trap, tests: tests.map(({ file = '', title = '' }) => ({ file, title })) }];
});

/** Whether a title stands in a test file as a text of its own, in whichever quotes. */
const isIn = (text: string, title: string): boolean => [`'${title.replaceAll("'", "\\'")}'`, `"${title}"`].some((quoted) => text.includes(quoted));

describe('the page of traps', () => {
  test('has a section for each part of the platform, and no trap without a test', () => {
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual(['The API', 'Accounts and certificates', 'What the cluster says of itself', 'Moves', 'The loss of a node', 'Storage', 'Backup and restore', 'Guests']);
    expect(traps.length).toBe(page.split('\n').filter((line) => line.startsWith('| ')).length - 2 * 8);
    expect(traps.filter(({ tests }) => tests.length === 0 || tests.some(({ file, title }) => file === '' || title === ''))).toEqual([]);
  });

  test.each(traps.map(({ trap, tests }) => [trap, tests] as const))('%s', (_trap, tests) => {
    const missing = tests.filter(({ file, title }) => !existsSync(new URL(file, root)) || !isIn(readFileSync(new URL(file, root), 'utf8'), title));
    expect(missing).toEqual([]);
  });
});
