import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from './places.ts';
import { playRunner } from './testing-ci.ts';

const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');

interface FleetJob {
  fleet?: { script?: string[]; steps?: { run?: string }[] };
  jobs?: FleetJob;
}

/** The line that makes the report over all, as the CI system gives it to its shell. */
function fleetLine(pipeline: string): string | undefined {
  const { jobs, fleet = jobs?.fleet } = parse(pipeline) as FleetJob;
  return [...(fleet?.script ?? []), ...(fleet?.steps ?? []).flatMap(({ run }) => run ?? [])].find((line) => line.includes(' report '));
}

const inReadme = [...read('README.md').matchAll(/```yaml\n([^`]+)```/g)].flatMap(([, text = '']) => (text.includes('report --to fleet') ? [fleetLine(text)] : []));
const [readmeGitlab, readmeGithub] = inReadme;
const [, inJenkinsfile] = /sh '(npx --no ha-acceptance report [^']+)'/.exec(read('docs/ci/Jenkinsfile')) ?? [];

const [a, b] = ['20260102T221500Z-aaaa', '20260102T221501Z-bbbb'];

/** Puts these records, each with what lies beside it, into the folder of a job, and carries the line out. Returns the runs that the report is made of. */
function runsReported(line: string | undefined, records: readonly string[]): string[] {
  const runner = playRunner();
  for (const record of records) {
    mkdirSync(join(runner.folder, record, 'evidence'), { recursive: true });
    for (const file of ['run.json', 'verdicts.json', 'evidence/run.log']) writeFileSync(join(runner.folder, record, file), '');
  }
  expect(runner.sh(line ?? 'false')).toBe(0);
  const [, named = ''] = /^report --to fleet --expect prod-a,prod-b ?(.*)$/.exec(runner.called().at(-1) ?? '') ?? [];
  expect(runner.called()).toHaveLength(1);
  return named.split(' ').filter((word) => word !== '').toSorted();
}

describe.each([['docs/ci', fleetLine(read('docs/ci/github-actions.yml'))], ['README', readmeGithub]])('GitHub Actions (%s): the report is made of every record that arrived', (_where, line) => {
  // actions/download-artifact from v5 on: several artifacts have a folder each, a single one has none.
  test.each([
    ['none', []],
    ['one', [`gathered/${a}`]],
    ['one in its folder, as before v5', [`gathered/run-prod-a/${a}`]],
    ['one with the folder of its environment', [`gathered/prod-a/${a}`]],
    ['two', [`gathered/run-prod-a/${a}`, `gathered/run-prod-b/${b}`]],
  ] as const)('%s', (_what, records) => {
    expect(runsReported(line, records)).toEqual(records);
  });
});

describe.each([['GitLab (docs/ci)', fleetLine(read('docs/ci/gitlab-ci.yml'))], ['GitLab (README)', readmeGitlab], ['Jenkins', inJenkinsfile]])('%s: the report is made of every record that arrived', (_where, line) => {
  test.each([
    ['none', []],
    ['one', [`reports/prod-a/${a}`]],
    ['two', [`reports/prod-a/${a}`, `reports/prod-b/${b}`]],
  ] as const)('%s', (_what, records) => {
    expect(runsReported(line, records)).toEqual(records);
  });

  test('and of no comparison that lies among them, nor of a second way to a run', () => {
    const runner = playRunner();
    for (const folder of [`reports/prod-a/${a}`, `reports/comparisons/${b}`]) mkdirSync(join(runner.folder, folder), { recursive: true });
    writeFileSync(join(runner.folder, 'reports/prod-a', a, 'run.json'), '');
    writeFileSync(join(runner.folder, 'reports/comparisons', b, 'comparison.json'), '');
    symlinkSync(a, join(runner.folder, 'reports/prod-a/latest'));
    expect(runner.sh(line ?? 'false')).toBe(0);
    expect(runner.called()).toEqual([`report --to fleet --expect prod-a,prod-b reports/prod-a/${a}`]);
  });
});
