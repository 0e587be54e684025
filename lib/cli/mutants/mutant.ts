/**
 * The lab with one thing wrong, and what the harness must then say: the proof that a row can fail. A case is a file
 * `<row>-<what>.lab.test.ts` of this folder that calls `mutant` once. Each gets a lab of its own.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { RowName, Verdict, Verdicts } from '../../record/types.ts';
import { environmentsFolder } from '../places.ts';
import { cli } from '../testing.ts';
import { keep, kept } from './results.ts';

/** The lab that a mutant is made of. */
export interface MutantLab {
  /** Runs a command on a node and returns what it printed. Throws when it ends with another status than 0. */
  on(node: string, ...argv: string[]): Promise<string>;
  /** Starts a shell script on a node that goes on until the lab is gone or the node loses its power. */
  keepDoing(node: string, script: string): Promise<void>;
  /** The node that a guest runs on, as Pacemaker says. */
  hostOf(guest: string): Promise<string>;
}

export interface MutantCase {
  /** The row that must notice. */
  row: RowName;
  /** What is wrong, as the end of "a lab whose ...". */
  what: string;
  /** Makes it wrong, in a lab that is up and healthy. */
  make(lab: MutantLab): Promise<void>;
  /** Makes it right again, after the run. Left away where the end of the lab does. */
  unmake?(lab: MutantLab): Promise<void>;
  /** Changes the environment file instead of the lab, or beside it. */
  environment?: (yaml: string) => string;
  /** Arguments after `run --env lab`. */
  run: string[];
  /** Exit codes that are right. */
  exitCodes: readonly number[];
  /** Of each scenario: verdicts that are right, and what its reason must say. Scenarios that are not named may be anything. */
  expected: Record<string, { verdicts: readonly Verdict[]; because: RegExp }>;
  /** Whether the lab must be found whole by `check` at the end, which it must unless said otherwise. */
  wholeAfterwards?: boolean;
}

/** How long a lab may take to be whole after what was wrong was made right, ms. */
const wholeWithinMs = 180_000;

function workplace(change: ((yaml: string) => string) | undefined): { env: Record<string, string>; reports: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'mutant-'));
  const environments = join(folder, 'environments');
  cpSync(environmentsFolder(), environments, { recursive: true });
  const file = join(environments, 'lab.yaml');
  if (change !== undefined) writeFileSync(file, change(readFileSync(file, 'utf8')));
  const reports = join(folder, 'reports');
  return { reports, env: { HA_ACCEPTANCE_REPORTS: reports, HA_ACCEPTANCE_ENVIRONMENTS: environments, XDG_STATE_HOME: join(folder, 'state') }, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function labOf(env: Record<string, string>): MutantLab {
  const on = async (node: string, ...argv: string[]): Promise<string> => {
    const { code, out } = await cli(['lab', 'exec', '--node', node, '--', ...argv], env);
    if (code !== 0) throw new Error(`"${argv.join(' ')}" on ${node} of the lab ended with ${code}: ${out}`);
    return out;
  };
  return {
    on,
    keepDoing: async (node, script) => void (await on(node, 'bash', '-c', 'nohup setsid bash -c "$1" >/dev/null 2>&1 </dev/null &', 'bash', script)),
    hostOf: async (guest) => {
      const found = /is running on: (\S+)/.exec(await on('n1', 'crm_resource', '--resource', guest, '--locate'))?.[1];
      if (found === undefined) throw new Error(`guest ${guest} of the lab runs nowhere`);
      return found;
    },
  };
}

async function untilWhole(env: Record<string, string>): Promise<string> {
  const deadline = performance.now() + wholeWithinMs;
  for (;;) {
    const { code, out } = await cli(['check', '--env', 'lab'], env);
    if (code === 0 || performance.now() > deadline) return code === 0 ? '' : out;
    await sleep(5000);
  }
}

/** What is not as it must be, as sentences. */
async function carryOut(mutantCase: MutantCase): Promise<string[]> {
  const { env, reports, remove } = workplace(mutantCase.environment);
  try {
    const up = await cli(['lab', 'up'], env);
    if (up.code !== 0) return [`the lab did not start: ${up.out}`];
    const lab = labOf(env);
    await mutantCase.make(lab);
    const end = await cli(['run', '--env', 'lab', ...mutantCase.run], env);
    const problems = mutantCase.exitCodes.includes(end.code ?? -1) ? [] : [`exit code ${end.code}, not ${mutantCase.exitCodes.join(' or ')}: ${end.out}`];
    const file = join(reports, 'lab', 'latest', 'verdicts.json');
    const verdicts = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Verdicts) : null;
    for (const [id, { verdicts: right, because }] of Object.entries(mutantCase.expected)) {
      const scenario = verdicts?.scenarios.find((candidate) => candidate.id === id);
      if (scenario === undefined || !right.includes(scenario.verdict) || !because.test(scenario.reason ?? '')) problems.push(`${id} is ${scenario?.verdict ?? 'not there'} (${scenario?.reason ?? 'without a reason'}), not ${right.join(' or ')} because of ${because}`);
    }
    await mutantCase.unmake?.(lab);
    const notWhole = mutantCase.wholeAfterwards === false ? '' : await untilWhole(env);
    return notWhole === '' ? problems : [...problems, `the lab is not whole afterwards: ${notWhole}`];
  } finally {
    await cli(['lab', 'down'], env);
    remove();
  }
}

/** Registers a case: the harness must catch it. What an interrupted `npm run test:lab` found already, with the same sources, is taken. */
export function mutant(mutantCase: MutantCase): void {
  const { row, what } = mutantCase;
  test(`${row}: a lab whose ${what} is caught`, async () => {
    const known = kept(row, what);
    const began = performance.now();
    const problems = known ?? (await carryOut(mutantCase));
    if (known === null) keep({ row, what, problems, seconds: Math.round((performance.now() - began) / 1000), caught: Object.entries(mutantCase.expected).map(([id, { verdicts }]) => `${id}: ${verdicts.join(' or ')}`) });
    expect(problems).toEqual([]);
  });
}
