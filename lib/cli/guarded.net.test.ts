import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import { identify, isAlive } from '../record/process-identity.ts';
import { startStandIn } from './stand-in/stand-in.ts';
import type { StandIn } from './stand-in/stand-in.ts';
import { killWhole } from './testing.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`guarded.net.test.ts guards nothing here: ${missing}`);

/** Whole runs against the stand-in cluster that must not begin, or must not be led astray. */
describe.skipIf(missing !== null)('a whole run is refused, blocked or goes right', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startStandIn();
  });
  afterEach(() => {
    for (const file of ['property', 'storage-ill', 'no-quorum', 'hour', 'hurry']) standIn.set(file, null);
  });
  afterAll(async () => standIn.stop());

  const clocks = `--import=${new URL('./stand-in/clocks.ts', import.meta.url).href}`;
  const inPlace = /"kind":"fault-injected"/;
  const read = (run: string, file: string): string => (existsSync(join(run, file)) ? readFileSync(join(run, file), 'utf8') : '');

  const foreign = JSON.stringify({ tool: 'ha-acceptance', owner: 'ann@elsewhere', run: 'theirs', reason: '3 scenario(s)', expires: new Date(Date.now() + 7_200_000).toISOString(), holder: { pid: 1, startTime: 1, bootId: 'b' }, machine: 'elsewhere' });

  test('with a wrong password of the BMCs: refused with the remedy, each asked once, so that no account is locked', { timeout: 300_000 }, async () => {
    const file = join(standIn.folder, 'environments', '.env');
    const right = readFileSync(file, 'utf8');
    writeFileSync(file, 'STAND_IN_BMC="operator:another-password"\n', { mode: 0o600 });
    const { out, code } = await standIn.cli(standIn.run('disk-removal'));
    writeFileSync(file, right, { mode: 0o600 });
    expect(out).toMatch(/preflight refuses the run; nothing was injected[^]*power of n1 is on: .*BMC answers 401.*Check the user and password that the environment file refers to/);
    expect(code).toBe(3);
    expect(standIn.bmcAnswers().flatMap(({ node, status }) => (status === 401 ? [node] : [])).toSorted()).toEqual(['n1', 'n2', 'n3']);
    expect(standIn.runs()).toEqual([]);
  });

  test('where the cluster keeps no lock for want of quorum, and nothing of ours is the reason: refused with the way to proceed, no error of ours', { timeout: 300_000 }, async () => {
    const [slot, drawer] = ['slots', 'drawer'].map((place) => join(standIn.target, place, 'osd.1')) as [string, string];
    standIn.set('no-quorum', '');
    renameSync(slot, drawer);
    const { out, code } = await standIn.cli(standIn.run('disk-removal'));
    renameSync(drawer, slot);
    expect(out).toMatch(/The cluster property ha-acceptance-lock could not be written: .*Nothing was injected\./);
    expect([code, standIn.runs()]).toEqual([3, []]);
  });

  test('under the lock of another harness: refused; with --break-lock it is taken over, and a gate that is not met in its time blocks', { timeout: 400_000 }, async () => {
    standIn.set('property', foreign);
    const refused = await standIn.cli(standIn.run('disk-removal'));
    expect(refused.out).toMatch(/The cluster is locked: ann@elsewhere holds it for run theirs \(3 scenario\(s\)\) until .*--break-lock/);
    expect(refused.code).toBe(3);
    expect([standIn.runs(), readFileSync(join(standIn.target, 'property'), 'utf8')]).toEqual([[], foreign]);

    standIn.set('storage-ill', '');
    // The hour that its clock goes on by is to be over for the gate, not for the run.
    const running = standIn.start([...standIn.run('disk-removal'), '--break-lock', '--cap', '600'], { NODE_OPTIONS: clocks, STAND_IN_DEADLINES: join(standIn.target, 'hurry') });
    const run = await standIn.untilEvent(/waiting for a steady state: storage/);
    standIn.set('hurry', '');
    const { out, code } = await running.ended;
    expect(out).toMatch(/took over the lock of the cluster: ann@elsewhere/);
    expect(code).toBe(3);
    expect(standIn.verdicts(run).scenarios).toMatchObject([{ verdict: 'blocked', reason: expect.stringMatching(/The cluster is not whole, so nothing was injected: storage/) as string }]);
    expect([read(run, 'journal.jsonl'), inPlace.test(read(run, 'events.jsonl')), standIn.diskIsIn(), existsSync(join(standIn.target, 'property'))]).toEqual(['', false, true, false]);
  });

  test('what a killed run left is not mended under the lock of another harness: restore is refused; with --break-lock it takes the lock, mends, and leaves none', { timeout: 400_000 }, async () => {
    const killed = standIn.start(standIn.run('disk-removal'));
    await standIn.untilEvent(inPlace, standIn.runs());
    await killWhole(killed);
    standIn.set('property', foreign);
    const restore = ['restore', ...standIn.run('disk-removal').slice(1, 3)];
    const refused = await standIn.cli(restore);
    expect(refused.out).toMatch(/1 undo\(s\) are open[^]*The cluster is locked: ann@elsewhere holds it for run theirs \(3 scenario\(s\)\) until .*--break-lock/);
    expect([refused.code, standIn.diskIsIn(), readFileSync(join(standIn.target, 'property'), 'utf8')]).toEqual([3, false, foreign]);
    const taken = await standIn.cli([...restore, '--break-lock']);
    expect(taken.out).toMatch(/took over the lock of the cluster: ann@elsewhere[^]*mended: put disk osd\.1 back[^]*the cluster is whole again/);
    expect([taken.code, standIn.diskIsIn(), existsSync(join(standIn.target, 'property'))]).toEqual([0, true, false]);
  });

  test('after one that was killed, without quorum for a lock: mended first, its lock explained; a second harness is refused, and a wall clock that is set changes no figure', { timeout: 400_000 }, async () => {
    const before = standIn.runs();
    const killed = standIn.start(standIn.run('disk-removal'));
    const first = await standIn.untilEvent(inPlace, before);
    standIn.set('no-quorum', '');
    await killWhole(killed);
    expect(standIn.diskIsIn()).toBe(false);

    const running = standIn.start(standIn.run('disk-removal'), { NODE_OPTIONS: clocks, STAND_IN_WALL_CLOCK: join(standIn.target, 'hour') });
    const run = await standIn.untilEvent(inPlace, [...before, first]);
    standIn.set('hour', '');
    const second = await standIn.cli(standIn.run('disk-removal'));
    expect(second.out).toMatch(/Another harness on this machine works on this cluster: .*pid \d+, .*kill -TERM/);
    expect(second.code).toBe(3);
    const { out, code } = await running.ended;
    expect(out).toMatch(/ha-acceptance-lock could not be removed[^]*An earlier run left something undone; it comes first[^]*mended: put disk osd\.1 back[^]*took over the lock of the cluster: /);
    expect(read(run, 'events.jsonl')).toMatch(/the wall clock of this machine was set forward by 3600 s/);
    const { scenarios } = standIn.verdicts(run);
    expect(scenarios.map(({ verdict, reason }) => `${verdict} ${verdict === 'pass' ? '' : reason}`.trim())).toEqual(['pass']);
    const figures = scenarios.flatMap(({ measurements, phases }) => [...measurements, ...phases]).flatMap(({ hi }) => hi ?? []);
    expect(figures.length).toBeGreaterThan(0);
    expect(Math.max(...figures)).toBeLessThan(600_000);
    expect(code).toBe(0);
    expect(standIn.diskIsIn()).toBe(true);
  });

  test('a test that is killed leaves neither its command nor its namespaces', { timeout: 200_000 }, async () => {
    const victim = spawn(process.execPath, [fileURLToPath(new URL('./stand-in/abandoned-process.ts', import.meta.url))], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(victim.stdout, 'data')) as [Buffer];
    const { folder, pid, namespaces } = JSON.parse(line.toString()) as { folder: string; pid: number; namespaces: string[] };
    const command = identify(pid);
    if (command === null) throw new Error('the command does not run');
    victim.kill('SIGKILL');
    const left = (): unknown[] => [isAlive(command), existsSync(folder), ...namespaces.map((name) => existsSync(`/run/netns/${name}`))];
    await expect.poll(left, { timeout: 60_000 }).toEqual([false, false, false, false]);
  });
});
