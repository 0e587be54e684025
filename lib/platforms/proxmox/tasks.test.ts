import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openProxmox } from './client.ts';
import type { ProxmoxClient } from './client.ts';
import { followTask, judgeExit } from './follow-task.ts';
import { migrateVm } from './requests/guests.ts';
import { startBackup } from './requests/storage.ts';
import { startTask } from './start-task.ts';
import { testClock } from './testing/clock.ts';
import type { TestClock } from './testing/clock.ts';
import { recordedAnswer, recordedData } from './testing/recorded.ts';
import { startStandIn } from './testing/stand-in.ts';
import type { StandIn, StandInAnswer, StandInRequest } from './testing/stand-in.ts';
import { parseUpid } from './upid.ts';

const text = String(recordedData('vzdump100'));
const task = parseUpid(text) ?? expect.fail('the recorded UPID is none');
const recordedLog = recordedData('vzdump100-log') as { n: number; t: string }[];
const running = { status: 'running' };
const ended = (exitstatus?: string) => ({ status: 'stopped', ...(exitstatus === undefined ? {} : { exitstatus }) });

let clock: TestClock;
let cluster: StandIn;
let client: ProxmoxClient;
/** What the stand-in says; a status is looked up by the seconds that have passed. */
let statusAt: (second: number) => object;
let logLines: { n: number; t: string }[];
let listed: () => object[];
let start: (request: StandInRequest) => StandInAnswer;

function answer(request: StandInRequest): StandInAnswer {
  switch (request.call) {
    case 'GET /nodes/{node}/tasks/{upid}/status': return { data: statusAt(clock.now() / 1000) };
    case 'GET /nodes/{node}/tasks/{upid}/log': {
      const { start: from = '0', limit = '50' } = request.values;
      return { data: logLines.slice(Number(from), Number(from) + Number(limit)), total: logLines.length };
    }
    case 'GET /nodes/{node}/tasks': return { data: listed() };
    default: return start(request);
  }
}

beforeEach(async () => {
  clock = testClock();
  cluster = await startStandIn({ clock, answer });
  client = openProxmox(cluster.target, clock.now);
  statusAt = () => ended('OK');
  logLines = recordedLog;
  listed = () => [];
  start = () => ({ data: text });
});
afterEach(() => cluster.close());

const follow = (more: object = {}) => followTask(client, task, { clock, timeoutMs: 600_000, pollMs: 1000, ...more });

test.each([['OK', { state: 'ok', warnings: 0 }], ['WARNINGS: 3', { state: 'ok', warnings: 3 }], ['job errors', { state: 'failed', status: 'job errors' }], ['WARNINGS:', { state: 'failed' }], ['OKAY', { state: 'failed' }], ['not OK', { state: 'failed' }], ['', { state: 'failed' }]])('exit status "%s" is %j', (status, end) => {
  expect(judgeExit(status)).toMatchObject(end);
});

describe('following a task', () => {
  test('to its OK, with its whole log', async () => {
    statusAt = (second) => (second < 5 ? running : (recordedData('vzdump100-status') as object));
    const { end, log, logComplete } = await follow();
    expect(end).toEqual({ state: 'ok', status: 'OK', warnings: 0 });
    expect([log.length, log.at(-1), logComplete]).toEqual([21, 'TASK OK', true]);
  });

  test('to its failure, in its own words', async () => {
    statusAt = () => recordedData('vzdump-nosuchvm-status') as object;
    logLines = recordedData('vzdump-nosuchvm-log') as typeof logLines;
    await expect(follow()).resolves.toMatchObject({ end: { state: 'failed', status: 'job errors' }, log: expect.arrayContaining(["ERROR: Backup of VM 999 failed - unable to find VM '999'"]) as unknown });
  });

  test('a log longer than the fifty lines that the API gives by itself is kept whole', async () => {
    logLines = Array.from({ length: 1234 }, (_, index) => ({ n: index + 1, t: index === 1233 ? 'TASK OK' : `line ${index + 1}` }));
    const { log, logComplete } = await follow();
    expect([log.length, log[499], log[500], logComplete]).toEqual([1234, 'line 500', 'line 501', true]);
  });

  test('the log is told while it grows, and a line that was half written is put right in the end', async () => {
    const seen: number[] = [];
    statusAt = (second) => {
      logLines = second < 2 ? recordedLog.slice(0, 3) : second < 4 ? [...recordedLog.slice(0, 4), { n: 5, t: 'INFO: VM Na' }] : recordedLog;
      return second < 4 ? running : ended('OK');
    };
    const { log } = await follow({ onLog: (lines: readonly string[]) => seen.push(lines.length) });
    expect(seen).toEqual([3, 5, 21]);
    expect(log[4]).toBe('INFO: VM Name: guest100');
  });

  // PVE::Tools, dump_logfile: what is said of a log that is empty, or not there yet, in place of its lines.
  test.each(['no content', 'unable to open file - No such file or directory'])('"%s" is no line of a log', async (instead) => {
    const seen: (readonly string[])[] = [];
    statusAt = (second) => {
      logLines = second < 2 ? [{ n: 1, t: instead }] : recordedLog.slice(0, second < 4 ? 2 : 21);
      return second < 4 ? running : ended('OK');
    };
    await follow({ onLog: (lines: readonly string[]) => seen.push(lines) });
    expect(seen.map((lines) => lines.length)).toEqual([2, 21]);
    expect(seen[0]?.[0]).toMatch(/^INFO: starting new backup job/);
  });

  test('an exit status is not looked for while it runs', async () => {
    statusAt = (second) => (second < 3 ? recordedRunning : ended('OK'));
    const recordedRunning = { ...(recordedData('vzdump100-status') as object), status: 'running', exitstatus: undefined };
    await expect(follow()).resolves.toMatchObject({ end: { state: 'ok' } });
  });

  test('"unexpected status" for a moment is the last line not written yet', async () => {
    statusAt = (second) => ended(second < 1 ? 'unexpected status' : 'OK');
    await expect(follow()).resolves.toMatchObject({ end: { state: 'ok' } });
  });

  test('"unexpected status" for good is unknown: the worker was killed', async () => {
    statusAt = () => ended('unexpected status');
    await expect(follow()).resolves.toMatchObject({ end: { state: 'unknown', why: expect.stringContaining('ended without saying how') as string } });
  });

  test.each([[595, 'No route to host'], [596, 'Connection timed out']])('a task whose node died (%d) is unknown, not failed', async (status, reason) => {
    statusAt = (second) => {
      if (second >= 3) cluster.setBehind('pve2', { status, reason });
      return running;
    };
    const { end, log } = await follow({ pollMs: 10_000 });
    expect(end).toMatchObject({ state: 'unknown', why: expect.stringContaining(`pve2 carried out ${text} and has not answered for 60 s`) as string });
    expect(log).toHaveLength(21);
    expect(clock.now()).toBe(80_000);
  });

  test('a 5xx to a question about a task says nothing of the task: it is asked again, and for a minute at most', async () => {
    const busy = { status: 503, reason: 'Service Unavailable' };
    let busyUntilS = 30;
    const answering = await startStandIn({ clock, answer: (request) => (request.call.endsWith('/status') && clock.now() / 1000 < busyUntilS ? busy : answer(request)) });
    const asking = openProxmox(answering.target, clock.now);
    await expect(followTask(asking, task, { clock, timeoutMs: 600_000 })).resolves.toMatchObject({ end: { state: 'ok', status: 'OK' } });
    expect(clock.now()).toBe(30_000);
    busyUntilS = Infinity;
    await expect(followTask(asking, task, { clock, timeoutMs: 600_000 })).resolves.toMatchObject({ end: { state: 'unknown', why: expect.stringContaining('503 Service Unavailable') as string } });
    expect(clock.now()).toBe(90_000);
    await answering.close();
  });

  test('a node that comes back in time tells how the task ended', async () => {
    statusAt = (second) => (second < 50 ? running : ended('WARNINGS: 1'));
    cluster.setBehind('pve2', { status: 595, reason: 'Connection refused' });
    const sleep = clock.sleep.bind(clock);
    const waking = { ...clock, sleep: async (ms: number) => {
      if (clock.now() >= 45_000) cluster.setBehind('pve2', null);
      return sleep(ms);
    } };
    await expect(follow({ clock: waking, pollMs: 10_000 })).resolves.toMatchObject({ end: { state: 'ok', warnings: 1 } });
  });

  test('two silences, each short enough, are not added up', async () => {
    statusAt = (second) => (second < 95 ? running : ended('OK'));
    const sleep = clock.sleep.bind(clock);
    const restless = { ...clock, sleep: async (ms: number) => {
      const second = clock.now() / 1000 + ms / 1000;
      cluster.setBehind('pve2', second === 50 || second >= 100 ? null : { status: 595, reason: 'Connection refused' });
      return sleep(ms);
    } };
    await expect(follow({ clock: restless, pollMs: 10_000 })).resolves.toMatchObject({ end: { state: 'ok' } });
  });

  test('a task that the node forgot is unknown', async () => {
    const { errors = {} } = JSON.parse(recordedAnswer('task-bogus-upid').body) as { errors?: Record<string, string> };
    const forgotten = await startStandIn({ clock, answer: () => ({ status: 400, reason: 'Parameter verification failed.', errors }) });
    const followed = await followTask(openProxmox(forgotten.target, clock.now), task, { clock, timeoutMs: 60_000 });
    expect(followed).toMatchObject({ end: { state: 'unknown' }, log: [], logComplete: false });
    await forgotten.close();
  });

  test('a task that does not end is given up at the deadline and is unknown', async () => {
    statusAt = () => running;
    await expect(follow({ timeoutMs: 30_000, pollMs: 10_000 })).resolves.toMatchObject({ end: { state: 'unknown', why: expect.stringContaining('still ran') as string } });
    expect(clock.now()).toBe(30_000);
  });

  test('a right that is missing is said at once', async () => {
    const strict = await startStandIn({ clock, answer: () => ({ status: 403, reason: 'Permission check failed (/nodes/pve2, Sys.Audit)' }) });
    await expect(followTask(openProxmox(strict.target, clock.now), task, { clock, timeoutMs: 60_000 })).rejects.toMatchObject({ kind: 'permission' });
    expect(clock.now()).toBe(0);
    await strict.close();
  });

  test('a task is asked for on its own node, its UPID encoded', async () => {
    await follow();
    expect(cluster.asked[0]).toBe(`pve1 GET /nodes/pve2/tasks/${encodeURIComponent(text)}/status`);
  });
});

describe('starting a task', () => {
  const order = startBackup('pve2', { vmid: '100', storage: 'shared', mode: 'snapshot' });
  const begin = () => startTask(client, order, { clock, node: 'pve2', vmid: '100', types: ['vzdump'], timeoutMs: 300 });
  const posts = () => cluster.asked.filter((line) => line.includes(' POST '));
  const row = (upid: string, type = 'vzdump') => ({ upid, node: 'pve2', type, id: '100', user: 'harness@pve', starttime: 1795198405 });

  test('a UPID is a task', async () => {
    await expect(begin()).resolves.toEqual({ outcome: 'done', value: task });
  });

  test('a backup asked of the wrong node answers 200 "OK", which is an error explained', async () => {
    start = () => ({ data: (JSON.parse(recordedAnswer('vzdump-vm-on-other-node').body) as { data: unknown }).data });
    await expect(begin()).rejects.toMatchObject({ kind: 'no-task', message: expect.stringContaining('NO backup was made') as string });
  });

  test('any other success without a UPID is an error too', async () => {
    start = () => ({ data: null });
    const migration = startTask(client, migrateVm('pve1', '100', 'pve2'), { clock, node: 'pve1', vmid: '100', types: ['qmigrate', 'hamigrate'] });
    await expect(migration).rejects.toMatchObject({ kind: 'no-task', message: expect.stringContaining('it answered 200 with null') as string });
  });

  test('a start that was not answered is found among the tasks, and not sent again', async () => {
    listed = () => (posts().length === 0 ? [] : [row(text)]);
    start = () => ({ status: 596, reason: 'Connection timed out' });
    await expect(begin()).resolves.toEqual({ outcome: 'done', value: task });
    expect(posts()).toHaveLength(1);
  });

  test('a task of before, or of another kind, is not taken for it', async () => {
    listed = () => [row(text), ...(posts().length === 0 ? [] : [row('UPID:pve2:00000313:00047DB8:6B008DA1:qmstart:100:root@pam:', 'qmstart')])];
    start = () => ({ status: 596, reason: 'Connection timed out' });
    await expect(begin()).resolves.toMatchObject({ outcome: 'unknown', why: expect.stringContaining('it may still begin') as string });
    expect(posts()).toHaveLength(1);
  });

  test('two that began since leave it unknown which is ours', async () => {
    listed = () => (posts().length === 0 ? [] : [row(text), row(text.replace('0359', '035A'))]);
    start = () => ({ status: 599, reason: 'Too many redirections' });
    await expect(begin()).resolves.toMatchObject({ outcome: 'unknown', why: expect.stringContaining('2 tasks of this kind began') as string });
  });

  test('it is looked for also while the node still hangs', async () => {
    listed = () => (clock.now() >= 9000 ? [row(text)] : []);
    start = () => {
      cluster.setBehind('pve2', { status: 596, reason: 'Connection timed out' });
      return { status: 596, reason: 'Connection timed out' };
    };
    const sleep = clock.sleep.bind(clock);
    clock.sleep = async (ms, signal) => {
      if (clock.now() >= 6000) cluster.setBehind('pve2', null);
      return sleep(ms, signal);
    };
    await expect(begin()).resolves.toMatchObject({ outcome: 'done' });
  });
});
