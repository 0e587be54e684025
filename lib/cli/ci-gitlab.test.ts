import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseDuration } from '../environment/duration.ts';
import { projectRoot } from './places.ts';
import { ownRun, playRunner } from './testing-ci.ts';

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
    { name: 'restore: [prod-a]', stage: 'restore', when: 'always' },
    { name: 'restore: [prod-b]', stage: 'restore', when: 'always' },
    { name: 'fleet', stage: 'report', when: 'always' },
  ]);
  expect(jobs.at(-1)?.needs?.map(({ job }) => job)).toEqual(['validate']);
  expect((await jobsOf(example, 'push')).map(({ when }) => when)).toEqual(Array.from({ length: 5 }, () => 'never'));
});

test.each([
  ['a word that GitLab does not have', 'resource_group:', 'resource_groups:', /resource_groups|additional/],
  ['a job that needs one that is not there', 'needs: [{ job: validate, artifacts: true', 'needs: [{ job: validated, artifacts: true', /validated.*could not be found/s],
  ['a stage that is not there', 'stage: report', 'stage: reports', /reports/],
])('%s is noticed', { timeout: timeoutMs }, async (_what, right, wrong, said) => {
  await expect(jobsOf(example.replace(right, wrong), 'schedule')).rejects.toThrow(said);
});

interface Job {
  artifacts: { when: string; reports?: { junit: string } };
  script: string[];
  after_script: string[];
  timeout: string;
  variables: Record<string, string>;
}
const { validate, restore, fleet } = parse(example) as Record<'validate' | 'restore' | 'fleet', Job>;

test('what a failed run left is kept, and its JUnit report shown', () => {
  expect([validate.artifacts.when, fleet.artifacts.when]).toEqual(['always', 'always']);
  expect(validate.artifacts.reports?.junit).toBe('reports/*/2*/junit.xml');
});

test('where the cluster could not be restored the run is gathered all the same, and a job of its own fails', () => {
  const runner = playRunner('restore');
  // GitLab makes one script of all lines.
  expect(runner.sh(validate.after_script.join('\n'))).toBe(4);
  expect(runner.gathered()).toEqual(ownRun);
  expect(runner.sh(restore.script.join('\n'))).toBe(4);
  expect(runner.called()).toEqual(['restore --env prod-a', 'restore --env prod-a']);
});

test('a report over all in which a cluster is missing fails its job', () => {
  const runner = playRunner('report');
  runner.sh(validate.after_script.join('\n'));
  expect(runner.sh(fleet.script.join('\n'))).toBe(4);
  expect(runner.called().at(-1)).toBe('report --to fleet --expect prod-a,prod-b reports/prod-a/20260102T221500Z-bbbb');
});

test('a run that takes too long leaves its job the time to mend: GitLab leaves after_script out where both timeouts are more than that of the job', () => {
  const [script = 0, after = 0, job = 0] = [validate.variables['RUNNER_SCRIPT_TIMEOUT'], validate.variables['RUNNER_AFTER_SCRIPT_TIMEOUT'], validate.timeout].map((text) => parseDuration(text ?? ''));
  expect(script + after).toBeLessThanOrEqual(job);
  expect(after).toBeGreaterThanOrEqual(parseDuration('45m'));
});
