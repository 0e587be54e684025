import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GroovyCall, ParsedGroovy } from './groovy-process.ts';
import { projectRoot } from './places.ts';
import { ownRun, playRunner } from './testing-ci.ts';
import type { PlayedRunner } from './testing-ci.ts';

const example = readFileSync(join(projectRoot, 'docs', 'ci', 'Jenkinsfile'), 'utf8');

/** What may stand in which block of a Declarative Pipeline: Jenkins' handbook, "Pipeline Syntax". What is not named here may hold anything. */
const mayHold: Readonly<Record<string, readonly string[]>> = {
  pipeline: ['agent', 'environment', 'libraries', 'options', 'parameters', 'post', 'stages', 'tools', 'triggers'],
  stages: ['stage'],
  stage: ['agent', 'environment', 'failFast', 'input', 'matrix', 'options', 'parallel', 'post', 'stages', 'steps', 'tools', 'when'],
  matrix: ['agent', 'axes', 'environment', 'excludes', 'input', 'options', 'post', 'stages', 'tools', 'when'],
  axes: ['axis'],
  axis: ['name', 'values'],
  post: ['aborted', 'always', 'changed', 'cleanup', 'failure', 'fixed', 'regression', 'success', 'unstable', 'unsuccessful'],
};

/** What each of these must hold. */
const mustHold: Readonly<Record<string, readonly string[]>> = { pipeline: ['agent', 'stages'], matrix: ['axes', 'stages'], axis: ['name', 'values'] };

/** Each look takes about half a second where nothing else is done. */
const timeoutMs = 120_000;

let scratch = '';
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'jenkins-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

function misplaced({ name, line, inside }: GroovyCall): string[] {
  const allowed = mayHold[name];
  if (allowed === undefined) return [];
  if (inside === null) return name === 'stage' ? [`line ${line}: ${name} is empty`] : [];
  const missing = (mustHold[name] ?? []).filter((wanted) => !inside.some((call) => call.name === wanted)).map((wanted) => `line ${line}: ${name} lacks ${wanted}`);
  return [...missing, ...inside.flatMap((call) => [...(allowed.includes(call.name) ? [] : [`line ${call.line}: ${call.name} in ${name}`]), ...misplaced(call)])];
}

async function parse(text: string): Promise<ParsedGroovy> {
  const file = join(scratch, 'Jenkinsfile');
  writeFileSync(file, text);
  const { stdout } = await promisify(execFile)(process.execPath, ['--liftoff-only', fileURLToPath(new URL('./groovy-process.ts', import.meta.url)), file]);
  return JSON.parse(stdout) as ParsedGroovy;
}

/** What is wrong with a Jenkinsfile: as Groovy, and as a Declarative Pipeline. */
async function faultsOf(text: string): Promise<string[]> {
  const { brokenLines, calls } = await parse(text);
  const others = calls.filter(({ name }) => name !== 'pipeline').map(({ name, line }) => `line ${line}: ${name} outside of the pipeline`);
  return [...brokenLines.map((line) => `line ${line} is no Groovy`), ...(calls.length === 0 ? ['no pipeline'] : []), ...others, ...calls.flatMap(misplaced)];
}

test('the example is Groovy, and each block of the pipeline stands where Jenkins wants it', { timeout: timeoutMs }, async () => {
  expect(await faultsOf(example)).toEqual([]);
});

test.each([
  ['a brace that is missing', (text: string) => text.replace("disableConcurrentBuilds()\n", "disableConcurrentBuilds(\n"), /is no Groovy/],
  ['a word that Jenkins does not have', (text: string) => text.replace('triggers {', 'trigger {'), /^line \d+: trigger in pipeline$/],
  ['steps beside the stages', (text: string) => text.replace('agent { label', "steps { sh 'true' }\n  agent { label"), /^line \d+: steps in pipeline$/],
  ['a matrix without axes', (text: string) => text.replace('axes {', 'axis {'), /^line \d+: matrix lacks axes$/],
  ['what is to be done always, without saying when', (text: string) => text.replace('post {\n    always {', 'post {\n    finally_ {'), /^line \d+: finally_ in post$/],
])('%s is noticed', { timeout: timeoutMs }, async (_what, change, said) => {
  const faults = await faultsOf(change(example));
  expect(faults.some((fault) => said.test(fault))).toBe(true);
});

/** The steps of every `post { always { } }`, inner ones first. */
function alwaysOf(calls: readonly GroovyCall[]): GroovyCall[][] {
  return calls.flatMap(({ name, inside }) => [...alwaysOf(inside ?? []), ...(name === 'post' ? (inside ?? []).flatMap((call) => (call.name === 'always' ? [call.inside ?? []] : [])) : [])]);
}

/** Carries steps out as Jenkins does: one that fails ends all but what stands around its catchError. Says whether the build fails, and which other steps were done. */
function carryOut(steps: readonly GroovyCall[], runner: PlayedRunner): { failed: boolean; ended: boolean; others: string[] } {
  let failed = false;
  const others: string[] = [];
  for (const { name, text, inside } of steps) {
    if (name === 'sh' && runner.sh(text ?? 'false') !== 0) return { failed: true, ended: true, others };
    if (name === 'catchError') failed = carryOut(inside ?? [], runner).failed || failed;
    if (name !== 'sh' && name !== 'catchError') others.push(name);
  }
  return { failed, ended: false, others };
}

test('where the cluster could not be restored the run is gathered and shown all the same, and the build fails', { timeout: timeoutMs }, async () => {
  const [ofRun = [], ofAll = []] = alwaysOf((await parse(example)).calls);
  const runner = playRunner('restore', 'report');
  expect(carryOut(ofRun, runner)).toEqual({ failed: true, ended: false, others: ['junit'] });
  expect(runner.gathered()).toEqual(ownRun);
  expect(carryOut(ofAll, runner)).toEqual({ failed: true, ended: false, others: ['archiveArtifacts'] });
  expect(runner.called()).toEqual(['restore --env prod-a', `report --to fleet --expect prod-a,prod-b ${ownRun.map((path) => path.replace('/junit.xml', '')).join(' ')}`]);
});

test('no timeout stands around the mending', { timeout: timeoutMs }, async () => {
  const timed = (calls: readonly GroovyCall[], above: readonly string[] = []): string[][] => calls.flatMap(({ name, inside }) => [...(name === 'timeout' ? [above.slice(-2)] : []), ...timed(inside ?? [], [...above, name])]);
  expect(timed((await parse(example)).calls)).toEqual([['steps', 'lock']]);
});
