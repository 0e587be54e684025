import { execFileSync } from 'node:child_process';
import { array, assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteCommand } from './shell-quote.ts';

/** What a real shell makes of the words. */
function throughShell(words: string[]): string[] {
  const printed = execFileSync('sh', ['-c', quoteCommand(['printf', String.raw`%s\0`, ...words])]);
  return printed.toString('utf8').split('\0').slice(0, -1);
}

describe('quoteCommand', () => {
  it.each([
    ['a guest named to do harm', '"; rm -rf / #<script>'],
    ['a command substitution', '$(touch /tmp/never) `id`'],
    ['line ends', 'one\ntwo\r\n'],
    ['single quotes', "it's '' quoted'"],
    ['backslashes', String.raw`\n \\ \'`],
    ['an empty word', ''],
    ['an option', '--help'],
    ['a glob, a tilde and a variable', '* ~ $HOME !! {a,b}'],
    ['letters beyond ASCII', 'büro 北京 🙂'],
  ])('hands %s to the program unchanged', (_what, word) => {
    expect(throughShell([word, 'next'])).toEqual([word, 'next']);
  });

  it('hands any words to the program unchanged', () => {
    assert(
      property(array(string({ unit: 'binary' }).filter((word) => !word.includes('\0')), { minLength: 1, maxLength: 5 }), (words) => {
        expect(throughShell(words)).toEqual(words);
      }),
      { numRuns: 20 },
    );
  });

  it('leaves plain words readable', () => {
    expect(quoteCommand(['crm', '--output-as=xml', '/var/lib/x.y'])).toBe('crm --output-as=xml /var/lib/x.y');
  });

  it('refuses what no command line can carry', () => {
    expect(() => quoteCommand([])).toThrow('at least one word');
    expect(() => quoteCommand(['a\0b'])).toThrow('NUL');
  });
});
