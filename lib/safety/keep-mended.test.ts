import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { inverses } from '../faults/inverses.ts';
import { nodePowerFault, powerOn } from '../faults/power.ts';
import { DoubtfulLogin } from '../faults/refused-login.ts';
import { contextOf, environmentOf, fileSwitch } from '../faults/testing/world.ts';
import type { FileSwitch } from '../faults/testing/world.ts';
import { keepMended } from './keep-mended.ts';
import { closeEntry, openEntry, revertedEntriesOfRun } from './journal.ts';
import type { JournalEntry } from './journal.ts';

let folder = '';
let power: FileSwitch;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keep-mended-'));
  mkdirSync(join(folder, 'run'));
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
  power = fileSwitch('on');
});
afterEach(() => {
  vi.unstubAllEnvs();
  power.remove();
  rmSync(folder, { recursive: true });
});

function world(): ReturnType<typeof contextOf> {
  return contextOf(environmentOf([{ name: 'n1', address: '192.0.2.11', disks: [], power: { hand: 'command', on: power.set('on'), off: power.set('off'), status: power.show } }]));
}

/** A node whose power the run took, once for each outcome. */
function taken(context: ReturnType<typeof contextOf>, ...outcomes: ('reverted' | 'failed' | 'open')[]): JournalEntry[] {
  const { name, target, undo } = nodePowerFault(context.environment, 'n1', null);
  return outcomes.map((outcome) => {
    const entry = openEntry({ environment: 'invented', cluster: { name: 'INVENTED', identity: 'SHA256:invented' }, disposable: true, run: 'r1', runFolder: join(folder, 'run'), scenario: 's', fault: name, target, undo });
    if (outcome !== 'open') closeEntry(entry, outcome, 'so it is');
    return entry;
  });
}

test('a node that its cluster fences behind our undo is switched on again, once for all scenarios that took it, and that is audited', async () => {
  const context = world();
  taken(context, 'reverted', 'reverted');
  const look = keepMended(revertedEntriesOfRun(join(folder, 'run')), context, { inverses, pauseMs: 0 });
  await look();
  expect(context.said).toEqual([]);
  const [program = '', ...args] = power.set('off');
  execFileSync(program, args);
  await look();
  await look();
  expect(power.word()).toBe('on');
  expect(context.said).toEqual([expect.stringMatching(/^n1 was off again, .*powered on again/)]);
  const audited = readFileSync(join(folder, 'run', 'audit.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { action: string; outcome: string });
  expect(audited).toMatchObject([{ action: 'reverted', outcome: context.said[0] }]);
});

test('an undo that is still open, or could not be carried out, is not its concern', async () => {
  const context = world();
  taken(context, 'failed', 'open');
  expect(revertedEntriesOfRun(join(folder, 'run'))).toEqual([]);
});

/** Looks every five seconds of an invented clock; the seconds at which it was done again, or tried. */
async function triesOf(keep: (at: number) => Promise<string | null>, untilS: number): Promise<{ at: number[]; said: string[] }> {
  const context = world();
  const mended = taken(context, 'reverted');
  const at: number[] = [];
  let nowS = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowS * 1000);
  onTestFinished(() => void vi.restoreAllMocks());
  const counting = new Map([['power-on', { ...powerOn, keep: async (): Promise<string | null> => {
    at.push(nowS);
    return keep(nowS);
  } }]]);
  const look = keepMended(mended, context, { inverses: counting });
  for (; nowS <= untilS; nowS += 5) await look();
  return { at, said: context.said };
}

test.each([
  ['three times, when it does not hold', async () => 'n1 was off again', [5, 10, 15]],
  ['once, when the login may have been refused', async () => Promise.reject(new DoubtfulLogin('Unable to connect/login')), [5]],
  ['after ever longer pauses for as long as somebody waits, when it fails', async () => Promise.reject(new Error('the switch is dead')), [5, 10, 25, 85, 145]],
])('it is done again %s', async (_, keep, seconds) => {
  const { at, said } = await triesOf(keep, 200);
  expect([at, said.length]).toEqual([seconds, seconds.length]);
});

test('errors take nothing from the times that it is done again, and a look that succeeds ends their pauses', async () => {
  const { at } = await triesOf(async (now) => {
    if (now < 90) throw new Error('the node is busy');
    if (now === 150) throw new Error('the node is busy again');
    return now < 150 ? null : 'n1 was off again';
  }, 300);
  expect(at).toEqual([5, 10, 25, 85, 145, 150, 155, 160, 165]);
});
