import { afterEach, expect, test } from 'vitest';
import { instanceEnd } from './instance-end.ts';
import { serveCluster, type ServedCluster } from './testing.ts';

// That the worker process logs 18500, 18502 and 18504 of a machine is a field report; machines and moments are invented.

const open: ServedCluster[] = [];

afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
});

/** A played cluster whose hv2 wrote these events of the guest down, so many seconds from now. */
async function written(...events: readonly [id: number, inS: number][]): Promise<ServedCluster> {
  const served = await serveCluster();
  open.push(served);
  const machine = served.cluster.roles.find(({ name }) => name === 'web')?.id ?? '';
  served.cluster.instances = events.map(([id, inS], index) => ({ node: 'hv2', machine, id, utc: new Date(Date.now() + inS * 1000).toISOString(), record: String(index + 9) }));
  return served;
}

const hourAgo = (): Date => new Date(Date.now() - 3_600_000);

test('the end of an instance is what its node wrote down last, by our clock', async () => {
  const { context } = await written([18500, -600], [18502, -60]);
  const end = await instanceEnd(context, 'web-guest', 'hv2', hourAgo());
  expect(end?.source).toBe('event 18502 of Hyper-V-Worker-Admin on hv2');
  const around = [end?.earliest, end?.latest].map((moment) => Math.round(((moment?.getTime() ?? 0) - Date.now()) / 60_000));
  expect(around).toEqual([-1, -1]);
  expect(end === null || end.earliest < end.latest).toBe(true);
});

test('a clock of the node that is ahead is taken into account', async () => {
  const { context, cluster } = await written();
  const machine = context.machines.get('web') ?? '';
  const aheadMs = 7_200_000;
  cluster.intercept = (node, script) => {
    const utc = new Date(Date.now() + aheadMs).toISOString();
    if (script === 'read-membership') return { utc, data: { cluster: null, problem: null, quorumLost: null, guests: [] }, host: node.toUpperCase() };
    return { utc, data: { events: { id: 18504, utc: new Date(Date.now() + aheadMs - 60_000).toISOString(), record: '10' } }, host: node.toUpperCase() };
  };
  const end = await instanceEnd({ ...context, machines: new Map([['web', machine]]) }, 'web-guest', 'hv2', hourAgo());
  expect(Math.round(((end?.latest.getTime() ?? 0) - Date.now()) / 60_000)).toBe(-1);
});

test.each<[string, readonly [number, number][]]>([
  ['was started again behind its end', [[18502, -60], [18500, -30]]],
  ['ended before the moment that is asked about', [[18502, -7200]]],
  ['is not spoken of', []],
])('nothing is claimed of an instance that %s', async (_what, events) => {
  const { context } = await written(...events);
  expect(await instanceEnd(context, 'web-guest', 'hv2', hourAgo())).toBeNull();
});

test('events whose numbers pass a power of ten are put in their order', async () => {
  // 9 and 10, as numbers: the end is the later one.
  const { context } = await written([18500, -60], [18502, -60]);
  expect(await instanceEnd(context, 'web-guest', 'hv2', hourAgo())).not.toBeNull();
});
