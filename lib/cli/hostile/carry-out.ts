import { fileURLToPath } from 'node:url';
import { cli } from '../testing.ts';
import type { CaseOutcome, LabCase } from './cases.ts';
import { keep, kept } from './results.ts';

const program = fileURLToPath(new URL('./case-process.ts', import.meta.url));

/** Carries a case out on the lab that is up. `env`: where its state folder is, when that is not the usual one. */
export async function carryOut(labCase: LabCase, env: Record<string, string> = {}): Promise<CaseOutcome> {
  const { out, code, signal } = await cli(['lab', 'exec', '--', process.execPath, program, JSON.stringify(labCase)], env);
  try {
    return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as CaseOutcome;
  } catch {
    return { problems: [`the case did not come to its end (${code === null ? `ended by ${signal ?? 'nobody'}` : `exit code ${code}`}): ${out.slice(-2000)}`], said: '' };
  }
}

/** What an earlier case has left broken is its own fault: a case that finds it begins on a new lab. */
async function carryOutOnWholeLab(labCase: LabCase): Promise<CaseOutcome> {
  const outcome = await carryOut(labCase);
  if (outcome.neverBegun !== true) return outcome;
  process.stdout.write(`a new lab: ${outcome.problems.join('; ')}\n`);
  await cli(['lab', 'down']);
  await cli(['lab', 'up']);
  return carryOut(labCase);
}

/** Carries out the cases that no interrupted run has carried out already. Returns a sentence for each thing that is not as it must be. */
export async function carryOutAll(cases: readonly LabCase[]): Promise<string[]> {
  const broken: string[] = [];
  for (const labCase of cases) {
    const known = kept(labCase);
    const outcome = known ?? (await carryOutOnWholeLab(labCase));
    if (known === null) keep(labCase, outcome);
    const name = JSON.stringify(labCase);
    process.stdout.write(`${outcome.problems.length === 0 ? 'as it must be' : 'NOT'}: ${name}: ${outcome.said}\n`);
    broken.push(...outcome.problems.map((problem) => `${name}: ${problem}`));
  }
  return broken;
}
