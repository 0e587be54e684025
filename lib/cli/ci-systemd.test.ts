import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectRoot } from './places.ts';
import { playRunner } from './testing-ci.ts';

const folder = join(projectRoot, 'docs', 'ci', 'systemd');
const names = ['ha-acceptance@.service', 'ha-acceptance@.timer'] as const;
const analyze = '/usr/bin/systemd-analyze';

let scratch = '';
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'units-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

/** What systemd finds wrong with the units, as they would be installed for one environment; a program that is elsewhere on this machine is put in the place of npx. */
async function faultsOf(change: (unit: string) => string = (unit) => unit): Promise<string> {
  for (const name of names) copyFileSync(join(folder, name), join(scratch, name));
  const service = join(scratch, names[0]);
  writeFileSync(service, change(readFileSync(service, 'utf8')).replaceAll('/usr/bin/npx', process.execPath));
  const units = names.map((name) => join(scratch, name.replace('@', '@prod-a')));
  const { stdout, stderr } = await promisify(execFile)(analyze, ['verify', '--man=no', '--recursive-errors=no', ...units]).catch((error: Error & { stdout: string; stderr: string }) => error);
  return `${stdout}${stderr}`;
}

test.skipIf(!existsSync(analyze))('the units are valid by systemd, which notices one that is not', async () => {
  expect(await faultsOf()).toBe('');
  expect(await faultsOf((unit) => unit.replace('KillMode=mixed', 'KillMode=gently'))).toMatch(/ha-acceptance@\.service:\d+: Failed to parse kill mode/);
});

test('systemd stops the command alone, which mends, and gives it time', () => {
  const unit = readFileSync(join(folder, names[0]), 'utf8');
  expect(unit).toMatch(/^KillMode=mixed$/m);
  expect(unit).toMatch(/^TimeoutStopSec=\d+min$/m);
});

test('where the cluster could not be restored Grafana gets the figures all the same, and the unit fails', () => {
  const unit = readFileSync(join(folder, names[0]), 'utf8');
  const runner = playRunner('restore');
  let failed = false;
  for (const [, may = '', line = ''] of unit.matchAll(/^ExecStopPost=(-?)(.*)$/gm)) {
    // systemd's own: the name of the instance, and a dollar that is none of its variables. Behind a command that failed it carries out none.
    const command = line.replaceAll('%i', 'prod-a').replaceAll('$$', '$').replaceAll('/usr/bin/npx', 'npx');
    if (!failed) failed = runner.sh(command) !== 0 && may === '';
  }
  expect(runner.called()).toEqual(['restore --env prod-a', 'report --export prometheus --to /var/lib/prometheus/node-exporter prod-a/latest']);
  expect(failed).toBe(true);
});
