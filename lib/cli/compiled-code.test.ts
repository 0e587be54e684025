import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const command = new URL('./ha-acceptance.mjs', import.meta.url).pathname;
let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'compiled-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function run(args: string[], env: Record<string, string>): string {
  const { NODE_COMPILE_CACHE: _own, ...rest } = process.env;
  return execFileSync(process.execPath, args, { encoding: 'utf8', env: { ...rest, ...env } });
}
/** A program that keeps its code as the command does, and has a little of its own. */
const program = `
import { keepCompiledCode } from ${JSON.stringify(new URL('./compiled-code.mjs', import.meta.url).href)};
keepCompiledCode();
const { viewOf } = await import(${JSON.stringify(new URL('../probes/bytes.ts', import.meta.url).href)});
console.log(viewOf(Uint8Array.of(7)).getUint8(0));`;
const small = ['--input-type=module', '--eval', program];

test('the command keeps its compiled code in its cache folder', () => {
  run([command, '--version'], { XDG_CACHE_HOME: home });
  const kept = join(home, 'ha-acceptance', 'compiled');
  const [folder = ''] = readdirSync(kept);
  expect(readdirSync(join(kept, folder)).length).toBeGreaterThan(10);
}, 120_000);

test('it is there for the next process, and elsewhere where that is wanted', () => {
  const there = join(home, 'elsewhere');
  expect(run(small, { XDG_CACHE_HOME: home, NODE_COMPILE_CACHE: there })).toBe('7\n');
  expect(existsSync(join(home, 'ha-acceptance'))).toBe(false);
  const [folder = ''] = readdirSync(there);
  const files = readdirSync(join(there, folder)).toSorted();
  expect(files.length).toBeGreaterThan(0);
  expect(run(small, { NODE_COMPILE_CACHE: there })).toBe('7\n');
  expect(readdirSync(join(there, folder)).toSorted()).toEqual(files);
});

test('a folder that cannot be written does no harm', () => {
  expect(run(small, { XDG_CACHE_HOME: '/dev/null' })).toBe('7\n');
});
