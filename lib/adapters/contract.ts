import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Environment } from '../environment/environment.ts';
import { AdapterError } from './adapter-error.ts';
import type { Hypervisor, Snapshot } from './hypervisor.ts';

/** An adapter that is connected to a healthy cluster which the tests may use: guests are moved, stopped, started and backed up. */
export interface ContractSubject {
  hypervisor: Hypervisor;
  environment: Environment;
}

const changeTimeoutMs = 240_000;
/** A recovery is watched by this reading: it must not take longer than the phases that it tells apart, ms. */
const membershipMedianLimitMs = 1000;

async function faultOf(attempt: Promise<unknown>): Promise<AdapterError> {
  const error: unknown = await attempt.then(() => null, (reason: unknown) => reason);
  if (!(error instanceof AdapterError)) throw new Error(`an AdapterError was expected and ${String(error)} came`);
  return error;
}

/** The suite that every adapter passes against a real cluster. `open` connects; the suite closes. */
export function describeAdapterContract(name: string, open: () => Promise<ContractSubject>): void {
  describe(`adapter ${name}`, () => {
    let hypervisor: Hypervisor;
    let environment: Environment;
    let before: Snapshot;
    let guest = '';

    beforeAll(async () => {
      ({ hypervisor, environment } = await open());
      before = await hypervisor.snapshot('full');
      guest = environment.guests[0]?.name ?? '';
    });

    afterAll(async () => {
      await hypervisor.close();
    });

    const stateOf = (snapshot: Snapshot, wanted = guest) => snapshot.guests.find((candidate) => candidate.name === wanted);
    const whatStays = async (): Promise<Pick<Snapshot, 'configuration' | 'operations' | 'failures'>> => {
      const { configuration, operations, failures } = await hypervisor.snapshot('full');
      return { configuration, operations, failures };
    };
    const asBefore = () => ({ configuration: before.configuration, operations: [], failures: before.failures });

    test('names the cluster and an identity that stays the same', async () => {
      const identity = await hypervisor.identify();
      expect(identity.name).toBe(environment.arm);
      expect(identity.identity).toBe(environment.identity);
      expect(identity.identity).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
      expect(identity.source).not.toBe('');
      expect(await hypervisor.identify()).toEqual(identity);
    });

    test('reads a healthy cluster whole, and leaves nothing unread', () => {
      expect(before.unread).toEqual([]);
      expect(before.quorate).toBe(true);
      expect(before.toNs).toBeGreaterThan(before.fromNs);
      expect(before.votes?.present).toBe(environment.nodes.length);
      expect(before.nodes.map((node) => node.name).toSorted()).toEqual(environment.nodes.map((node) => node.name).toSorted());
      expect(before.nodes.filter((node) => node.online && !node.unclean && !node.drained)).toHaveLength(environment.nodes.length);
      expect(before.nodes.filter((node) => node.role === 'coordinator')).toHaveLength(1);
      for (const node of before.nodes) expect(Math.abs(node.clockOffset?.ms ?? Infinity) - (node.clockOffset?.errorMs ?? 0)).toBeLessThan(1000);
      for (const { name: listed } of environment.guests) {
        const state = stateOf(before, listed);
        expect(state).toMatchObject({ haManaged: true, haState: 'started' });
        expect(state?.runningOn).toEqual([state?.assignedTo]);
      }
      expect(Object.keys(before.versions)).not.toEqual([]);
      expect(Object.keys(before.settings)).not.toEqual([]);
    });

    test('gives the same configuration twice, sorted, without secrets', async () => {
      const again = await hypervisor.snapshot('full');
      expect(again.configuration).toEqual(before.configuration);
      expect(again.configuration).toEqual(again.configuration.toSorted());
      expect(again.configuration.filter((line) => /passw(?:or)?d[^=]*=(?!\(hidden\))/i.test(line))).toEqual([]);
    });

    test('reads membership quickly', async () => {
      const times: number[] = [];
      for (let reading = 0; reading < 9; reading += 1) {
        const { fromNs, toNs, nodes, guests } = await hypervisor.snapshot('membership');
        times.push((toNs - fromNs) / 1e6);
        expect([nodes.length, guests.length]).toEqual([before.nodes.length, before.guests.length]);
      }
      expect(times.toSorted((one, other) => one - other)[4]).toBeLessThan(membershipMedianLimitMs);
    });

    test('reads the storage where the cluster has redundant storage', async ({ skip }) => {
      skip(!hypervisor.capabilities().has('redundant-storage'), 'the cluster has none');
      const { storage, unread } = await hypervisor.snapshot('storage');
      expect(unread).toEqual([]);
      expect(storage.length).toBeGreaterThan(0);
      for (const state of storage) {
        expect(state).toMatchObject({ healthy: true, redundant: true, redundancyShare: 1, serving: true, repairing: false });
        expect(state.copies.wanted).toBeGreaterThan(state.copies.minimum);
      }
      const disks = storage.flatMap((state) => state.disks);
      for (const node of environment.nodes) for (const { id } of node.disks) expect(disks).toContainEqual({ id, node: node.name, up: true, inUse: true });
    });

    test('moves a running guest to every other node and leaves nothing of it in the configuration', { timeout: changeTimeoutMs }, async () => {
      const home = stateOf(before)?.assignedTo ?? '';
      const others = environment.nodes.map((node) => node.name).filter((node) => node !== home);
      let from = home;
      const boot = (await hypervisor.bootOf?.(guest))?.boot;
      expect(boot).not.toBeNull();
      for (const target of [...others, home]) {
        const operation = await hypervisor.liveMigrate(guest, target);
        const outcome = await operation.done;
        expect(outcome).toMatchObject({ from, to: target, proof: expect.stringMatching(/^(?:hypervisor|manager)$/) as string });
        if (outcome.proof === 'hypervisor') expect(outcome.downtimeMs).toBeGreaterThan(0);
        expect(outcome.source).not.toBe('');
        expect(outcome.downtimeMs ?? 0).toBeLessThanOrEqual(outcome.totalMs ?? Infinity);
        expect(operation.log().length).toBeGreaterThan(0);
        expect(stateOf(await hypervisor.snapshot('membership'))).toMatchObject({ haState: 'started', assignedTo: target, runningOn: [target] });
        expect((await hypervisor.bootOf?.(guest))?.boot).toBe(boot);
        from = target;
      }
      expect(await whatStays()).toEqual(asBefore());
    });

    test('refuses a move that makes no sense, by saying what to do, and changes nothing', async () => {
      const here = stateOf(await hypervisor.snapshot('membership'))?.assignedTo ?? '';
      for (const [who, target] of [[guest, here], [guest, 'no-such-node'], ['"; rm -rf / #<script>', here]] as const) {
        const { fault } = await faultOf(hypervisor.liveMigrate(who, target));
        expect(fault.blame).toBe('tool');
        expect(fault.target).toBe(who);
        expect(fault.remedy).not.toBe('');
      }
      expect(await whatStays()).toEqual(asBefore());
    });

    test('clears placement and failures when there are none, twice', async () => {
      for (let round = 0; round < 2; round += 1) {
        await hypervisor.clearPlacement(guest);
        await hypervisor.clearFailures();
      }
      expect(await whatStays()).toEqual(asBefore());
    });

    test('keeps a notice on the cluster that is no part of the configuration', async ({ skip }) => {
      const { notice } = hypervisor;
      skip(notice === null, 'the platform has no place for it');
      if (notice === null) return;
      const left = await notice.read(); // what a run before this one may have left
      if (left !== null) await notice.replace(left, null);
      expect(await notice.read()).toBeNull();
      const text = JSON.stringify({ owner: 'contract', reason: `"; rm -rf / # <b>&amp;'$(id)' 100 % ü` });
      expect(await notice.create('first')).toBe(true);
      expect(await notice.create('second')).toBe(false);
      expect(await notice.replace('first', text)).toBe(true);
      expect(await notice.replace('first', 'third')).toBe(false);
      expect(await notice.read()).toBe(text);
      expect(await whatStays()).toEqual(asBefore());
      expect(await notice.replace('first', null)).toBe(true);
      expect(await notice.read()).toBe(text);
      for (let round = 0; round < 2; round += 1) expect(await notice.replace(text, null)).toBe(true);
      expect(await notice.read()).toBeNull();
    });

    test('gives the place of a notice to one of those who reach for it at the same moment', async ({ skip }) => {
      const { notice } = hypervisor;
      skip(notice === null, 'the platform has no place for it');
      if (notice === null) return;
      const texts = ['one', 'two', 'three'];
      const given = await Promise.all(texts.map(async (text) => notice.create(text)));
      expect(given.filter((mine) => mine)).toHaveLength(1);
      const holder = texts[given.indexOf(true)] ?? '';
      expect(await notice.read()).toBe(holder);
      expect(await notice.replace(holder, null)).toBe(true);
    });

    test('stops and starts a guest, and leaves the configuration as it was', { timeout: changeTimeoutMs }, async () => {
      await (await hypervisor.stopGuest(guest)).done;
      expect(stateOf(await hypervisor.snapshot('membership'))).toMatchObject({ haManaged: true, haState: 'stopped', runningOn: [] });
      await (await hypervisor.startGuest(guest)).done;
      const state = stateOf(await hypervisor.snapshot('membership'));
      expect(state).toMatchObject({ haManaged: true, haState: 'started' });
      expect(state?.runningOn).toEqual([state?.assignedTo]);
      expect(await whatStays()).toEqual(asBefore());
    });

    test('takes a node out of service and back, and leaves nothing of it in the configuration', { timeout: changeTimeoutMs }, async ({ skip }) => {
      skip(!hypervisor.capabilities().has('drain'), 'the platform has no such thing');
      const node = stateOf(await hypervisor.snapshot('membership'))?.assignedTo ?? '';
      const drained = async () => (await hypervisor.snapshot('membership')).nodes.find(({ name: candidate }) => candidate === node)?.drained;
      for (let round = 0; round < 2; round += 1) await hypervisor.drainNode(node);
      expect(await drained()).toBe(true);
      await vi.waitFor(async () => {
        const { guests } = await hypervisor.snapshot('membership');
        for (const { haState, runningOn } of guests) {
          expect(haState).toBe('started');
          expect(runningOn).not.toContain(node);
        }
      }, { timeout: changeTimeoutMs / 2, interval: 500 });
      for (let round = 0; round < 2; round += 1) await hypervisor.undrainNode(node);
      expect(await drained()).toBe(false);
      expect(await whatStays()).toEqual(asBefore());
    });

    test('refuses to drain a node that it does not know', async () => {
      const { fault } = await faultOf(hypervisor.drainNode('no-such-node'));
      expect([fault.blame, fault.target, fault.remedy === '']).toEqual(['tool', 'no-such-node', false]);
    });

    test('finds the ground of a healthy cluster right, with a remedy beside each finding', async () => {
      const found = await hypervisor.prerequisites();
      expect(found.filter(({ ok }) => ok !== true)).toEqual([]);
      expect(found.length).toBeGreaterThan(0);
      for (const { title, remedy } of found) expect([title === '', remedy === '']).toEqual([false, false]);
      expect(await whatStays()).toEqual(asBefore());
    });

    test('backs a running guest up, verifies the archive, and removes it', { timeout: changeTimeoutMs }, async ({ skip }) => {
      skip(!hypervisor.capabilities().has('backup'), 'the cluster cannot back up');
      const operation = await hypervisor.backUp(guest);
      const outcome = await operation.done;
      expect(outcome).toMatchObject({ status: 'OK', warnings: 0, listed: true, verified: true });
      expect(outcome.bytes).toBeGreaterThan(0);
      expect(outcome.guestDiskBytes).toBeGreaterThan(0);
      expect(operation.log().length).toBeGreaterThan(1);
      await hypervisor.abandonBackups(guest);
      await hypervisor.abandonBackups(guest);
      expect(await whatStays()).toEqual(asBefore());
    });

    test('ends a backup that was given up in the middle', { timeout: changeTimeoutMs }, async ({ skip }) => {
      skip(!hypervisor.capabilities().has('backup'), 'the cluster cannot back up');
      const given = new AbortController();
      const operation = await hypervisor.backUp(guest, { signal: given.signal });
      setTimeout(() => given.abort(new Error('given up')), 300);
      await expect(operation.done).rejects.toThrow(/given up/);
      await hypervisor.abandonBackups(guest);
      expect(await whatStays()).toEqual(asBefore());
    });

    test('gathers evidence of every node', async () => {
      const evidence = await hypervisor.evidence(new Date(Date.now() - 600_000));
      const all = evidence.map((item) => `${item.title}\n${item.text}`).join('\n');
      for (const node of environment.nodes) expect(all).toContain(node.name);
      for (const item of evidence) expect(item.text.length).toBeLessThan(1_000_000);
    });

    test('keeps what the platform says of itself whenever it is read, where it does so at all', async ({ skip }) => {
      const { states } = hypervisor;
      skip(states === undefined, 'this adapter keeps no states');
      if (states === undefined) return;
      const sinceNs = Number(process.hrtime.bigint());
      expect(states.since(sinceNs).flatMap(({ lines }) => lines)).toEqual([]);
      await hypervisor.snapshot('full');
      const kept = states.since(sinceNs);
      expect(kept.length).toBeGreaterThan(0);
      for (const { lines } of kept) expect(lines.some(({ state }) => state !== undefined)).toBe(true);
      // Nothing is due so soon.
      const newest = (): number[] => states.since(sinceNs).flatMap(({ lines }) => lines.map(({ lastSeenNs }) => lastSeenNs));
      const before = newest();
      await states.refresh(600_000);
      expect(newest()).toEqual(before);
      await states.refresh(0);
      expect(newest()).not.toEqual(before);
    });

    test('gives up at a deadline and when it is told to', async () => {
      const begun = performance.now();
      await expect(hypervisor.snapshot('full', { timeoutMs: 1 })).rejects.toThrow(AdapterError);
      await expect(hypervisor.snapshot('full', { signal: AbortSignal.abort(new Error('told to')) })).rejects.toThrow('told to');
      await expect(hypervisor.identify({ signal: AbortSignal.abort(new Error('told to')) })).rejects.toThrow('told to');
      expect(performance.now() - begun).toBeLessThan(2000);
    });
  });
}
