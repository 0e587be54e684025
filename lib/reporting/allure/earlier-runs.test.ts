import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgedRun, judgedScenario } from '../testing/judged.ts';
import { earlierRuns } from './earlier-runs.ts';

let root = '';
const folders: string[] = [];
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'earlier-'));
  for (const [number, verdict] of (['pass', 'fail', 'inconclusive', 'blocked', 'not-applicable', 'pass'] as const).entries()) {
    const { description, verdicts } = judgedRun('prod-a', number, [judgedScenario([1000], { verdict, reason: `run ${number}\nsays so` })]);
    const folder = join(root, 'prod-a', description.run);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'run.json'), JSON.stringify(description));
    writeFileSync(join(folder, 'verdicts.json'), JSON.stringify(verdicts));
    folders.push(folder);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

interface Point {
  name: string;
  timestamp: number;
  testResults: Record<string, { status: string; error: { message: string }; duration: number }>;
}

const points = (folder: string | undefined): Point[] => earlierRuns(folder ?? '', 'prod-a').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Point);

test('the runs before this one, oldest first, each scenario under the same id in all of them', () => {
  const before = points(folders[5]);
  expect(before.map(({ name }) => name)).toEqual(['prod-a: run 20260101T020000Z-made', 'prod-a: run 20260102T020000Z-made', 'prod-a: run 20260103T020000Z-made', 'prod-a: run 20260104T020000Z-made', 'prod-a: run 20260105T020000Z-made']);
  expect(before.flatMap(({ testResults }) => Object.values(testResults)).map(({ status }) => status)).toEqual(['passed', 'failed', 'broken', 'broken', 'skipped']);
  expect(new Set(before.flatMap(({ testResults }) => Object.keys(testResults))).size).toBe(1);
  expect(Object.values(before[1]?.testResults ?? {})[0]).toMatchObject({ error: { message: 'run 1 says so' }, duration: 60_000 });
});

test('the first run has none, and one that cannot be read is left out', () => {
  expect(points(folders[0])).toEqual([]);
  writeFileSync(join(folders[1] ?? '', 'verdicts.json'), '{');
  expect(points(folders[3])).toHaveLength(2);
});
