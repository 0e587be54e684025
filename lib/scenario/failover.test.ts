import { expect, test } from 'vitest';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { RunningProbe } from '../probes/probe.ts';
import { inventedSnapshot } from '../safety/invented-cluster.ts';
import { followFailover } from './failover.ts';
import type { NodeLoss } from './failover.ts';
import { countInstances } from './instances.ts';
import type { InstanceCount } from './instances.ts';
import { followReturn } from './node-recovery.ts';
import { probeSpecs } from './probing.ts';
import { createScenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { answered, blindProbe, expectations, inventedProbe, readUpTo, selectedRow, testBench } from './testing.ts';
import type { TestBench } from './testing.ts';

const probes = [{ kind: 'icmp' }, { kind: 'http', url: 'http://192.0.2.80/' }] as const;

interface Case {
  scenario: Scenario;
  bench: TestBench;
  instances: InstanceCount;
  failover: (timeoutMs: number) => Promise<void>;
}

/** n2, where web ran, is lost; the cluster is as `snapshot` says, and web's probes as `probe`. */
function lossOfN2(snapshot: () => Snapshot, probe: Partial<RunningProbe> = {}, signal = new AbortController().signal, loss: NodeLoss = 'power'): Case {
  const made = testBench({ snapshot, environment: { guests: [{ name: 'web', id: 'web', kind: 'vm', address: '192.0.2.80', probes: [...probes] }] } });
  const running = new Map(probeSpecs(made.session.environment).map((spec) => [spec.name, inventedProbe(spec, probe)]));
  const scenario = createScenario({ session: made.session, selected: selectedRow('node-failure', async () => undefined), signal, probes: running, integrity: new Map() });
  const at = scenario.now();
  const [guest] = made.session.environment.guests;
  if (guest === undefined) throw new Error('the environment has a guest');
  const instances = countInstances(['dns', 'web'], 'web', 'n2');
  return { scenario, bench: made, instances, failover: async (timeoutMs) => followFailover(scenario, { guest, node: 'n2', loss, role: 'coordinator', injected: { at, confirmed: { lastBefore: at, firstAfter: at + 1 } }, instances, timeoutMs }) };
}

const stuck = (): Snapshot => inventedSnapshot();
const places = (dns: string[], web: string[]): Pick<Snapshot, 'guests'> => ({ guests: [['dns', dns] as const, ['web', web] as const].map(([name, runningOn]) => ({ name, kind: 'vm', haManaged: true, haState: 'started', assignedTo: runningOn[0] ?? null, runningOn })) });

test('a cluster that does not fail over fails within one deadline, with its windows in the record', async () => {
  const { bench: { events }, failover } = lossOfN2(stuck);
  const began = performance.now();
  await failover(3000);
  // One wait of 3 s for all phases and probes, and the tail of 2 s.
  expect(performance.now() - began).toBeLessThan(7000);
  expect(expectations(events())).toMatchObject({ 'the cluster runs web on another node': false, 'web answers again': false, 'web serves again': false, 'the cluster was seen to have web or its node detected': null });
  expect(events().filter((event) => event.kind === 'window').map(({ probe, measures }) => [probe, measures])).toEqual([['web.icmp', 'outage'], ['web.http', 'service-gap']]);
});

test('a wait that is cut short leaves what it saw and its windows, and blames nobody', async () => {
  const { bench: { events }, failover } = lossOfN2(stuck, {}, AbortSignal.timeout(800));
  await expect(failover(60_000)).rejects.toThrow(/abort|timeout/i);
  expect(Object.values(expectations(events()))).toEqual([null, null, null, null, null, null]);
  expect(events().filter((event) => event.kind === 'window')).toHaveLength(2);
});

test('a cluster that could not be read to the end is not blamed for what nobody saw', async () => {
  const { bench: { events }, failover } = lossOfN2(readUpTo(2, stuck));
  await failover(3000);
  expect(expectations(events())).toMatchObject({ 'the cluster runs web on another node': null, 'web answers again': false, 'web serves again': false });
  expect(events().find((event) => event.kind === 'expectation' && event.title.startsWith('the cluster runs'))).toMatchObject({ detail: expect.stringMatching(/^the last reading of the cluster that tells was begun \d\.\d s before the end of 3\.0 s: no node answers; see by "check"/) });
});

test('readings without the word of the node that it may run on do not tell that it runs nowhere', async () => {
  const { bench: { events }, failover } = lossOfN2(() => inventedSnapshot({ ...places(['n1'], []), unread: [{ what: 'guests on node n3', why: 'no answer' }] }));
  await failover(1000);
  expect(expectations(events())).toMatchObject({ 'the cluster runs web on another node': null });
});

test('a guest that a blind prober did not hear is not called silent', async () => {
  const { bench: { events }, failover } = lossOfN2(stuck, blindProbe());
  await failover(1000);
  expect(expectations(events())).toMatchObject({ 'the cluster runs web on another node': false, 'web answers again': null, 'web serves again': null });
});

const offline = inventedSnapshot().nodes.map((node) => (node.name === 'n2' ? { ...node, online: false } : node));
const onN3 = inventedSnapshot({ nodes: offline, ...places(['n1'], ['n3']) });

test('a guest that answers and does not serve has not recovered', async () => {
  const { bench: { events }, scenario, failover } = lossOfN2(() => onN3);
  const icmp = scenario.probes.get('web.icmp');
  if (icmp !== undefined) icmp.answered = answered;
  await failover(1000);
  expect(expectations(events())).toMatchObject({ 'web answers again': true, 'web serves again': false });
  expect(events().filter((event) => event.kind === 'measured')).toEqual([]);
});

test('answers of the old instance, which goes on behind a partition, are not taken for the recovery', async () => {
  let reading = 0;
  const asked: number[] = [];
  const { bench: { events }, scenario, failover } = lossOfN2(() => (++reading < 4 ? stuck() : onN3), {
    answered: async (sinceNs) => {
      asked.push(sinceNs);
      return { sentNs: sinceNs, receivedNs: sinceNs + 1e6 };
    },
  }, undefined, 'network');
  await failover(20_000);
  const seen = events().find((event) => event.kind === 'phase' && event.phase === 'running');
  if (seen?.kind !== 'phase') throw new Error('it was seen to run elsewhere');
  const back = events().flatMap((event) => (event.kind === 'phase' && ['answering', 'serving'].includes(event.phase) ? [event] : []));
  expect(back).toHaveLength(2);
  // The first probe after the reading was answered at once: it may have been so since the guest came.
  for (const { lastBefore, firstAfter } of back) expect([lastBefore, firstAfter > seen.firstAfter]).toEqual([seen.lastBefore, true]);
  expect(asked.filter((sinceNs) => scenario.sinceAnchor(sinceNs) === seen.firstAfter)).toHaveLength(2);
  expect(events().filter((event) => event.kind === 'measured')).toMatchObject([{ name: 'recovery', source: 'cut from the network to the first good answer from another node' }]);
});

test.each<{ loss: NodeLoss; runs: boolean | null; why: string }>([
  { loss: 'power', runs: null, why: 'it cannot be the old instance' },
  { loss: 'network', runs: false, why: 'it may be the old instance' },
])('a guest that answers and is never seen elsewhere has not recovered, loss of $loss: $why', async ({ loss, runs }) => {
  const { bench: { events }, failover } = lossOfN2(stuck, { answered }, undefined, loss);
  await failover(500);
  expect(expectations(events())).toMatchObject({ 'the cluster runs web on another node': runs, 'web answers again': null, 'web serves again': null });
  expect(events().filter((event) => event.kind === 'measured' || (event.kind === 'phase' && event.phase === 'serving'))).toEqual([]);
});

test('a guest on a node that is no member any more has not recovered', async () => {
  const cutOff = inventedSnapshot({ nodes: offline.map((node) => (node.name === 'n3' ? { ...node, online: false } : node)), ...places(['n1'], ['n3']) });
  const { bench: { events }, failover } = lossOfN2(() => cutOff, { answered }, undefined, 'network');
  await failover(500);
  expect(expectations(events())).toMatchObject({ 'the cluster runs web on another node': false });
  expect(events().filter((event) => event.kind === 'measured' || (event.kind === 'phase' && event.phase === 'running'))).toEqual([]);
});

test('what is expected of the loss stands beside what was measured, by the role that the node had when it was lost', async () => {
  const asked: unknown[] = [];
  const { bench: { events }, scenario, failover } = lossOfN2(() => onN3, { answered });
  scenario.hypervisor.expectedRecovery = async (guest, loss, options) => {
    asked.push([guest, loss, options?.role]);
    return { loMs: 110_000, hiMs: 270_000, terms: [], longestWait: null };
  };
  await failover(5000);
  expect(asked).toEqual([['web', 'power', 'coordinator']]);
  expect(events().filter((event) => event.kind === 'measured')).toMatchObject([{ name: 'recovery', source: expect.stringContaining('110 to 270 s and its own start are expected') as string }]);
});

test('instances are counted until the lost node is a member again, of every guest', async () => {
  let reading = 0;
  const { instances, scenario, failover } = lossOfN2(() => {
    reading += 1;
    return reading < 3 ? onN3 : inventedSnapshot(places(reading === 3 ? ['n1', 'n2'] : ['n1'], ['n3']));
  }, { answered });
  await failover(5000);
  expect(instances.verdict().ok).toBe(true);
  reading = 2;
  const at = scenario.now();
  await followReturn(scenario, 'n2', { faultAt: at, repairAt: at }, instances);
  expect(instances.verdict()).toMatchObject({ ok: false, detail: expect.stringContaining('dns ran on n1 and n2') });
});
