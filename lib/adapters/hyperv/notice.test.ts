import { describe, expect, test } from 'vitest';
import type { Played } from '../../transports/testing/windows-node.ts';
import { clusterNotice } from './notice.ts';
import { serveForTest, type ServedCluster } from './testing.ts';

// Answers are invented: notice.ps1 is ours, and reads back what is there.

const refusal: Played = { error: { message: 'L’accès au chemin d’accès est refusé.', category: 'PermissionDenied', hresult: '0x80070005' } };
/** How the changing request ends; the readings around it are answered as they are. */
function spoil({ cluster }: ServedCluster, answer: Played, heard?: string | null): void {
  cluster.intercept = (_node, script, { parameters }) => {
    if (script !== 'notice' || parameters['Action'] === 'read') return null;
    if (heard !== undefined) cluster.notice = heard;
    return answer;
  };
}

describe.each<[string, Played, string]>([['called failed', refusal, 'cluster'], ['lost with its connection', 'drop', 'unknown']])('a lock whose request was %s', (_what, answer, blame) => {
  test('is ours when it is there afterwards, and is removed when it is gone afterwards', async () => {
    const served = await serveForTest();
    const notice = clusterNotice(served.context);
    spoil(served, answer, 'ours');
    expect([await notice.create('ours'), await notice.read()]).toEqual([true, 'ours']);
    spoil(served, answer, null);
    expect([await notice.replace('ours', null), await notice.read()]).toEqual([true, null]);
  });

  test('is not ours when another one stands there', async () => {
    const served = await serveForTest();
    spoil(served, answer, 'theirs');
    expect([await clusterNotice(served.context).create('ours'), served.cluster.notice]).toEqual([false, 'theirs']);
  });

  test('is a failure, in its words, when nothing was changed; where the answer was lost nobody is blamed', async () => {
    const served = await serveForTest();
    spoil(served, answer);
    await expect(clusterNotice(served.context).create('ours')).rejects.toMatchObject({ message: expect.stringMatching(/ha-acceptance-lock\.json could not be written: ./) as string, fault: { blame, remedy: expect.stringContaining('shared volume') as string } });
  });
});

test('a lock is created where there is none, replaced from what it is, and left alone otherwise', async () => {
  const { cluster, context } = await serveForTest();
  const notice = clusterNotice(context);
  expect([await notice.create('ours'), await notice.create('another'), cluster.notice]).toEqual([true, false, 'ours']);
  expect([await notice.replace('theirs', 'mine'), await notice.replace('ours', 'ours again'), cluster.notice]).toEqual([false, true, 'ours again']);
});
