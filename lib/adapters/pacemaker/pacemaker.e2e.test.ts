import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadEnvironment } from '../../environment/load.ts';
import { connectHypervisor } from '../connect.ts';
import { describeAdapterContract } from '../contract.ts';

/** The adapter against the real lab cluster. The lab is reached from its own client network only: this file runs itself again there. */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const insideVariable = 'HA_ACCEPTANCE_LAB_IDENTITY';

function run(...argv: string[]): { code: number | null; out: string } {
  // The run inside is a part of this test: its counts are not CI's.
  const { HA_ACCEPTANCE_TEST_RESULTS: _results, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: root, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { code: status, out: `${stdout}${stderr}` };
}

function lab(...args: string[]): { code: number | null; out: string } {
  return run('lib/cli/ha-acceptance.mjs', 'lab', ...args);
}

if (process.env[insideVariable] === undefined) {
  test('passes the contract on the lab', () => {
    const wasUp = lab('status').code === 0;
    expect(lab('up')).toMatchObject({ code: 0 });
    try {
      const { code, out } = lab('exec', '--', process.execPath, 'node_modules/vitest/vitest.mjs', 'run', '--no-color', '--project', 'e2e', 'lib/adapters/pacemaker/pacemaker.e2e.test.ts');
      expect(out).toMatch(/Tests +\d+ passed/);
      expect(out).not.toMatch(/\d+ (?:failed|skipped)/);
      expect(code).toBe(0);
    } finally {
      if (!wasUp) lab('down');
    }
  });
} else {
  describeAdapterContract('pacemaker', async () => {
    const environment = loadEnvironment('lab', { folder: fileURLToPath(new URL('../../../environments', import.meta.url)) });
    return { environment, hypervisor: await connectHypervisor(environment, { signal: new AbortController().signal }) };
  });
}
