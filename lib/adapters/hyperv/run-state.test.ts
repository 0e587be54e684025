import { describe, expect, test } from 'vitest';
import type { PlayedRole } from '../../platforms/hyperv/testing/played-cluster.ts';
import type { Played } from '../../transports/testing/windows-node.ts';
import { noReactionMs } from './ask-change.ts';
import { changeRunState } from './run-state.ts';
import { serveForTest, type ServedCluster } from './testing.ts';

// That Windows refuses what it obeys all the same is a field report of moves; of starts and stops it is invented, as are the answers.
const refusal: Played = { error: { message: 'Le délai d’attente a expiré.', category: 'OperationTimeout', hresult: '0x800705B4' } };

interface World extends ServedCluster {
  web: PlayedRole;
  /** Requests to start or stop web. */
  requests(): number;
}

/** A cluster that answers requests to start or stop web as given, and obeys those of which `hears` is true: the role is on its way for some readings. */
async function worldWhere(answer: Played, hears: (request: number) => boolean): Promise<World> {
  const served = await serveForTest();
  const { cluster } = served;
  const web = cluster.roles.find(({ name }) => name === 'web');
  if (web === undefined) throw new Error('the played cluster is another one');
  let requests = 0;
  let readings = Number.POSITIVE_INFINITY;
  let end: Partial<PlayedRole> = {};
  cluster.intercept = (node, script) => {
    // The fourth reading behind the request finds the role where it was sent.
    if (script === 'read-membership' && node === 'hv1' && (readings -= 1) < 0) Object.assign(web, end);
    if (script !== 'start-group' && script !== 'stop-group') return null;
    requests += 1;
    if (hears(requests)) {
      readings = 3;
      end = script === 'start-group' ? { state: 'Online', machine: 'Running' } : { state: 'Offline', machine: 'Saved' };
      Object.assign(web, { state: 'Pending', machine: script === 'start-group' ? 'Starting' : 'Running' });
    }
    return answer;
  };
  return { ...served, web, requests: () => requests };
}

/** A guest that was taken offline. */
const isOff = ({ web }: World): void => void Object.assign(web, { state: 'Offline', machine: 'Saved' });

test('a guest is stopped and started, each by one request of its owner, and nothing is asked of one that is as wanted', async () => {
  const { cluster, context } = await serveForTest();
  await (await changeRunState(context, 'web-guest', 'started')).done;
  await (await changeRunState(context, 'web-guest', 'stopped')).done;
  await (await changeRunState(context, 'web-guest', 'stopped')).done;
  await (await changeRunState(context, 'web-guest', 'started')).done;
  expect(cluster.asked.filter((asked) => asked.endsWith('-group'))).toEqual(['hv2: stop-group', 'hv2: start-group']);
});

describe.each<[string, Played]>([['was refused', refusal], ['broke the connection', 'drop']])('a request that %s', (_what, answer) => {
  test.each(['started', 'stopped'] as const)('and was heard is waited for until the guest is %s, and is not repeated', async (wanted) => {
    const world = await worldWhere(answer, () => true);
    if (wanted === 'started') isOff(world);
    expect(await (await changeRunState(world.context, 'web-guest', wanted)).done).toBeNull();
    expect([world.requests(), world.web.state]).toEqual([1, wanted === 'started' ? 'Online' : 'Offline']);
  });
});

test('a role that is on its way for longer than nothing is seen of a request that came to nothing is waited for', async () => {
  const { cluster, context } = await serveForTest();
  const web = cluster.roles.find(({ name }) => name === 'web');
  cluster.intercept = (_node, script) => {
    if (script !== 'stop-group') return null;
    Object.assign(web ?? {}, { state: 'Pending', machine: 'Saving' });
    setTimeout(() => Object.assign(web ?? {}, { state: 'Offline', machine: 'Saved' }), noReactionMs + 2000);
    return refusal;
  };
  expect(await (await changeRunState(context, 'web-guest', 'stopped')).done).toBeNull();
  expect(cluster.asked.filter((asked) => asked.endsWith('-group'))).toEqual(['hv2: stop-group']);
});

test('a request that was refused and of which nothing is seen is told in the words of Windows', async () => {
  const world = await worldWhere(refusal, () => false);
  await expect((await changeRunState(world.context, 'web-guest', 'stopped')).done).rejects.toMatchObject({ fault: { blame: 'cluster' }, message: expect.stringMatching(/did not become stopped: .*Le délai d’attente.* \(started on hv2\)/) as string });
  expect(world.requests()).toBe(1);
});

test('a request whose connection broke and of which nothing is seen is made again', async () => {
  const world = await worldWhere('drop', (request) => request > 1);
  isOff(world);
  expect(await (await changeRunState(world.context, 'web-guest', 'started')).done).toBeNull();
  expect(world.requests()).toBe(2);
});
