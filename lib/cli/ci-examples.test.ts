import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from '@actions/workflow-parser';
import type { Command } from 'commander';
import { describe, expect, onTestFinished, test } from 'vitest';
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

test.each(['gitlab-ci.yml', 'github-actions.yml', 'Jenkinsfile'])('%s gathers the run that its job recorded, and never an earlier one', (file) => {
  const [gather] = /mkdir -p "reports.* find .*?(?:\\;|";")/.exec(read(file)) ?? [];
  if (gather === undefined) throw new Error('it gathers nothing');
  const scratch = mkdtempSync(join(tmpdir(), 'gather-'));
  onTestFinished(() => rmSync(scratch, { recursive: true }));
  const kept = join(scratch, 'kept', 'prod-a');
  for (const [at, id] of [[1000, '20260101T221500Z-aaaa'], [3000, '20260102T221500Z-bbbb']] as const) {
    mkdirSync(join(kept, id), { recursive: true });
    writeFileSync(join(kept, id, 'junit.xml'), id);
    utimesSync(join(kept, id), at, at);
  }
  writeFileSync(join(scratch, '.begun'), '');
  utimesSync(join(scratch, '.begun'), 2000, 2000);
  execFileSync('sh', ['-c', gather], { cwd: scratch, env: { ...process.env, ENVIRONMENT: 'prod-a', HA_ACCEPTANCE_REPORTS: join(scratch, 'kept') } });
  expect(globSync('reports/*/2*/junit.xml', { cwd: scratch })).toEqual(['reports/prod-a/20260102T221500Z-bbbb/junit.xml']);
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
