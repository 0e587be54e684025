import { expect, test } from 'vitest';
import type { Evidence, News } from '../adapters/hypervisor.ts';
import { judgeNews } from './news-judgement.ts';
import type { NewsCase } from './news-judgement.ts';

const fencing: News = { kind: 'fencing', node: 'n1', about: 'n2', log: 'Pacemaker', line: "Operation 'off' targeting n2: OK" };
const crash: News = { kind: 'crash', node: 'n1', about: 'osd.0', log: 'Ceph disks', line: '*** Caught signal (Aborted) **' };

function log(...news: News[]): Evidence {
  return { title: 'Log of Pacemaker on n1', mediaType: 'text/plain', text: '', news };
}

function judge(about: Partial<NewsCase>): { ok: boolean | null; detail: string; files: string[] } | null {
  let said: { ok: boolean | null; detail: string } | null = null;
  const files: string[] = [];
  judgeNews({ expect: (_, ok, detail) => void (said = { ok, detail }), evidence: (_title, _name, _type, text) => void files.push(text), progress: () => undefined }, { evidence: [log()], expected: [], taken: [], ...about });
  return said === null ? null : { ...(said as { ok: boolean | null; detail: string }), files };
}

test('logs without bad news are as they must be', () => {
  expect(judge({})).toMatchObject({ ok: true, files: [] });
});

test('the fencing of a node that the row took away is expected, that of another node is not', () => {
  expect(judge({ evidence: [log(fencing)], taken: ['n2'] })).toMatchObject({ ok: true, files: [expect.stringMatching(/expected \(a fault of this row took n2/)] });
  expect(judge({ evidence: [log(fencing)], taken: ['n3'] })).toMatchObject({ ok: false, detail: expect.stringContaining("fencing: n1, log of Pacemaker: Operation 'off' targeting n2: OK") });
});

test('what a lost node says of its own loss is expected of a node that the row took away, and of no other', () => {
  const own: News = { ...crash, node: 'n2', followsLossOf: 'its-node' };
  expect(judge({ evidence: [log(own)], taken: ['n2'] })).toMatchObject({ ok: true, files: [expect.stringMatching(/expected \(a fault of this row took n2.*says so itself/)] });
  expect(judge({ evidence: [log(own)], taken: ['n1'] })).toMatchObject({ ok: false });
  expect(judge({ evidence: [log({ ...crash, node: 'n2' })], taken: ['n2'] })).toMatchObject({ ok: false });
});

test('a coordinator of its own is expected of a node that the row took away, in its log and in those of whom it meets, and of no other', () => {
  const met = (node: string, about: string): News => ({ kind: 'two-coordinators', node, about, log: 'Pacemaker', line: `Another DC detected: ${about} (op=noop)` });
  expect(judge({ evidence: [log(met('n2', 'n3'), met('n3', 'n2'))], taken: ['n2'] })).toMatchObject({ ok: true, files: [expect.stringMatching(/expected \(a fault of this row took n2.*meets the others again/)] });
  expect(judge({ evidence: [log(met('n1', 'n3'))], taken: ['n2'] })).toMatchObject({ ok: false });
  expect(judge({ evidence: [log(met('n2', 'n3'))], taken: [] })).toMatchObject({ ok: false });
});

test('what follows from the loss of any node is expected where the row took one away', () => {
  const paused: News = { ...crash, kind: 'io-error', followsLossOf: 'any-node' };
  expect(judge({ evidence: [log(paused)], taken: ['n2'] })).toMatchObject({ ok: true });
  expect(judge({ evidence: [log(paused)], taken: [] })).toMatchObject({ ok: false });
});

test('what the row brings about by itself is expected, by its kind and what it is about', () => {
  const expected = [{ kind: 'crash', about: 'osd.0', matching: /signal/, why: 'its disk is gone' }] as const;
  expect(judge({ evidence: [log(crash)], expected })).toMatchObject({ ok: true });
  expect(judge({ evidence: [log({ ...crash, about: 'osd.1' })], expected })).toMatchObject({ ok: false });
  expect(judge({ evidence: [log({ ...crash, kind: 'assertion' })], expected })).toMatchObject({ ok: false });
  expect(judge({ evidence: [log({ ...crash, line: 'segfault' })], expected })).toMatchObject({ ok: false });
  const onNode = [{ kind: 'crash', node: 'n1', why: 'its disk is gone' }] as const;
  expect(judge({ evidence: [log(crash)], expected: onNode })).toMatchObject({ ok: true });
  expect(judge({ evidence: [log({ ...crash, node: 'n2' })], expected: onNode })).toMatchObject({ ok: false });
});

test('one line too many fails, and all are in the evidence', () => {
  const judged = judge({ evidence: [log(fencing, crash, crash, crash, crash)], taken: ['n2'] });
  expect(judged).toMatchObject({ ok: false, detail: expect.stringMatching(/and 1 more line/) });
  expect(judged?.files[0]?.match(/NOT EXPECTED/g)).toHaveLength(4);
});

test('logs that could not be read prove nothing; bad news in the others stays bad', () => {
  const broken: Evidence = { title: 'Logs of n3', mediaType: 'text/plain', text: '', unreadable: 'no route' };
  expect(judge({ evidence: null })).toMatchObject({ ok: null });
  expect(judge({ evidence: [log(), broken] })).toMatchObject({ ok: null, detail: 'Logs of n3: no route' });
  expect(judge({ evidence: [log(crash), broken] })).toMatchObject({ ok: false });
});

test('a platform whose logs nobody looks through is not judged by them', () => {
  expect(judge({ evidence: [{ title: 'Task log', mediaType: 'text/plain', text: 'OK' }] })).toBeNull();
});
