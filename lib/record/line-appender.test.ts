import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAppender } from './line-appender.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'appender-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('lines of several writers do not mix', () => {
  const path = join(folder, 'lines');
  const [one, two] = [openAppender(path), openAppender(path)];
  for (let index = 0; index < 100; index += 1) {
    expect(one.append(`a${index} ${'x'.repeat(index * 50)}`)).toBe(true);
    expect(two.append(`b${index} ${'y'.repeat(index * 50)}`)).toBe(true);
  }
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(200);
  expect(lines.every((line) => /^(a\d+ x*|b\d+ y*)$/.test(line))).toBe(true);
});

test('a line that cannot be written is reported, and later ones are tried all the same', () => {
  const path = join(folder, 'full');
  symlinkSync('/dev/full', path);
  const appender = openAppender(path);
  expect(appender.append('one')).toBe(false);
  expect(appender.append('two')).toBe(false);
  expect(appender.trouble()).toMatch(/ENOSPC/);
});

test('what is left of a line that was cut off by a limit does not swallow the next one', () => {
  const path = join(folder, 'limited');
  // A file size limit (in blocks of 1 KiB) cuts a write short and refuses the rest, as a full disk does; raised again, space is back.
  const script = `
    import { truncateSync } from 'node:fs';
    import { openAppender } from ${JSON.stringify(fileURLToPath(new URL('./line-appender.ts', import.meta.url)))};
    process.on('SIGXFSZ', () => {});
    const appender = openAppender(process.argv[1]);
    const results = [appender.append('x'.repeat(700)), appender.append('y'.repeat(700))];
    truncateSync(process.argv[1], 710);
    results.push(appender.append('z'));
    process.stdout.write(JSON.stringify(results));`;
  const out = execFileSync('bash', ['-c', 'ulimit -S -f 1; exec "$0" --input-type=module -e "$1" "$2"', process.execPath, script, path], { encoding: 'utf8' });
  expect(JSON.parse(out)).toEqual([true, false, true]);
  expect(readFileSync(path, 'utf8').split('\n')).toEqual(['x'.repeat(700), 'y'.repeat(9), 'z', '']);
});
