import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { guestDevice, makeTestNetwork, noNetworkReason, startEchoSwitch } from '../probes/netns.ts';
import type { EchoSwitch, TestNetwork } from '../probes/netns.ts';
import { wallAheadMs } from '../probes/ping/clock.ts';
import { fping } from '../probes/ping/fping.ts';
import { until } from '../probes/testing-events.ts';
import { startProbeIn } from './probe-net-testing.ts';
import type { ProbedHost } from './probe-report.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`probe.net.test.ts measures nothing here: ${missing}`);
const noFping = await fping.refuseUnusable(4).then(() => null, (error: Error) => error.message);
if (noFping !== null) console.warn(`probe.net.test.ts leaves out the engine fping: ${noFping}`);

type Truth = Awaited<ReturnType<EchoSwitch['silence']>>;

describe.skipIf(missing !== null)('probe, in a network of its own, against the kernel\'s own count', () => {
  let network: TestNetwork;
  let echoes: EchoSwitch;
  beforeEach(() => {
    network = makeTestNetwork();
    echoes = startEchoSwitch(network);
  });
  afterEach(() => network.close());

  /** The wall clock may be slewed between two readings of it, and is read to the millisecond. */
  const slackMs = 12;
  const startProbe = (...args: string[]) => startProbeIn(network, args);
  /** Outages of random length, with quiet between them. */
  const makeOutages = async (count: number, shortestMs: number, longestMs: number) => {
    const truths: Truth[] = [];
    for (let index = 0; index < count; index++) {
      truths.push(await echoes.silence(shortestMs + Math.random() * (longestMs - shortestMs)));
      await delay(250 + Math.random() * 100);
    }
    return truths;
  };
  const answers = async (count: number): Promise<void> => until('the probe reaches the guest', async () => (await echoes.count()).answered >= count);
  /** Each true outage was seen, but for those that the prober itself was blind to; and no other was. */
  const expectTruth = (host: ProbedHost, truths: Truth[]): void => {
    const aheadMs = wallAheadMs();
    const blindTo = ({ mostMs, offNs }: Truth): boolean => {
      const fromMs = aheadMs + offNs / 1e6;
      return host.blind.some(({ startedAt, ms }) => Date.parse(startedAt) < fromMs + mostMs + slackMs && Date.parse(startedAt) + ms > fromMs - slackMs);
    };
    const unseen: Truth[] = [];
    for (const truth of truths) {
      const outage = host.outages.find(({ startedAt }) => {
        const beganAfterMs = Date.parse(startedAt) - (aheadMs + truth.offNs / 1e6);
        return beganAfterMs > -slackMs && beganAfterMs < 15 * host.periodMs + (host.sendGapMs.max ?? 0);
      });
      if (outage === undefined) unseen.push(truth);
      else {
        expect(outage.startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        expect(outage.lo).toBeLessThanOrEqual(truth.mostMs);
        expect(outage.hi).toBeGreaterThanOrEqual(truth.leastMs);
      }
    }
    expect(unseen.filter((truth) => !blindTo(truth))).toEqual([]);
    expect(unseen.length).toBeLessThan(truths.length);
    if (unseen.length === 0) expect(host.outages.length).toBe(truths.length);
  };

  test.each([
    ['icmp-koffi-raw', '1 0', 'koffi', 8],
    ['icmp-koffi-dgram', '0 2147483647', 'koffi', 8],
    ['icmp6-koffi-raw', '1 0', 'koffi', 6],
    ['icmp6-koffi-dgram', '0 2147483647', 'koffi', 6],
    ['icmp-dgram', '0 2147483647', 'dgram', 6],
    ['icmp6-dgram', '0 2147483647', 'dgram', 4],
    ['icmp-ping', '0 2147483647', 'ping', 4],
    ['icmp6-ping', '0 2147483647', 'ping', 4],
    ...(noFping === null ? [['icmp-fping', '1 0', 'fping', 4], ['icmp6-fping', '1 0', 'fping', 4]] as const : []),
  ] as const)('%s: each outage lies in its interval, and what is lost is what the guest did not answer', async (engine, groups, choice, count) => {
    network.run('prober', 'sysctl', '-qw', `net.ipv4.ping_group_range=${groups}`);
    const target = engine.startsWith('icmp6') ? network.guestAddress6 : network.guestAddress;
    // A device that has just come up speaks IPv6 only after a second.
    network.run('prober', 'ping', '-c', '1', '-w', '10', target);
    const before = await echoes.count();
    const native = choice === 'koffi';
    const streaming = choice === 'ping' || choice === 'fping';
    const probe = startProbe(target, '--every', '10ms', '--for', '60s', '--engine', choice, '--wait', '2s');
    await answers(before.answered + 50);
    const truths = await makeOutages(count, native ? 25 : 60, 400);
    probe.child.kill('SIGINT');
    const { code, host } = await probe.finish();
    const after = await echoes.count();
    const kernel = { received: after.received - before.received, answered: after.answered - before.answered };

    expect(host.engine).toBe(engine);
    expectTruth(host, truths);
    // What is sent in blind time counts nowhere.
    const lost = kernel.received - kernel.answered;
    expect(host.lost).toBeLessThanOrEqual(lost);
    if (host.blindMs === 0) expect(host.lost).toBe(lost);
    expect(host).toMatchObject({ late: 0, duplicates: 0 });
    // A streaming program goes on sending until its last answers are in; the others stop at once.
    if (!streaming && host.blindMs === 0) expect(host.sent).toBe(kernel.received);
    expect(host.sent).toBeLessThanOrEqual(kernel.received);
    expect(host.sent).toBeGreaterThan(kernel.answered / 2);
    expect(code).toBe(host.blindMs > 0 && code === 2 ? 2 : 0);
  }, 60_000);

  test('answers that were held back in a queue are late, and the first of them ends the outage', async () => {
    const shape = (...how: string[]): { beforeNs: number; afterNs: number } => {
      const beforeNs = Number(process.hrtime.bigint());
      network.run('guest', 'tc', 'qdisc', 'replace', 'dev', guestDevice, 'root', 'tbf', ...how, 'limit', '1mb');
      return { beforeNs, afterNs: Number(process.hrtime.bigint()) };
    };
    const open = ['rate', '10gbit', 'burst', '1mb'];
    shape(...open);
    const probe = startProbe(network.guestAddress, '--for', '60s', '--wait', '5s');
    await answers(120);
    const held = shape('rate', '8bit', 'burst', '120');
    await delay(350 + Math.random() * 300);
    const freed = shape(...open);
    await delay(500);
    probe.child.kill('SIGINT');
    const { host } = await probe.finish();
    const kernel = await echoes.count();

    expect(host.lost).toBe(0);
    if (host.blindMs === 0) expect(host.sent).toBe(kernel.received);
    expect(host.late).toBeGreaterThan(15);
    const [outage] = host.outages;
    expect(host.outages.length).toBe(1);
    expect(outage?.late).toBe(host.late);
    // The queue is let go by the first packet that joins it after it was opened: one more period.
    expect(outage?.lo).toBeLessThanOrEqual((freed.afterNs - held.beforeNs) / 1e6 + 10);
    expect(outage?.hi).toBeGreaterThanOrEqual((freed.beforeNs - held.afterNs) / 1e6);
    expect((outage?.hi ?? 0) - (outage?.lo ?? 0)).toBeLessThan(60 + 2 * (host.sendGapMs.max ?? 0));
  });

  test('address resolution adds no second to the time in which the neighbour\'s entry was invalid', async () => {
    const stamped = (where: 'prober' | 'guest', ...args: string[]): { beforeNs: number; afterNs: number } => {
      const beforeNs = Number(process.hrtime.bigint());
      network.run(where, 'ip', ...args);
      return { beforeNs, afterNs: Number(process.hrtime.bigint()) };
    };
    const probe = startProbe(network.guestAddress, '--for', '60s', '--wait', '8s');
    await answers(50);
    stamped('guest', 'link', 'set', guestDevice, 'arp', 'off');
    const gone = stamped('prober', 'neigh', 'del', network.guestAddress, 'dev', 'prober0');
    await delay(3200);
    const back = stamped('guest', 'link', 'set', guestDevice, 'arp', 'on');
    await delay(1500);
    probe.child.kill('SIGINT');
    const { host } = await probe.finish();

    // The path was well all the time: only the prober could not see.
    expect(host).toMatchObject({ lost: 0, late: 0, outages: [] });
    expect(host.blindMs).toBeGreaterThanOrEqual((back.beforeNs - gone.afterNs) / 1e6);
    expect(host.blindMs).toBeLessThan((back.afterNs - gone.beforeNs) / 1e6 + 350);
  });

  test('a target that never answers ends with exit code 1 and no upper bound', async () => {
    network.run('guest', 'sysctl', '-qw', 'net.ipv4.icmp_echo_ignore_all=1');
    const { code, host } = await startProbe(network.guestAddress, '--for', '1s', '--wait', '1s').finish();
    expect(code).toBe(1);
    expect(host).toMatchObject({ answered: 0, lost: host.sent, rttMs: { median: null }, outages: [{ hi: null, lost: host.sent, late: 0 }] });
    expect(host.sent).toBeGreaterThan(20);
  });

  test('a prober that is stopped for a while is blind, and nothing is lost by it', async () => {
    const probe = startProbe(network.guestAddress, '--for', '60s', '--wait', '2s');
    await answers(30);
    process.kill(probe.child.pid ?? 0, 'SIGSTOP');
    await delay(600);
    process.kill(probe.child.pid ?? 0, 'SIGCONT');
    await answers((await echoes.count()).answered + 30);
    probe.child.kill('SIGINT');
    const { code, host } = await probe.finish();
    expect(code).toBe(2);
    expect(host).toMatchObject({ lost: 0, outages: [] });
    expect(host.blindMs).toBeGreaterThan(400);
    expect(host.sendGapMs.max).toBeGreaterThan(400);
  });

  test('a route that is gone is the prober\'s blindness, not the target\'s loss', async () => {
    const probe = startProbe(network.guestAddress, '--for', '60s', '--wait', '2s');
    await answers(30);
    network.run('prober', 'ip', 'route', 'replace', 'unreachable', `${network.guestAddress}/32`);
    await delay(500);
    network.run('prober', 'ip', 'route', 'del', 'unreachable', `${network.guestAddress}/32`);
    await answers((await echoes.count()).answered + 30);
    probe.child.kill('SIGINT');
    const { code, host } = await probe.finish();
    expect(code).toBe(2);
    expect(host.lost).toBe(0);
    expect(host.blindMs).toBeGreaterThan(350);
  });
});
