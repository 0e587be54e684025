import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runCommand } from '../faults/command-hand.ts';
import { identify, isAlive } from '../record/process-identity.ts';
import type { ProcessIdentity } from '../record/process-identity.ts';
import { endOrphans, forgetHands, handLog, wasHandWorked } from './hands.ts';
import type { HandPurpose } from './hands.ts';
import { clusterFolder } from './state-folder.ts';

const identity = 'SHA256:invented';
const entry = '20261121T000000000Z-abcdef';
let folder = '';
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hands-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const url = (path: string): string => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));

/** A process that works a hand as the product does. The hand writes its pid and that of a child of its own, waits, and acts. */
function workHand(purpose: HandPurpose, seconds: number): { harness: ChildProcess; acted: () => boolean; pids: () => Promise<ProcessIdentity[]> } {
  const [pidFile, act] = [join(folder, 'pids'), join(folder, 'acted')];
  const hand = ['sh', '-c', 'sleep "$1" & echo $$ $! > "$2.new"; mv "$2.new" "$2"; wait; touch "$3"', 'sh', String(seconds), pidFile, act];
  const program = `
    import { runCommand } from ${url('../faults/command-hand.ts')};
    import { handLog } from ${url('./hands.ts')};
    await runCommand(${JSON.stringify(hand)}, { signal: new AbortController().signal, hands: handLog(${JSON.stringify(identity)}, ${JSON.stringify(entry)}, ${JSON.stringify(purpose)}) });`;
  const harness = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'ignore', 'inherit'] });
  started.push(harness);
  return {
    harness,
    acted: () => existsSync(act),
    pids: async () => {
      await expect.poll(() => existsSync(pidFile), { timeout: 20_000 }).toBe(true);
      return readFileSync(pidFile, 'utf8').trim().split(' ').flatMap((pid) => identify(Number(pid)) ?? []);
    },
  };
}

async function kill(harness: ChildProcess): Promise<void> {
  harness.kill('SIGKILL');
  await once(harness, 'exit');
}

async function seeTo(patienceMs?: number): Promise<string[]> {
  const said: string[] = [];
  await endOrphans(identity, entry, { progress: (line) => said.push(line), signal: new AbortController().signal, ...(patienceMs === undefined ? {} : { patienceMs }) });
  return said;
}

test('a hand that outlived who worked it is found by its process id and start time, and ended with what it started', async () => {
  const { harness, acted, pids } = workHand('inject', 600);
  const processes = await pids();
  expect(processes).toHaveLength(2);
  await kill(harness);
  expect(processes.every((one) => isAlive(one))).toBe(true);
  expect(wasHandWorked(identity, entry)).toBe(true);
  expect(await seeTo()).toEqual([expect.stringMatching(new RegExp(`^ending process ${processes[0]?.pid} \\("sh -c .*outlived the harness.*would break something`))]);
  expect(processes.filter((one) => isAlive(one))).toEqual([]);
  expect(acted()).toBe(false);
  expect(await seeTo()).toEqual([]);
});

test('what a dead hand left in its group is ended too', async () => {
  const { harness, pids } = workHand('inject', 600);
  const [leader, child] = await pids();
  if (leader === undefined || child === undefined) throw new Error('the hand has no child');
  await kill(harness);
  process.kill(leader.pid, 'SIGKILL');
  await expect.poll(() => isAlive(leader)).toBe(false);
  expect(isAlive(child)).toBe(true);
  await seeTo();
  expect(isAlive(child)).toBe(false);
});

test('one that mends is waited for', async () => {
  const { harness, acted, pids } = workHand('mend', 2);
  await pids();
  await kill(harness);
  expect(await seeTo()).toEqual([expect.stringMatching(/^waiting up to 60 s for process .*it mends$/)]);
  expect(acted()).toBe(true);
  expect(wasHandWorked(identity, entry)).toBe(false);
});

test('one that mends and does not come to its end is ended', async () => {
  const { harness, pids } = workHand('mend', 600);
  const processes = await pids();
  await kill(harness);
  expect((await seeTo(300)).at(-1)).toMatch(/^ending process .*does not come to its end$/);
  expect(processes.filter((one) => isAlive(one))).toEqual([]);
});

test.each(['startTime', 'bootId', 'machine', 'pidNamespace'])('a process that has only the same id is not touched: another %s', async (what) => {
  const bystander = spawn('sleep', ['600']);
  started.push(bystander);
  const self = identify(bystander.pid ?? 0);
  if (self === null) throw new Error('the bystander is not in /proc');
  handLog(identity, entry, 'inject').begin(self, 'sleep 600');
  const hands = join(clusterFolder(identity), 'hands');
  const [name = ''] = readdirSync(hands);
  const record = JSON.parse(readFileSync(join(hands, name), 'utf8')) as { process: ProcessIdentity };
  const other = what in record.process ? { ...record, process: { ...record.process, [what]: what === 'startTime' ? (self.startTime ?? 0) - 1 : 'another' } } : { ...record, [what]: 'another' };
  writeFileSync(join(hands, name), JSON.stringify(other));
  expect(await seeTo()).toEqual([]);
  expect(isAlive(self)).toBe(true);
});

test('a hand that breaks something and cannot be put on record is not begun; one that mends is', async () => {
  const act = join(folder, 'acted');
  // A file stands where the folder of the records would be.
  writeFileSync(join(folder, 'ha-acceptance'), '');
  const { signal } = new AbortController();
  await expect(runCommand(['touch', act], { signal, hands: handLog(identity, entry, 'inject') })).rejects.toThrow(/could not be put on record.*so it was not begun/);
  expect(existsSync(act)).toBe(false);
  await runCommand(['touch', act], { signal, hands: handLog(identity, entry, 'mend') });
  expect(existsSync(act)).toBe(true);
});

test('a hand on record behaves as any other: its words, its output, its errors', async () => {
  const options = { signal: new AbortController().signal, hands: handLog(identity, entry, 'inject') };
  const words = ['"; rm -rf / #<script>', '$(id)', "it's\n", ''];
  expect(await runCommand(['printf', '%s|', ...words], options)).toBe(`${words.join('|')}|`);
  await expect(runCommand(['sh', '-c', 'echo wrong >&2; exit 3'], options)).rejects.toThrow(/status 3: wrong/);
  await expect(runCommand(['no-such-program-here'], options)).rejects.toThrow(/there is no program "no-such-program-here"/);
  await expect(runCommand(['/etc/passwd'], options)).rejects.toThrow(/may not be executed/);
  expect(await seeTo()).toEqual([]);
  forgetHands(identity, entry);
  expect(readdirSync(join(clusterFolder(identity), 'hands'))).toEqual([]);
});
