import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRun } from '../record/run-writer.ts';
import { syntheticDescription } from '../record/testing.ts';
import { tellStory } from '../reporting/testing/story.ts';
import { cli } from './testing.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'audit-cli-'));
});
afterAll(() => rmSync(root, { recursive: true }));

const verify = async (run: string): ReturnType<typeof cli> => cli(['audit', 'verify', run], { HA_ACCEPTANCE_REPORTS: root });

test('a run whose events tell of faults and that has no audit log at all is not called whole', async () => {
  const { code, out } = await verify(`synthetic/${basename(tellStory(root))}`);
  expect(out).toMatch(/THE AUDIT LOG WAS ALTERED OR IS DAMAGED[^]*by events\.jsonl node-power of .* and the log has no line "injected" of it/);
  expect(code).toBe(1);
});

test('a run that injected nothing needs no line in it', async () => {
  const { code, out } = await verify(createRun({ root, description: syntheticDescription() }).folder);
  expect(out).toMatch(/the chain holds: 0 line\(s\)/);
  expect(code).toBe(0);
});

test('a run that does not exist is wrong input, no error of ours', async () => {
  const { code, out } = await verify('synthetic/nothing');
  expect(out).toMatch(/There is no run "synthetic\/nothing"/);
  expect(code).toBe(64);
});
