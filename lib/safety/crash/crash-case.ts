import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyAudit } from '../audit.ts';
import { compareWithWitnesses } from '../audit-witnesses.ts';
import { deadlineMs } from '../deadlines.ts';
import { openEntries, openIdsOfRun } from '../journal.ts';
import type { MendResult } from '../mend.ts';
import { clusterFolder } from '../state-folder.ts';
import { clusterIdentity, writeEnvironment } from './environment-file.ts';
import type { Orders } from './gate.ts';
import { stateFolderOf, strikeAt } from './kill-at.ts';
import type { Strike, Struck } from './kill-at.ts';
import type { Point } from './points.ts';
import { restoreTarget } from './restoring.ts';
import { actionsAtWork, buildTarget, endTarget, handsAtRest, mendTarget, readTarget } from './target.ts';
import type { TargetState } from './target.ts';

/** A target with its environment file, for many cases one after the other. */
export interface World {
  base: string;
  target: string;
  environments: string;
  before: TargetState;
}

/** Where a process is struck, and how. */
export interface Blow {
  strike: Strike;
  point: Pick<Point, 'call' | 'ordinal'>;
}

/** The work without a blow, to see its points. */
export const unharmed: Blow = { strike: null, point: { call: 'openat', ordinal: 1 } };

export interface CaseResult {
  injecting: Struck;
  /** The restorer that was struck. */
  restoring: Struck | null;
  /** What the first blow left, the same text for the same state. */
  left: string;
  /** What is not as it must be; empty when all is. */
  problems: string[];
}

/** Longer than a hand of the target takes on this machine as busy as it is, ms. */
const settleMs = (): number => deadlineMs(700);

export function openWorld(): World {
  const base = mkdtempSync(join(tmpdir(), 'ha-acceptance-crash-'));
  const target = join(base, 'target');
  const environments = join(base, 'environments');
  buildTarget(target);
  writeEnvironment(environments, target);
  return { base, target, environments, before: readTarget(target) };
}

export function closeWorld({ base, target }: World): void {
  endTarget(target);
  rmSync(base, { recursive: true });
}

/** The state folder is looked up in the environment at each use: until the returned function is called, it is this case's. */
function useState(folder: string): () => void {
  const earlier = process.env['XDG_STATE_HOME'];
  process.env['XDG_STATE_HOME'] = stateFolderOf(folder);
  return () => {
    if (earlier === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = earlier;
  };
}

function differences(before: TargetState, now: TargetState): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => before[key] !== now[key]).map((key) => `${key} was ${before[key] ?? 'absent'} and is ${now[key] ?? 'absent'}`);
}

function describeLeft(world: World): string {
  return JSON.stringify({ open: openEntries(clusterIdentity).map((entry) => entry.fault), atWork: actionsAtWork(world.target), changed: differences(world.before, readTarget(world.target)) });
}

/** What the audit log lacks. A disk that fails may keep a line from it, which is told as it happens; a death may not. */
function auditProblems(runFolder: string, strike: Strike): string[] {
  const isFailing = strike === 'ENOSPC' || strike === 'EIO';
  return [...verifyAudit(runFolder).problems, ...(isFailing || !existsSync(join(runFolder, 'run.json')) ? [] : compareWithWitnesses(runFolder).problems)];
}

async function restoreTwice(world: World, runFolder: string, strike: Strike): Promise<string[]> {
  const restore = async (): Promise<MendResult[]> => restoreTarget(world.environments, settleMs());
  const failed = (await restore()).filter(({ outcome }) => outcome !== 'reverted').map(({ entry, outcome, detail }) => `${entry.undo.title}: ${outcome} (${detail})`);
  await handsAtRest(world.target);
  const changed = differences(world.before, readTarget(world.target));
  const again = (await restore()).map(({ entry }) => `the second restorer still found "${entry.undo.title}" open`);
  const changedAgain = changed.length > 0 ? [] : differences(world.before, readTarget(world.target)).map((what) => `after the second restorer: ${what}`);
  const open = [...openEntries(clusterIdentity).map(({ id }) => `${id} is open in the state folder`), ...openIdsOfRun(runFolder).map((id) => `${id} is open in the journal of the run`)];
  return [...failed, ...changed, ...again, ...changedAgain, ...open, ...auditProblems(runFolder, strike)];
}

/** What else happens between a death and the restorers: to the state folder of the cluster and the folder of the run. */
export type Damage = (folders: { state: string; run: string }) => void;

/**
 * One case: a blow on the process that injects, perhaps another on a restorer, perhaps damage to what they left; then two
 * whole restorers, then a look at everything.
 */
export async function runCase(world: World, first: Blow, second: Blow | null, damage: Damage = () => undefined): Promise<CaseResult> {
  const folder = mkdtempSync(join(world.base, 'case-'));
  mkdirSync(stateFolderOf(folder));
  const leaveState = useState(folder);
  const orders: Orders = { environments: world.environments, reports: join(folder, 'reports'), settleMs: settleMs() };
  try {
    const injecting = await strikeAt({ program: 'injecting-process.ts', orders, folder, strike: first.strike, ...first.point });
    const left = describeLeft(world);
    const restoring = second === null ? null : await strikeAt({ program: 'restoring-process.ts', orders, folder, strike: second.strike, ...second.point });
    damage({ state: clusterFolder(clusterIdentity), run: injecting.word });
    const problems = await restoreTwice(world, injecting.word, first.strike);
    return { injecting, restoring, left, problems };
  } finally {
    leaveState();
    await handsAtRest(world.target);
    mendTarget(world.target);
    rmSync(folder, { recursive: true });
  }
}
