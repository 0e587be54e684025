import { expect, onTestFinished, test } from 'vitest';
import { openProxmox } from './client.ts';
import type { ProxmoxClient } from './client.ts';
import { RefusedSignIn } from './proxmox-error.ts';
import { clusterStatus } from './requests/cluster.ts';
import { testClock } from './testing/clock.ts';
import type { TestClock } from './testing/clock.ts';
import { recordedData } from './testing/recorded.ts';
import { startStandIn } from './testing/stand-in.ts';
import type { StandIn } from './testing/stand-in.ts';

interface Setting {
  clock: TestClock;
  cluster: StandIn;
  /** Endpoints that say 401 to every ticket and to every sign-in, as a node does that is no member of the cluster any more. */
  apart: Set<string>;
  ask: (endpoint: string) => Promise<unknown>;
  client: ProxmoxClient;
  /** Endpoints that were shown the password, in this order. */
  shown: () => string[];
}

async function signedInAtPve1(nodes = ['pve1', 'pve2', 'pve3']): Promise<Setting> {
  const clock = testClock();
  const apart = new Set<string>();
  const cluster = await startStandIn({
    clock, nodes,
    answer: () => ({ data: recordedData('cluster-status') }),
    way: ({ endpoint, asked }, carryOut) => Promise.resolve(apart.has(endpoint) ? { status: 401, reason: asked === 'POST /access/ticket' ? 'authentication failure' : 'permission denied - invalid PVE ticket' } : carryOut()),
  });
  onTestFinished(async () => cluster.close());
  const client = openProxmox({ ...cluster.target, credentials: { kind: 'password', ...cluster.login } }, clock.now);
  const ask = async (endpoint: string): Promise<unknown> => client.read(clusterStatus(), { endpoint });
  await ask('pve1');
  clock.advance(20_000);
  return { clock, cluster, apart, ask, client, shown: () => cluster.asked.filter((line) => line.includes(`password=${cluster.login.password}`)).map((line) => line.split(' ')[0] ?? '') };
}

const served = { name: 'lab' };
const refusedBy = async (answer: Promise<unknown>, endpoint: string): Promise<void> => {
  const error: unknown = await answer.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RefusedSignIn);
  expect(error).toMatchObject({ kind: 'authentication', endpoint, message: expect.stringContaining(`through ${endpoint}: 401`) as string });
};

test('an endpoint that takes neither ticket nor password takes the login from no other one, and is shown the password once a minute', async () => {
  const { clock, apart, ask, client, shown } = await signedInAtPve1();
  apart.add('pve3');
  for (let second = 0; second < 60; second += 1, clock.advance(1000)) {
    await refusedBy(ask('pve3'), 'pve3');
    await expect(ask('pve1')).resolves.toMatchObject(served);
    await expect(client.read(clusterStatus())).resolves.toMatchObject(served);
  }
  await expect(ask('pve2')).resolves.toMatchObject(served);
  expect(shown()).toEqual(['pve1', 'pve3']);
  await refusedBy(ask('pve3'), 'pve3');
  expect(shown()).toEqual(['pve1', 'pve3', 'pve3']);
});

test('one that takes the ticket again is asked as before, without another sign-in', async () => {
  const { apart, ask, shown } = await signedInAtPve1();
  apart.add('pve3');
  await refusedBy(ask('pve3'), 'pve3');
  apart.clear();
  await expect(ask('pve3')).resolves.toMatchObject(served);
  expect(shown()).toEqual(['pve1', 'pve3']);
});

test('requests to other endpoints, while one refuses the sign-in, are not refused with it', async () => {
  const { cluster, apart, ask, shown } = await signedInAtPve1();
  apart.add('pve3');
  cluster.forgetTickets();
  const [odd, ...good] = await Promise.allSettled(['pve3', 'pve1', 'pve2', 'pve1'].map(ask));
  expect(odd).toMatchObject({ status: 'rejected', reason: { endpoint: 'pve3' } });
  expect(good.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  expect(shown().filter((node) => node === 'pve1')).toHaveLength(2);
});

test('one that refuses the renewal is left out of it: the others renew by the ticket, and nothing more is tried there within the minute', async () => {
  const { clock, cluster, apart, ask, shown } = await signedInAtPve1();
  apart.add('pve3');
  clock.advance(3_600_000);
  for (let time = 0; time < 3; time += 1) await refusedBy(ask('pve3'), 'pve3');
  expect(cluster.asked.filter((line) => line.startsWith('pve3 POST /access/ticket'))).toHaveLength(2);
  await expect(ask('pve2')).resolves.toMatchObject(served);
  expect(shown()).toEqual(['pve1', 'pve3']);
});

test('a password that is refused everywhere is shown to three endpoints a minute, each of them once', async () => {
  const nodes = ['pve1', 'pve2', 'pve3', 'pve4', 'pve5'];
  const { clock, apart, ask, shown } = await signedInAtPve1(nodes);
  for (const node of nodes) apart.add(node);
  for (let second = 0; second < 59; second += 1, clock.advance(1000)) {
    for (const node of nodes) await expect(ask(node)).rejects.toBeInstanceOf(RefusedSignIn);
  }
  expect(shown()).toEqual(['pve1', 'pve1', 'pve2', 'pve3']);
  clock.advance(1000);
  apart.clear();
  await expect(ask('pve5')).resolves.toMatchObject(served);
});

test('when one has refused the ticket and given another, the others are asked with that: who is slow to refuse is not asked with the old one for ever', async () => {
  const { cluster, ask, shown } = await signedInAtPve1();
  cluster.forgetTickets();
  await expect(ask('pve2')).resolves.toMatchObject(served);
  const before = cluster.asked.length;
  for (const node of ['pve1', 'pve3', 'pve1', 'pve2']) await expect(ask(node)).resolves.toMatchObject(served);
  expect(cluster.asked.slice(before)).toHaveLength(4);
  expect(shown()).toEqual(['pve1', 'pve2']);
});

test('endpoints with clocks apart, each of which takes its own tickets alone, are all served, each by its own', async () => {
  const clock = testClock();
  const given = new Map<string, string>();
  const cluster = await startStandIn({
    clock,
    answer: () => ({ data: recordedData('cluster-status') }),
    way: ({ endpoint, asked, ticket }, carryOut) => {
      if (ticket !== null && given.get(ticket) !== endpoint) return Promise.resolve({ status: 401, reason: 'permission denied - invalid PVE ticket' });
      const said = carryOut();
      if (asked === 'POST /access/ticket' && 'data' in said) given.set((said.data as { ticket: string }).ticket, endpoint);
      return Promise.resolve(said);
    },
  });
  onTestFinished(async () => cluster.close());
  const client = openProxmox({ ...cluster.target, credentials: { kind: 'password', ...cluster.login } }, clock.now);
  for (let second = 0; second < 30; second += 1, clock.advance(1000)) {
    const answers = ['pve3', 'pve1', 'pve2'].map(async (endpoint) => client.read(clusterStatus(), { endpoint }));
    await expect(Promise.all(answers)).resolves.toMatchObject([served, served, served]);
  }
  expect(cluster.asked.filter((line) => line.includes('/access/ticket'))).toHaveLength(3);
});
