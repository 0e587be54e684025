import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRun } from '../record/run-reader.ts';
import { verdictsSchema } from '../record/verdicts-schema.ts';
import { deriveVerdicts } from './derive.ts';
import { storyVerdicts, tellStory } from './testing/story.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'derive-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the verdicts of a record', () => {
  test('every planned scenario appears, with the verdict it deserves', () => {
    const verdicts = deriveVerdicts(readRun(tellStory(root)));
    expect(Object.fromEntries(verdicts.scenarios.map(({ id, verdict }) => [id, verdict]))).toEqual(storyVerdicts);
    expect(verdicts).toMatchObject({ verdict: 'fail', incomplete: false, simulated: true });
    expect(verdictsSchema.parse(JSON.parse(JSON.stringify(verdicts)))).toEqual(verdicts);
  });
});
