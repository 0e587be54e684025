import { afterEach, expect, test } from 'vitest';
import type { Played } from '../../transports/testing/windows-node.ts';
import { AdapterError } from '../adapter-error.ts';
import { liveMigrate } from './live-migrate.ts';
import { serveCluster, serveForTest, type ServedCluster } from './testing.ts';

const open: ServedCluster[] = [];

afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

/** A cluster whose answer to the request to move is spoilt; the request is heard or not. */
async function clusterWhereTheMove(answer: Played, heard: boolean): Promise<ServedCluster> {
  const served = await serveCluster();
  open.push(served);
  const { cluster } = served;
  cluster.intercept = (_node, script, { parameters }) => {
    if (script !== 'move-live') return null;
    const role = cluster.roles.find(({ name }) => name === parameters['Group']);
    if (heard && role !== undefined) {
      role.operational = ['Ok', 'MigratingVirtualMachine'];
      setTimeout(() => Object.assign(role, { owner: String(parameters['Target']), operational: ['Ok'] }), 800);
    }
    return answer;
  };
  return served;
}

/** Field report: what a move says that failed, or did not. */
const refusal: Played = { error: { message: 'Une erreur s’est produite lors de l’ouverture du cluster. Utilisez CredSSP.', category: 'NotSpecified', hresult: '0x80070005', id: 'Move-ClusterVirtualMachineRole' } };

async function faultOf(attempt: Promise<unknown>): Promise<AdapterError['fault']> {
  const error: unknown = await attempt.then(() => null, (reason: unknown) => reason);
  if (!(error instanceof AdapterError)) throw new Error(`expected an AdapterError, got ${String(error)}`);
  return error.fault;
}

test('is asked of the node that runs the guest, and proven by the events of the hypervisor', async () => {
  const served = await serveCluster();
  open.push(served);
  const outcome = await (await liveMigrate(served.context, 'web-guest', 'hv3')).done;
  expect(outcome).toMatchObject({ from: 'hv2', to: 'hv3', downtimeMs: 350, proof: 'hypervisor' });
  expect(served.cluster.asked).toContain('hv2: move-live');
  expect(served.cluster.asked.filter((asked) => asked.startsWith('hv1: move') || asked.startsWith('hv3: move'))).toEqual([]);
});

test('that Windows calls failed and that lands is a move, and the outcome says what was called failed', async () => {
  const { context } = await clusterWhereTheMove(refusal, true);
  const outcome = await (await liveMigrate(context, 'web-guest', 'hv3')).done;
  expect(outcome).toMatchObject({ to: 'hv3', downtimeMs: null, proof: 'none', source: expect.stringContaining('CredSSP') as string });
});

test('that was refused and did not happen is the cluster\'s failure', async () => {
  const { context } = await clusterWhereTheMove(refusal, false);
  expect(await faultOf((await liveMigrate(context, 'web-guest', 'hv3')).done)).toMatchObject({ blame: 'cluster', message: expect.stringContaining('CredSSP') as string });
});

test('whose connection broke after it was heard is followed to its end', async () => {
  const { context } = await clusterWhereTheMove('drop', true);
  expect(await (await liveMigrate(context, 'web-guest', 'hv3')).done).toMatchObject({ from: 'hv2', to: 'hv3' });
});

test('whose connection broke and that did not happen proves nothing about the cluster', async () => {
  const { context } = await clusterWhereTheMove('drop', false);
  expect(await faultOf((await liveMigrate(context, 'web-guest', 'hv3')).done)).toMatchObject({ blame: 'tool' });
});

test('shows that it is under way', async () => {
  const served = await serveCluster();
  open.push(served);
  served.cluster.migrationMs = 1500;
  const operation = await liveMigrate(served.context, 'web-guest', 'hv1');
  await operation.underWay;
  expect(served.cluster.roles.find(({ name }) => name === 'web')?.owner).toBe('hv2');
  await operation.done;
});

test('to a node that is paused is refused, and nothing is asked of the cluster', async () => {
  const served = await serveCluster();
  open.push(served);
  Object.assign(served.cluster.nodes[2] ?? {}, { state: 'Paused' });
  expect(await faultOf(liveMigrate(served.context, 'web-guest', 'hv3'))).toMatchObject({ blame: 'tool', message: expect.stringContaining('paused') as string });
  expect(served.cluster.asked.filter((asked) => asked.includes('move-live'))).toEqual([]);
});

test('that has its place and is queued there has not landed (documented: flag 4, Queued)', async () => {
  const { cluster, context } = await serveForTest();
  const web = cluster.roles.find(({ name }) => name === 'web');
  if (web === undefined) throw new Error('the played cluster is another one');
  let readings = 0;
  cluster.intercept = (node, script) => {
    if (script === 'move-live') {
      Object.assign(web, { owner: 'hv3', info: 4n });
      return { data: { asked: true } };
    }
    if (script === 'read-membership' && node === 'hv1' && web.info === 4n && (readings += 1) > 3) web.info = 0n;
    return null;
  };
  const operation = await liveMigrate(context, 'web-guest', 'hv3');
  expect(await operation.done).toMatchObject({ to: 'hv3' });
  expect([web.info, operation.log().some((line) => line.endsWith('migrating on hv3, role on hv3'))]).toEqual([0n, true]);
});

test.each(['hv2', 'hv3'])('whose one end %s says nothing more in the middle, with its connection open, is followed by what the other nodes say', async (frozen) => {
  const served = await serveForTest();
  served.cluster.migrationMs = 1500;
  const operation = await liveMigrate(served.context, 'web-guest', 'hv3');
  await operation.underWay;
  served.freeze(frozen);
  expect(await operation.done).toMatchObject({ from: 'hv2', to: 'hv3' });
  expect(served.cluster.asked.filter((asked) => asked.endsWith(': move-live'))).toEqual(['hv2: move-live']);
});

test('to a node that does not say any more what it runs may have landed: nobody is blamed', async () => {
  const { cluster, context } = await clusterWhereTheMove('drop', true);
  const move = cluster.intercept;
  cluster.intercept = (node, script, call) => {
    if (script === 'move-live') Object.assign(cluster.nodes[2] ?? {}, { answers: false });
    return move(node, script, call);
  };
  expect(await faultOf((await liveMigrate(context, 'web-guest', 'hv3')).done)).toMatchObject({ blame: 'unknown', message: expect.stringMatching(/What became of the move of web-guest to hv3 is unknown: .*hv3 did not answer in time/) as string });
});
