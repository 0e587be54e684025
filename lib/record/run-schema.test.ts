import { expect, test } from 'vitest';
import { runDescriptionSchema, runJsonSchema } from './run-schema.ts';
import { syntheticDescription } from './testing.ts';
import { verdictsJsonSchema, verdictsSchema } from './verdicts-schema.ts';

const description = { schema: 1, run: '20261121T020305Z-k3f9', anchor: { monotonicNs: '123', wall: '2026-11-21T02:03:05.000Z' }, ...syntheticDescription() };

test('run.json of this version is understood, and a key that a later one adds is kept', () => {
  expect(runDescriptionSchema.parse({ ...description, later: 1 })).toEqual({ ...description, later: 1 });
});

test('which file set which limit is kept, and not told by records of older versions', () => {
  const limitFiles = [{ file: 'strict.yaml', limits: { backup: { outage: 500 } } }, { file: 'environments/made.yaml', limits: {} }];
  expect(runDescriptionSchema.parse({ ...description, limitFiles }).limitFiles).toEqual(limitFiles);
  expect(runDescriptionSchema.parse(description).limitFiles).toBeUndefined();
});

test.each([
  ['another schema', { schema: 2 }],
  ['an anchor that is no number', { anchor: { monotonicNs: 'soon', wall: '2026-11-21T02:03:05.000Z' } }],
  ['a limit of a row that does not exist', { limits: { 'live-migratoin': { outage: 1 } } }],
  ['a negative limit', { limits: { 'live-migration': { outage: -1 } } }],
])('%s is not', (_, change) => {
  expect(runDescriptionSchema.safeParse({ ...description, ...change }).success).toBe(false);
});

test('a scenario id that would leave its folder is no verdict', () => {
  const verdicts = { schema: 1, tool: 't', run: 'r', environment: 'e', platform: 'p', profile: null, simulated: false, incomplete: false, verdict: 'pass', scenarios: [], statistics: [] };
  expect(verdictsSchema.safeParse(verdicts).success).toBe(true);
  const scenario = { id: '../x', row: 'backup', guest: null, repeat: 1, target: { node: null, role: null, disk: null }, fault: null, verdict: 'pass', reason: null, missingCapability: null, phases: [], measurements: [], lost: null, late: null, sent: null, duplicates: null, blind: null, startedAt: null, duration: null };
  expect(verdictsSchema.safeParse({ ...verdicts, scenarios: [scenario] }).success).toBe(false);
  expect(verdictsSchema.safeParse({ ...verdicts, scenarios: [{ ...scenario, id: 'backup.web.r1' }] }).success).toBe(true);
});

test('which version judged is kept, and not asked of verdicts of older versions', () => {
  const verdicts = { schema: 1, tool: 't 1', run: 'r', environment: 'e', platform: 'p', profile: null, simulated: false, incomplete: false, verdict: 'pass', scenarios: [], statistics: [] };
  expect(verdictsSchema.parse({ ...verdicts, derivedBy: 't 2' })).toEqual({ ...verdicts, derivedBy: 't 2' });
  expect(verdictsSchema.parse(verdicts)).toEqual(verdicts);
  expect(verdictsSchema.parse({ ...verdicts, limitsFrom: 'a.yaml' })).toEqual({ ...verdicts, limitsFrom: 'a.yaml' });
  expect(verdictsSchema.safeParse({ ...verdicts, derivedBy: null }).success).toBe(false);
  expect(verdictsJsonSchema()).toMatchObject({ properties: { derivedBy: { type: 'string' } }, required: expect.not.arrayContaining(['derivedBy']) });
});

test('both shapes are published as JSON Schema with their required keys', () => {
  expect(runJsonSchema()).toMatchObject({ type: 'object', required: expect.arrayContaining(['schema', 'anchor', 'limits']) });
  expect(verdictsJsonSchema()).toMatchObject({ type: 'object', required: expect.arrayContaining(['verdict', 'scenarios', 'statistics']) });
});
