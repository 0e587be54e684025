import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from '@actions/workflow-parser';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from './places.ts';
import { checkCommand } from './check.ts';
import { reportCommand } from './report.ts';
import { restoreCommand } from './restore.ts';
import { runCommand } from './run-command.ts';
import { ownRun, playRunner } from './testing-ci.ts';
import type { PlayedRunner } from './testing-ci.ts';

const folder = join(projectRoot, 'docs', 'ci');
const files = ['gitlab-ci.yml', 'github-actions.yml', 'Jenkinsfile', ...readdirSync(join(folder, 'systemd')).map((file) => join('systemd', file))];
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const commands = new Map<string, Command>([checkCommand(), reportCommand(), restoreCommand(), runCommand()].map((command) => [command.name(), command]));

/** What is wrong with a command line of the tool. */
function problemsOf(line: string): string[] {
  const [name = '', ...words] = line.split(/\s+/);
  const command = commands.get(name);
  if (command === undefined) return [`no command ${name}`];
  const given = new Set(words.filter((word) => word.startsWith('--')));
  const unknown = [...given].filter((option) => !command.options.some(({ long }) => long === option)).map((option) => `${name} has no ${option}`);
  return [...unknown, ...command.options.filter(({ mandatory, long }) => mandatory && !given.has(long ?? '')).map(({ long }) => `${name} wants ${long}`)];
}

function linesOf(text: string): string[] {
  return [...text.matchAll(/npx --no ha-acceptance ([^';|\n]+)/g)].map(([, line = '']) => line.trim());
}

test.each(files.filter((file) => !file.endsWith('.timer')))('%s calls commands that there are, with options that they have', (file) => {
  const lines = linesOf(read(file));
  expect(lines.map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining(['run', 'restore', 'report']));
  expect(lines.flatMap(problemsOf)).toEqual([]);
});

test('a command line that is wrong is noticed', () => {
  expect(problemsOf('run --environment prod-a')).toEqual(['run has no --environment', 'run wants --env']);
});

test.each(['gitlab-ci.yml', 'github-actions.yml', 'Jenkinsfile'])('%s gathers the run that its job recorded, and never an earlier one', (file) => {
  const [gather] = /mkdir -p "reports.* find .*?(?:\\;|";")/.exec(read(file)) ?? [];
  const runner = playRunner();
  expect(runner.sh(gather ?? 'false')).toBe(0);
  expect(runner.gathered()).toEqual(ownRun);
});

describe('GitHub Actions', () => {
  test("the workflow is valid by GitHub's own parser", async () => {
    const workflow = (content: string): ReturnType<typeof parseWorkflow> => parseWorkflow({ name: 'github-actions.yml', content }, new NoOperationTraceWriter());
    const { context, value } = workflow(read('github-actions.yml'));
    expect(context.errors.getErrors()).toEqual([]);
    if (value === undefined) throw new Error('nothing was parsed');
    const { jobs, errors } = await convertWorkflowTemplate(context, value);
    expect(errors ?? []).toEqual([]);
    expect(jobs.map(({ id }) => id.value)).toEqual(['validate', 'restore', 'fleet']);
    expect(workflow(read('github-actions.yml').replace('runs-on:', 'run-on:')).context.errors.getErrors()).not.toEqual([]);
  });

  interface Step {
    run?: string;
    uses?: string;
    if?: string;
    'timeout-minutes'?: number;
  }
  const { jobs } = parse(read('github-actions.yml')) as { jobs: Record<'validate' | 'restore' | 'fleet', { if?: string; steps: Step[]; 'timeout-minutes'?: number }> };

  /** Carries out what a job does itself, as GitHub does: behind a step that failed only those that always run. Returns the actions that ran, and whether the job failed. */
  function carryOut(steps: readonly Step[], runner: PlayedRunner): { failed: boolean; actions: string[] } {
    let failed = false;
    const actions: string[] = [];
    for (const { run, uses, if: condition } of steps) {
      if (failed && condition !== 'always()') continue;
      if (uses !== undefined) actions.push(uses);
      if (run !== undefined && run !== 'touch .begun' && runner.sh(run) !== 0) failed = true;
    }
    return { failed, actions };
  }

  test('where a run failed and the cluster could not be restored the run is gathered and shown all the same, and both jobs fail', () => {
    const runner = playRunner('run', 'restore');
    expect(carryOut(jobs.validate.steps, runner)).toMatchObject({ failed: true, actions: expect.arrayContaining(['actions/upload-artifact@v4']) });
    expect(runner.gathered()).toEqual(ownRun);
    expect(readFileSync(join(runner.folder, 'step-summary.md'), 'utf8')).toBe('20260102T221500Z-bbbb');
    expect(jobs.restore.if).toBe('always()');
    expect(carryOut(jobs.restore.steps, runner)).toMatchObject({ failed: true });
    expect(runner.called()).toEqual(['check --env prod-a', 'run --env prod-a --profile nightly --arm CLUSTER-A --keep 30', 'restore --env prod-a', 'restore --env prod-a']);
  });

  test('a report over all in which a cluster is missing is shown, and the job fails', () => {
    const runner = playRunner('report');
    expect(carryOut(jobs.fleet.steps, runner)).toMatchObject({ failed: true, actions: expect.arrayContaining(['actions/upload-artifact@v4']) });
    expect(runner.called()).toEqual(['report --to fleet --expect prod-a,prod-b']);
  });

  test('a run that takes too long leaves its job the time to mend', () => {
    const run = jobs.validate.steps.find((step) => step.run?.includes('ha-acceptance run'));
    expect((jobs.validate['timeout-minutes'] ?? 0) - (run?.['timeout-minutes'] ?? 0)).toBeGreaterThanOrEqual(45);
  });
});
