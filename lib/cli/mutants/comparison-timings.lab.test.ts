/**
 * A comparison whose conclusion is known before: three runs of the lab, of which two have one Corosync timing and the third a longer
 * one. The pair of the same must not be called different; the other must be, by about the time that was added, from the moment on at
 * which the cluster detects the loss. The outage itself says less: it depends on which node is cut, too.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Comparison, PhasePair } from '../../reporting/comparison/comparison-schema.ts';
import { projectRoot } from '../places.ts';
import { cli } from '../testing.ts';
import { keep, kept } from './results.ts';

const [row, what] = ['network-partition', 'Corosync waits 6 s longer (three runs of six, compared)'] as const;
/** Added to `token`, ms. */
const addedMs = 6000;
/** Corosync takes a silent node for lost after `token`, and agrees on who is left after `consensus`, 1.2 times `token` (corosync.conf(5)). */
const laterMs = 2.2 * addedMs;
/** What the shift may miss that by: the state of the cluster is asked for about every 0.7 s, and the loss is noticed up to a token round later. */
const toleranceMs = 2000;
/** How wide its interval may be: a wider one says nothing about the amount. */
const widestMs = 4000;
/** Below this nobody would mind when a loss is detected. */
const marginMs = 2000;
const nodes = ['n1', 'n2', 'n3'];
/** As few as an interval of 95 % needs. The row cuts off whichever node holds the guest, so that roles are put together where one has fewer. */
const repeats = 6;

interface Compared {
  comparison: Comparison;
}

async function compareTimings(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'comparison-'));
  const reports = join(folder, 'reports');
  const env = { HA_ACCEPTANCE_REPORTS: reports, XDG_STATE_HOME: join(folder, 'state') };
  const must = async (...args: string[]): Promise<string> => {
    const { code, out, printed } = await cli(args, env);
    if (code !== 0) throw new Error(`"${args.join(' ')}" ended with ${code}: ${out}`);
    return printed;
  };
  /** The run's folder. A verdict may be what it likes: only figures are wanted. */
  const measured = async (): Promise<string> => {
    const { out } = await cli(['run', '--env', 'lab', '--suite', row, '--repeat', String(repeats)], env);
    const run = /lab\/(\d{8}T\d{6}Z-[a-z0-9]{4})/.exec(out)?.[1];
    if (run === undefined) throw new Error(`a run left no record: ${out}`);
    return join(reports, 'lab', run);
  };
  const detected = async (before: string, after: string): Promise<{ pair: PhasePair; settings: string[] }> => {
    const { comparison } = JSON.parse(await must('compare', before, '--against', after, '--margin', `${row}.detected=${marginMs}ms`, '--out', join(projectRoot, 'reports', 'lab-tests', 'comparisons', after.slice(-4)), '--json')) as Compared;
    const pairs = comparison.phases.flatMap((effect) => (effect.row === row && effect.guest === 'web' ? effect.pairs : [])).filter(({ phase }) => phase === 'detected');
    const [pair] = pairs.toSorted((one, other) => Math.min(...other.n) - Math.min(...one.n));
    if (pair === undefined) throw new Error(`the moment of detection was not compared: ${comparison.headline}`);
    const settings = comparison.conditions.filter(({ kind, equal }) => kind === 'setting' && !equal).map(({ what: setting }) => setting);
    return { pair, settings };
  };
  try {
    await must('lab', 'up');
    const first = await measured();
    const again = await measured();
    for (const node of nodes) await must('lab', 'exec', '--node', node, '--', 'sed', '-i', `s/^ token: .*/ token: ${1000 + addedMs}/`, '/etc/corosync/corosync.conf');
    await must('lab', 'exec', '--node', 'n1', '--', 'corosync-cfgtool', '-R');
    const later = await measured();

    const { pair: same } = await detected(first, again);
    const { pair: different, settings } = await detected(first, later);
    process.stderr.write(`${same.sentence}\n${different.sentence}\n`);
    const { estimate, lo, hi } = { estimate: Number.NaN, ...different.shift };
    return [
      ...(['equivalent', 'not-enough-data', 'below-resolution'].includes(same.word) ? [] : [`two runs of the same are called ${same.word}: ${same.sentence}`]),
      ...(different.word === 'different' ? [] : [`runs that differ by ${laterMs} ms are called ${different.word}: ${different.sentence}`]),
      ...(Math.abs(estimate - laterMs) <= toleranceMs ? [] : [`the shift is not about ${laterMs} ms: ${different.sentence}`]),
      ...((hi ?? Number.POSITIVE_INFINITY) - (lo ?? 0) <= widestMs ? [] : [`the interval of the shift is wider than ${widestMs} ms: ${different.sentence}`]),
      ...(settings.some((setting) => setting.includes('token')) ? [] : [`the setting that differs is not named, but ${settings.join(', ') || 'none'}`]),
    ];
  } finally {
    await cli(['lab', 'down'], env);
    rmSync(folder, { recursive: true, force: true });
  }
}

test(`${row}: ${what} is told from a lab that is the same`, async () => {
  const known = kept(row, what);
  const began = performance.now();
  const problems = known ?? (await compareTimings());
  if (known === null) keep({ row, what, problems, seconds: Math.round((performance.now() - began) / 1000), caught: ['compare: detected later, by about that'] });
  expect(problems).toEqual([]);
});
