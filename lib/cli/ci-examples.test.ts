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
  return [...text.matchAll(/npx --no ha-acceptance ([^'\n]+)/g)].map(([, line = '']) => line.trim());
}

test.each(files.filter((file) => !file.endsWith('.timer')))('%s calls commands that there are, with options that they have', (file) => {
  const lines = linesOf(read(file));
  expect(lines.map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining(['run', 'restore', 'report']));
  expect(lines.flatMap(problemsOf)).toEqual([]);
});

test('a command line that is wrong is noticed', () => {
  expect(problemsOf('run --environment prod-a')).toEqual(['run has no --environment', 'run wants --env']);
});

describe('GitHub Actions', () => {
  test("the workflow is valid by GitHub's own parser", async () => {
    const workflow = (content: string): ReturnType<typeof parseWorkflow> => parseWorkflow({ name: 'github-actions.yml', content }, new NoOperationTraceWriter());
    const { context, value } = workflow(read('github-actions.yml'));
    expect(context.errors.getErrors()).toEqual([]);
    if (value === undefined) throw new Error('nothing was parsed');
    const { jobs, errors } = await convertWorkflowTemplate(context, value);
    expect(errors ?? []).toEqual([]);
    expect(jobs.map(({ id }) => id.value)).toEqual(['validate', 'fleet']);
    expect(workflow(read('github-actions.yml').replace('runs-on:', 'run-on:')).context.errors.getErrors()).not.toEqual([]);
  });
});

describe('GitLab CI', () => {
  interface Job {
    stage: string;
    script: string[];
    artifacts: { when: string; reports?: { junit: string } };
    needs?: { job: string }[];
  }

  test('jobs are of stages that there are, need jobs that there are, and keep what a failed run left', () => {
    const { stages, validate, fleet } = parse(read('gitlab-ci.yml')) as { stages: string[]; validate: Job; fleet: Job };
    expect([validate.stage, fleet.stage]).toEqual(stages);
    expect(fleet.needs?.map(({ job }) => job)).toEqual(['validate']);
    expect([validate.artifacts.when, fleet.artifacts.when]).toEqual(['always', 'always']);
    expect(validate.artifacts.reports?.junit).toBe('reports/*/latest/junit.xml');
  });
});

test('systemd stops the command alone, which mends, and gives it time', () => {
  const unit = read(join('systemd', 'ha-acceptance@.service'));
  expect(unit).toMatch(/^KillMode=mixed$/m);
  expect(unit).toMatch(/^TimeoutStopSec=\d+min$/m);
  expect(unit).toMatch(/^ExecStopPost=.* restore --env %i$/m);
});
