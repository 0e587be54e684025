import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeWorld, openWorld, runCase } from './crash-case.ts';
import type { Damage, World } from './crash-case.ts';
import { pointsOfInjecting } from './enumeration.ts';
import type { Point } from './points.ts';
import { readTarget } from './target.ts';

let world: World;
/** Where both faults are in place and confirmed. */
let bothInPlace: Point | undefined;

beforeAll(async () => {
  world = openWorld();
  const points = await pointsOfInjecting(world);
  const fifthHand = points.findIndex(({ kind, ordinal }) => kind === 'call of a hand' && ordinal === 5);
  bothInPlace = points[fifthHand];
}, 120_000);
afterAll(() => closeWorld(world));

function tear(path: string): void {
  truncateSync(path, readFileSync(path).length - 20);
}

test.each<{ what: string; damage: Damage; problems: (string | RegExp)[] }>([
  { what: 'half-written drafts of an undo lie about', damage: ({ state }) => writeFileSync(join(state, 'open', '20200101T000000000Z-abcdef.json.1.tmp'), '{"schema":1,"un'), problems: [] },
  { what: 'the folder of the run was deleted', damage: ({ run }) => rmSync(run, { recursive: true }), problems: [] },
  { what: 'the last line of the journal of the run is torn', damage: ({ run }) => appendFileSync(join(run, 'journal.jsonl'), '{"at":"2020-01-01T00:00:00.000Z","op":"att'), problems: [] },
  { what: 'the lock is an empty file', damage: ({ state }) => writeFileSync(join(state, 'lock.json'), ''), problems: [] },
  { what: 'the lock is that of a process long gone', damage: ({ state }) => writeFileSync(join(state, 'lock.json'), '{"process":{"pid":1,"startTime":-1,"bootId":null},"since":"","reason":""}'), problems: [] },
  { what: 'the last line of the audit log is torn, and its chain goes on', damage: ({ run }) => tear(join(run, 'audit.jsonl')), problems: [] },
])('everything is as before when $what', { timeout: 120_000 }, async ({ damage, problems }) => {
  if (bothInPlace === undefined) throw new Error('The injecting work calls fewer hands than it did.');
  const result = await runCase(world, { strike: 'SIGKILL', point: bothInPlace }, null, damage);
  expect(JSON.parse(result.left)).toMatchObject({ open: ['node-power', 'disk-removal'] });
  expect(result.problems).toEqual(problems.map((problem) => expect.stringMatching(problem) as string));
});

/** Where to put a file system of a few pages over the state folder, seen by one process only; one page is left for the lock. */
const onFullDisk = 'mount -t tmpfs -o size=8k tmpfs "$1" && head -c 4096 /dev/zero > "$1/filling" && shift && exec "$@"';

test('on a full disk nothing is injected, and the reason is told', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(world.base, 'full-'));
  const orders = { environments: world.environments, reports: join(world.base, 'reports'), settleMs: 0 };
  const program = fileURLToPath(new URL('injecting-process.ts', import.meta.url));
  const { status, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', onFullDisk, 'sh', folder, process.execPath, program, JSON.stringify(orders)], { input: '\n', encoding: 'utf8', env: { ...process.env, XDG_STATE_HOME: folder } });
  expect(stderr).toMatch(/undo of "node-power" could not be written to disk \(ENOSPC.*so nothing was injected/);
  expect(status).not.toBe(0);
  expect(readTarget(world.target)).toEqual(world.before);
});
