import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from './places.ts';

const example = readFileSync(join(projectRoot, 'docs', 'ci', 'gitlab-ci.yml'), 'utf8');
/** Holds a pipeline to GitLab's own JSON Schema, which it comes with, and to the rules of stages, needs and matrices. */
const gitlab = fileURLToPath(import.meta.resolve('gitlab-ci-local'));
/** Each look takes about a second where nothing else is done. */
const timeoutMs = 300_000;

interface ListedJob {
  name: string;
  stage: string;
  when: string;
  needs: { job: string }[] | null;
}

let scratch = '';
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'gitlab-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

/** The jobs of a pipeline that was started in one of GitLab's ways. @throws Error with what is wrong with the file. */
async function jobsOf(pipeline: string, source: 'schedule' | 'push'): Promise<ListedJob[]> {
  writeFileSync(join(scratch, '.gitlab-ci.yml'), pipeline);
  const { stdout } = await promisify(execFile)(process.execPath, [gitlab, '--list-json', '--home', scratch, '--ignore-predefined-vars', 'CI_PIPELINE_SOURCE', '--variable', `CI_PIPELINE_SOURCE=${source}`], { cwd: scratch, env: { ...process.env, HOME: scratch, NO_COLOR: '1' } });
  return JSON.parse(stdout) as ListedJob[];
}

test("by GitLab's rules each environment is a job when the schedule or a person starts it, and the report over all comes behind them in any case", { timeout: timeoutMs }, async () => {
  const jobs = await jobsOf(example, 'schedule');
  expect(jobs.map(({ name, stage, when }) => ({ name, stage, when }))).toEqual([
    { name: 'validate: [prod-a,CLUSTER-A]', stage: 'validate', when: 'on_success' },
    { name: 'validate: [prod-b,CLUSTER-B]', stage: 'validate', when: 'on_success' },
    { name: 'fleet', stage: 'report', when: 'always' },
  ]);
  expect(jobs.at(-1)?.needs?.map(({ job }) => job)).toEqual(['validate']);
  expect((await jobsOf(example, 'push')).map(({ when }) => when)).toEqual(['never', 'never', 'never']);
});

test.each([
  ['a word that GitLab does not have', 'resource_group:', 'resource_groups:', /resource_groups|additional/],
  ['a job that needs one that is not there', 'job: validate', 'job: validated', /validated.*could not be found/s],
  ['a stage that is not there', 'stage: report', 'stage: reports', /reports/],
])('%s is noticed', { timeout: timeoutMs }, async (_what, right, wrong, said) => {
  await expect(jobsOf(example.replace(right, wrong), 'schedule')).rejects.toThrow(said);
});

test('what a failed run left is kept, and its JUnit report shown', () => {
  interface Job {
    artifacts: { when: string; reports?: { junit: string } };
  }
  const { validate, fleet } = parse(example) as { validate: Job; fleet: Job };
  expect([validate.artifacts.when, fleet.artifacts.when]).toEqual(['always', 'always']);
  expect(validate.artifacts.reports?.junit).toBe('reports/*/2*/junit.xml');
});
