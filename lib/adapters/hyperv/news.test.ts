import { expect, test } from 'vitest';
import type { NodeEvent } from '../../platforms/hyperv/readings.ts';
import { accountOf, lineOf, newsOf } from './news.ts';

const at = new Date('2026-01-02T03:04:05.000Z');
const clustering = 'Microsoft-Windows-FailoverClustering';
/** Ids are documented; messages are in French, as a French node has them, and invented. */
const event = (provider: string, id: number, properties: string[] = []): NodeEvent => ({ log: 'System', provider, id, level: 1, utc: at, record: '7', properties, message: 'Le nœud\r\n a été supprimé.' });

test.each([
  [clustering, 1135, 'fencing'],
  [clustering, 1177, 'quorum-lost'],
  [clustering, 1069, 'action-failed'],
  ['disk', 153, 'io-error'],
  ['Microsoft-Windows-Kernel-Power', 41, 'crash'],
  ['Microsoft-Windows-Resource-Exhaustion-Detector', 2004, 'out-of-memory'],
])('event %s %i is bad news: %s', (provider, id, kind) => {
  expect(newsOf([event(provider, id, ['HV2'])], 'hv1', ['hv2'])).toMatchObject([{ kind, node: 'hv1', about: 'hv2', log: 'System', line: lineOf(event(provider, id, ['HV2'])) }]);
});

test('the same id of another provider, and other ids, are none', () => {
  expect(newsOf([event('Microsoft-Windows-Kernel-General', 1135), event(clustering, 1201), event('disk', 41)], 'hv1', [])).toEqual([]);
});

test('a line has the id and the properties, whatever the language', () => {
  expect(lineOf(event(clustering, 1135, ['HV2']))).toBe('2026-01-02T03:04:05.000Z Microsoft-Windows-FailoverClustering 1135 [HV2] Le nœud a été supprimé.');
});

test('the removal of a node is dated by our clock, with the error of reading the node\'s', () => {
  const clock = { ms: 2000, errorMs: 300 };
  expect(accountOf([event(clustering, 1673, ['hv2']), event(clustering, 1135, ['HV2']), event(clustering, 1135, ['unknown'])], 'hv1', clock, ['hv1', 'hv2'])).toMatchObject([
    { phase: 'detected', about: 'hv2', earliest: new Date('2026-01-02T03:04:02.700Z'), latest: new Date('2026-01-02T03:04:03.300Z') },
    { phase: 'fenced', about: 'hv2' },
  ]);
});

test.each<[string, string, number, string[], string | undefined]>([
  ['a start behind a power loss', 'Microsoft-Windows-Kernel-Power', 41, ['0', '0x0'], 'its-node'],
  ['a start behind a stop error', 'Microsoft-Windows-Kernel-Power', 41, ['126', '0xffffffffc0000005'], undefined],
  ['a start of which nothing is told', 'Microsoft-Windows-Kernel-Power', 41, [], undefined],
  ['the removal of the others by a node that is cut off', clustering, 1135, ['HV1'], 'its-node'],
  ['a volume that is paused', clustering, 5120, ['Volume1'], 'any-node'],
  ['a volume that is out of reach', clustering, 5142, ['Volume1'], 'its-node'],
  ['an error of a disk', 'disk', 153, [], undefined],
])('%s follows from a loss as far as it may', (_what, provider, id, properties, follows) => {
  expect(newsOf([event(provider, id, properties)], 'hv2', []).map(({ followsLossOf }) => followsLossOf)).toEqual([follows]);
});
