import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { registerSecret } from '../record/scrub.ts';
import { runHook } from './hooks.ts';

const folder = mkdtempSync(join(tmpdir(), 'hooks-'));
const file = join(folder, 'told');
afterAll(() => rmSync(folder, { recursive: true }));

test('the command is told what it is about, and nothing else of our environment', async () => {
  process.env['A_SECRET'] = 'hunter2';
  await runHook({ name: 'prod', hooks: { beforeFault: ['sh', '-c', `env > ${file}`] } }, 'beforeFault', { scenario: 'node-failure.web.r1', fault: 'node-power', node: 'n2', disk: null });
  delete process.env['A_SECRET'];
  const told = readFileSync(file, 'utf8');
  for (const line of ['HA_ACCEPTANCE_HOOK_EVENT=beforeFault', 'HA_ACCEPTANCE_HOOK_ENVIRONMENT=prod', 'HA_ACCEPTANCE_HOOK_FAULT=node-power', 'HA_ACCEPTANCE_HOOK_NODE=n2']) expect(told).toContain(line);
  expect(told).not.toContain('hunter2');
});

test('a command that fails is quoted, with what to do', async () => {
  await expect(runHook({ name: 'prod', hooks: { beforeRun: ['sh', '-c', 'echo no such window >&2; exit 3'] } }, 'beforeRun', {})).rejects.toThrow(/hook beforeRun .*no such window.*hooks\.beforeRun/s);
  await expect(runHook({ name: 'prod', hooks: { afterRun: [join(folder, 'missing')] } }, 'afterRun', {})).rejects.toThrow(/afterRun/);
});

test('of a secret that the cut of a long quotation divides, nothing stays', async () => {
  registerSecret('canary-of-the-hook');
  const failing = runHook({ name: 'prod', hooks: { beforeRun: ['sh', '-c', `printf 'canary-of-the-hook${'x'.repeat(290)}' >&2; exit 3`] } }, 'beforeRun', {});
  const message = await failing.then(() => '', (error: Error) => error.message);
  expect(message.slice(message.indexOf('failed:'))).not.toContain('the-hook');
});

test('without a command nothing happens', async () => {
  await expect(runHook({ name: 'prod' }, 'beforeRun', {})).resolves.toBeUndefined();
});
