import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commandLine } from './command-line.ts';

test('a shell takes each word for what it was', () => {
  const words = ['compare', 'pve/latest', 'reports/pve/2026*', "it's; rm -rf /", '$(id)', '--margin', 'node-failure.outage=5s'];
  const line = commandLine(words);
  expect(line).toMatch(/^npx --no ha-acceptance compare pve\/latest reports\/pve\/2026\* '/);
  expect(execFileSync('sh', ['-f', '-c', `npx() { shift 2; printf '%s\\n' "$@"; }; ${line}`], { encoding: 'utf8' }).trimEnd().split('\n')).toEqual(words);
});
