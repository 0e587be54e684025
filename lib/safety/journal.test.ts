import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Inverse, InverseContext } from '../faults/fault.ts';
import type { AuditLine } from './audit.ts';
import { inventedEnvironment } from './invented-cluster.ts';
import { closeEntry, noteInjected, openEntries, openEntry, openIdsOfRun, wasInjected, unreadableEntries } from './journal.ts';
import { DoubtfulLogin } from '../faults/refused-login.ts';
import { RedfishError } from '../platforms/redfish/redfish-error.ts';
import { mend } from './mend.ts';
import { allClusterFolders } from './state-folder.ts';

let folder = '';
const cluster = { name: 'INVENTED', identity: 'SHA256:invented' };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function open(number: number, more: { disposable?: boolean; identity?: string; inverse?: string; version?: number; effectWithinMs?: number } = {}): ReturnType<typeof openEntry> {
  return openEntry({
    environment: 'invented',
    cluster: { name: cluster.name, identity: more.identity ?? cluster.identity },
    disposable: more.disposable ?? false,
    run: 'r1',
    runFolder: join(folder, 'run'),
    scenario: 'node-failure.web.r1',
    fault: 'node-power',
    target: { node: `n${number}`, role: null, disk: null },
    undo: { inverse: more.inverse ?? 'note', version: more.version ?? 1, data: { number }, title: `undo ${number}`, manual: [`do ${number}`], ...(more.effectWithinMs === undefined ? {} : { effectWithinMs: more.effectWithinMs }) },
  });
}

/** An inverse that remembers what it did; it reads the world back from that memory. */
function remembering(failing: number[] = []): { done: number[]; inverses: ReadonlyMap<string, Inverse> } {
  const done: number[] = [];
  const inverse: Inverse = {
    name: 'note',
    versions: [1],
    revert: async (undo) => {
      if (failing.includes(Number(undo.data['number']))) throw new Error('the hand hangs');
      done.push(Number(undo.data['number']));
    },
    verify: async (undo) => done.includes(Number(undo.data['number'])),
  };
  return { done, inverses: new Map([['note', inverse]]) };
}

const context: InverseContext = { environment: inventedEnvironment(), signal: new AbortController().signal, progress: () => undefined, hypervisor: () => Promise.reject(new Error('no cluster in this test')) };

test('an entry is on disk in the run and in the state folder before openEntry returns', () => {
  const entry = open(1);
  expect(openEntries(cluster.identity)).toEqual([entry]);
  expect(openIdsOfRun(join(folder, 'run'))).toEqual([entry.id]);
});

test('a closed entry is gone from the state folder and closed in the run', () => {
  const entry = open(1);
  closeEntry(entry, 'reverted', 'done');
  expect(openEntries(cluster.identity)).toEqual([]);
  expect(openIdsOfRun(join(folder, 'run'))).toEqual([]);
});

test('a torn last line of the journal hides nothing', () => {
  const entry = open(1);
  appendFileSync(join(folder, 'run', 'journal.jsonl'), '{"op":"close","id":"');
  expect(openIdsOfRun(join(folder, 'run'))).toEqual([entry.id]);
});

test('a torn line does not swallow the one that comes after it', () => {
  const entry = open(1);
  appendFileSync(join(folder, 'run', 'journal.jsonl'), '{"op":"attempt","id":"');
  closeEntry(entry, 'reverted', 'done');
  expect(openIdsOfRun(join(folder, 'run'))).toEqual([]);
});

test('an entry that cannot be read is named, and hides no other', () => {
  const entry = open(1);
  const [folderOfCluster = ''] = allClusterFolders();
  writeFileSync(join(folderOfCluster, 'open', '2.json'), '{"schema":1,"id":');
  expect(openEntries(cluster.identity)).toEqual([entry]);
  expect(unreadableEntries(cluster.identity)).toEqual([expect.stringMatching(/open\/2\.json .*Mend by hand/)]);
});

test('an entry is found when the run folder was deleted, and can be closed', () => {
  const entry = open(1);
  rmSync(join(folder, 'run'), { recursive: true });
  expect(openEntries(cluster.identity)).toEqual([entry]);
  closeEntry(entry, 'reverted', 'done');
  expect(openEntries(cluster.identity)).toEqual([]);
  expect(existsSync(join(folder, 'run'))).toBe(false);
});

test('undos are carried out in reverse order and closed', async () => {
  open(1);
  open(2);
  open(3);
  const { done, inverses } = remembering();
  const results = await mend(openEntries(cluster.identity), context, { inverses, budgetMs: 1000, identity: cluster.identity, settleMs: 0 });
  expect(done).toEqual([3, 2, 1]);
  expect(results.map((result) => result.outcome)).toEqual(['reverted', 'reverted', 'reverted']);
  expect(openEntries(cluster.identity)).toEqual([]);
});

test('one that fails stays open, is told with its cause, and does not keep the others from being mended', async () => {
  open(1);
  const bad = open(2);
  const { done, inverses } = remembering([2]);
  const results = await mend(openEntries(cluster.identity), context, { inverses, budgetMs: 0, identity: cluster.identity, settleMs: 0 });
  expect(done).toEqual([1]);
  expect(results.map(({ outcome, detail }) => [outcome, detail])).toEqual([['failed', 'the hand hangs'], ['reverted', 'carried out and verified']]);
  expect(openEntries(cluster.identity)).toEqual([bad]);
  expect(readFileSync(join(folder, 'run', 'journal.jsonl'), 'utf8')).toContain('"op":"attempt"');
});

test('that a mending was begun is audited before anything is done: one that is killed leaves a trace', async () => {
  open(1);
  const actions = (): string[] => readFileSync(join(folder, 'run', 'audit.jsonl'), 'utf8').trimEnd().split('\n').map((text) => (JSON.parse(text) as AuditLine).action);
  const seen: string[][] = [];
  const inverse: Inverse = { name: 'note', versions: [1], revert: async () => undefined, verify: async () => seen.push(actions()) > 0 };
  await mend(openEntries(cluster.identity), context, { inverses: new Map([['note', inverse]]), budgetMs: 1000, identity: cluster.identity, settleMs: 0 });
  expect(seen[0]).toEqual(['revert']);
  expect(actions()).toEqual(['revert', 'reverted']);
});

test('what is already mended is not done again', async () => {
  open(1);
  const { done, inverses } = remembering();
  done.push(1);
  await mend(openEntries(cluster.identity), context, { inverses, budgetMs: 1000, identity: cluster.identity, settleMs: 0 });
  expect(done).toEqual([1]);
});

/** A fault whose command arrives a while after the one who sent it has died. */
function onItsWay(arrivesMs: number): { inverses: Map<string, Inverse>; isBroken: () => boolean } {
  const arrivesAt = Date.now() + arrivesMs;
  let mendedAt: number | null = null;
  const isBroken = (): boolean => Date.now() >= arrivesAt && (mendedAt ?? 0) < arrivesAt;
  const inverse: Inverse = { name: 'note', versions: [1], revert: async () => void (mendedAt = Date.now()), verify: async () => !isBroken() };
  return { inverses: new Map([['note', inverse]]), isBroken };
}

test('a fault that was sent and not seen to arrive is waited for, and mended when it comes', async () => {
  const entry = open(1);
  const { inverses, isBroken } = onItsWay(200);
  const [result] = await mend([entry], context, { inverses, budgetMs: 1000, identity: cluster.identity, settleMs: 500 });
  expect(result?.outcome).toBe('reverted');
  expect(Date.now() - Date.parse(entry.openedAt)).toBeGreaterThanOrEqual(490);
  expect(isBroken()).toBe(false);
});

test('a fault that takes its time is looked for as long as it may take, and the wait ends when it comes', async () => {
  const entry = open(1, { effectWithinMs: 60_000 });
  const { inverses, isBroken } = onItsWay(1500);
  const [result] = await mend([entry], context, { inverses, budgetMs: 1000, identity: cluster.identity, settleMs: 500 });
  expect(result?.outcome).toBe('reverted');
  expect(Date.now() - Date.parse(entry.openedAt)).toBeGreaterThanOrEqual(1500);
  expect(isBroken()).toBe(false);
});

test('a fault that was seen to arrive is not waited for', async () => {
  const entry = open(1);
  noteInjected(entry);
  expect(wasInjected(entry)).toBe(true);
  const { inverses } = remembering();
  const begun = performance.now();
  await mend([entry], context, { inverses, budgetMs: 1000, identity: cluster.identity });
  expect(performance.now() - begun).toBeLessThan(5000);
});

test('an entry of a vanished disposable world is moot, and nothing is done', async () => {
  const entry = open(1, { disposable: true, identity: 'SHA256:vanished' });
  const { done, inverses } = remembering();
  const [result] = await mend([entry], context, { inverses, budgetMs: 1000, identity: cluster.identity, settleMs: 0 });
  expect(result?.outcome).toBe('moot');
  expect(done).toEqual([]);
  expect(openEntries('SHA256:vanished')).toEqual([]);
});

test.each([
  { what: 'an unknown inverse', more: { inverse: 'of-the-future' }, says: /no inverse named "of-the-future"/ },
  { what: 'a newer shape of the data', more: { version: 2 }, says: /versions 1 of its data, not 2/ },
])('$what is not guessed at', async ({ more, says }) => {
  const entry = open(1, more);
  const { inverses } = remembering();
  const [result] = await mend([entry], context, { inverses, budgetMs: 0, identity: cluster.identity, settleMs: 0 });
  expect(result?.outcome).toBe('failed');
  expect(result?.detail).toMatch(says);
});

const refusedByBmc = new RedfishError('the BMC answers 401. Check the user and password.', 401);

test.each([
  { what: 'that is refused is given up after two', error: refusedByBmc, more: {}, logins: 2 },
  { what: 'that is refused is not tried again where one is enough', error: refusedByBmc, more: { refusedLogins: 1 }, logins: 1 },
  { what: 'that is refused is not waited for beyond the budget', error: refusedByBmc, more: { refusedLoginPauseMs: 60_000 }, logins: 1 },
  { what: 'that may have been refused, or met a device that is starting, is given up after four', error: new DoubtfulLogin('Unable to connect/login. Check the user and password.'), more: {}, logins: 4 },
])('a login $what, lest the account be locked', async ({ error, more, logins }) => {
  const entry = open(1);
  let asked = 0;
  const login = async (): Promise<never> => {
    asked += 1;
    throw error;
  };
  const inverses = new Map([['note', { name: 'note', versions: [1], revert: login, verify: login }]]);
  const [result] = await mend([entry], context, { inverses, budgetMs: 20_000, identity: cluster.identity, settleMs: 0, refusedLoginPauseMs: 1, ...more });
  expect(asked).toBe(logins);
  expect(result?.detail).toMatch(/Check the user and password\. It was not tried more often, lest the account be locked\. .*"restore"/);
  expect(openEntries(cluster.identity)).toEqual([entry]);
});
