/** One case on the lab that is up, told by JSON in the last argument. Runs inside the lab's client network; its last line is the outcome as JSON. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaseOutcome, LabCase } from './cases.ts';
import { crashOnLab } from './crash-on-lab.ts';
import { runOnHostilePath } from './hostile-path.ts';
import { openHostileWay } from './hostile-way.ts';
import { watchRun } from './run-watch.ts';
import { judgeLab, readLab } from './whole-lab.ts';

const labCase = JSON.parse(process.argv.at(-1) ?? '') as LabCase;
const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-hostile-'));
const reports = join(folder, 'reports');
const env = { HA_ACCEPTANCE_REPORTS: reports };
const way = await openHostileWay();
const outcome: CaseOutcome = { problems: [], said: '' };
try {
  const before = await readLab();
  if (before.problems.length > 0) outcome.neverBegun = true;
  if (before.problems.length > 0) throw new Error(`The lab is not whole before the case: ${before.problems.join('; ')}`);
  const watch = watchRun(reports);
  const { problems, said } = 'victim' in labCase ? await crashOnLab(labCase, way, watch, env) : await runOnHostilePath(labCase, way, watch, env, before);
  const after = await readLab();
  const lock = after.lock !== null && !('victim' in labCase && labCase.victim !== 'child') ? [`the lock is still on the cluster: ${after.lock}`] : [];
  Object.assign(outcome, { said, problems: [...problems, ...judgeLab(before, after, watch.folder()), ...lock] });
} catch (error) {
  outcome.problems.push((error as Error).stack ?? String(error));
} finally {
  await way.close();
}
// What went wrong can be looked at.
if (outcome.problems.length === 0) rmSync(folder, { recursive: true, force: true });
else outcome.problems.push(`the record is kept in ${folder}`);
process.stdout.write(`\n${JSON.stringify(outcome)}\n`);
process.exit(0);
