import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { guestDevice, makeTestNetwork, noNetworkReason, proberDevice, startEchoSwitch } from '../probes/netns.ts';
import type { EchoSwitch, TestNetwork } from '../probes/netns.ts';
import { until } from '../probes/testing-events.ts';
import { startProbeIn } from './probe-net-testing.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`probe-link.net.test.ts measures nothing here: ${missing}`);

describe.skipIf(missing !== null)('the prober\'s own part of the way', () => {
  let network: TestNetwork;
  let echoes: EchoSwitch;
  beforeEach(() => {
    network = makeTestNetwork();
    echoes = startEchoSwitch(network);
    for (const target of [network.guestAddress, network.guestAddress6]) network.run('prober', 'ping', '-c', '1', '-w', '10', target);
  });
  afterEach(() => network.close());
  const ip = (where: 'prober' | 'guest', ...args: string[]): string => network.run(where, 'ip', ...args);
  const entry = (target: string): string => ip('prober', 'neigh', 'show', target);
  const answered = async (more: number): Promise<void> => {
    const { answered: before } = await echoes.count();
    await until('the probe reaches the guest', async () => (await echoes.count()).answered >= before + more);
  };
  const entryBecomes = async (target: string, state: string): Promise<void> => until(`the entry of ${target} is ${state}`, () => entry(target).includes(state));

  test.each(['4', '6'])('IPv%s: a guest that comes back with another hardware address, and tells nobody, is seen to come back', async (family) => {
    const target = family === '6' ? network.guestAddress6 : network.guestAddress;
    const probe = startProbeIn(network, [target, '--for', '60s', '--wait', '2s']);
    await answered(60);
    await entryBecomes(target, 'REACHABLE');
    const outage = echoes.silence(1200);
    await delay(300);
    ip('guest', 'link', 'set', guestDevice, 'address', '02:00:00:00:00:99');
    const { leastMs, mostMs } = await outage;
    await answered(60);
    await entryBecomes(target, '02:00:00:00:00:99 REACHABLE');
    probe.child.kill('SIGINT');
    const { host } = await probe.finish();
    expect(host.outages.length).toBe(1);
    expect(host.outages[0]?.hi).toBeGreaterThanOrEqual(leastMs);
    expect(host.outages[0]?.lo).toBeLessThanOrEqual(mostMs);
    expect(host.outages[0]?.hi).toBeLessThan(mostMs + 50 + (host.sendGapMs.max ?? 0));
  });

  test('entries are confirmed while they are watched, and left to expire: after the end, and after SIGKILL', async () => {
    const target = network.guestAddress;
    const first = startProbeIn(network, [target, '--for', '60s', '--wait', '2s']);
    await answered(60);
    await entryBecomes(target, 'REACHABLE');
    first.child.kill('SIGINT');
    const { host } = await first.finish();
    expect(host.engineReason).toContain('watched and confirmed');
    expect(entry(target)).toMatch(/STALE|DELAY/);
    const second = startProbeIn(network, [target, '--for', '60s']);
    await answered(60);
    await entryBecomes(target, 'REACHABLE');
    second.child.kill('SIGKILL');
    await expect(second.finish()).rejects.toThrow('JSON');
    expect(entry(target)).toContain('REACHABLE');
    expect(ip('prober', 'neigh', 'show', 'nud', 'permanent', 'dev', proberDevice)).toBe('');
  });

  test('an entry that somebody fixed stays fixed', async () => {
    const hardware = /lladdr (\S+)/.exec(entry(network.guestAddress))?.[1] ?? '';
    ip('prober', 'neigh', 'replace', network.guestAddress, 'lladdr', hardware, 'dev', proberDevice, 'nud', 'permanent');
    const { host } = await startProbeIn(network, [network.guestAddress, '--for', '2s']).finish();
    expect(host.lost).toBe(0);
    expect(entry(network.guestAddress)).toContain('PERMANENT');
  });

  test('a prober that may not change entries says so', async () => {
    const { host } = await startProbeIn(network, [network.guestAddress, '--for', '1s'], ['setpriv', '--bounding-set', '-net_admin', '--inh-caps', '-net_admin']).finish();
    expect(host.engineReason).toContain('neighbour entries are watched, not confirmed (changing them needs CAP_NET_ADMIN)');
    expect(host.lost).toBe(0);
  });

  test.each([
    ['an entry that does not resolve, because this machine drops ARP', (): (() => void) => {
      network.run('prober', 'nft', 'add table arp own; add chain arp own in { type filter hook input priority 0; policy drop; }');
      ip('prober', 'neigh', 'del', network.guestAddress, 'dev', proberDevice);
      return () => network.run('prober', 'nft', 'delete table arp own');
    }, 'is not resolved'],
    ['a route that leads elsewhere', () => {
      ip('prober', 'link', 'add', 'other0', 'type', 'veth', 'peer', 'name', 'other1');
      ip('prober', 'link', 'set', 'other1', 'up');
      ip('prober', 'link', 'set', 'other0', 'up');
      ip('prober', 'route', 'add', `${network.guestAddress}/32`, 'dev', 'other0');
      return () => ip('prober', 'link', 'del', 'other0');
    }, 'is another one than at the beginning'],
    ['a device without carrier', () => {
      ip('guest', 'link', 'set', guestDevice, 'down');
      return () => ip('guest', 'link', 'set', guestDevice, 'up');
    }, 'has no carrier'],
    ['a filter of this machine that refuses the packets', () => {
      network.run('prober', 'nft', 'add table ip own; add chain ip own out { type filter hook output priority 0; policy drop; }');
      return () => network.run('prober', 'nft', 'delete table ip own');
    }, 'refused to send (EPERM)'],
  ])('%s is blindness, not loss', async (_, breakIt, reason) => {
    const probe = startProbeIn(network, [network.guestAddress, '--for', '60s', '--wait', '2s']);
    await answered(60);
    const breakingMs = performance.now();
    const mend = breakIt();
    const brokenMs = performance.now();
    await delay(1200);
    const mendingMs = performance.now();
    mend();
    await answered(60);
    const wellMs = performance.now();
    probe.child.kill('SIGINT');
    const { code, host } = await probe.finish();
    expect(host.blind.some((stretch) => stretch.reason.includes(reason))).toBe(true);
    expect(host).toMatchObject({ lost: 0, late: 0, outages: [] });
    expect(host.blindMs).toBeGreaterThan(mendingMs - brokenMs - 400);
    expect(host.blindMs).toBeLessThan(wellMs - breakingMs + 100);
    expect(code).toBe(2);
  });
}, 60_000);
