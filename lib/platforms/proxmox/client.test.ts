import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openProxmox } from './client.ts';
import type { ProxmoxClient, ProxmoxTarget } from './client.ts';
import { ProxmoxError } from './proxmox-error.ts';
import { read } from './request.ts';
import { z } from 'zod';
import { agentExec } from './requests/agent.ts';
import { clusterStatus } from './requests/cluster.ts';
import { guestNow, migrateVm, removeGuest } from './requests/guests.ts';
import { haCurrent, haRules } from './requests/ha.ts';
import { nodeNow, nodes } from './requests/nodes.ts';
import { testClock } from './testing/clock.ts';
import type { TestClock } from './testing/clock.ts';
import { recordedData } from './testing/recorded.ts';
import { startStandIn } from './testing/stand-in.ts';
import type { StandIn, StandInAnswer, StandInRequest } from './testing/stand-in.ts';

const upid = 'UPID:pve1:0000038E:00047C42:6B008D9D:qmigrate:100:harness@pve!acceptance:';
let clock: TestClock;
let cluster: StandIn;
let client: ProxmoxClient;
/** Requests that were carried out. */
let done: StandInRequest[];

function answer(request: StandInRequest): StandInAnswer {
  done.push(request);
  if (request.call === 'GET /cluster/status') return { data: recordedData('cluster-status') };
  if (request.call === 'GET /nodes') return { data: recordedData('nodes') };
  if (request.call === 'GET /nodes/{node}/status') return { data: recordedData('node-status') };
  if (request.call === 'POST /nodes/{node}/qemu/{vmid}/migrate') return { data: upid };
  if (request.call.startsWith('DELETE')) return { data: upid };
  if (request.call.endsWith('/agent/exec')) return { data: { pid: 163 } };
  return { status: 500, reason: `Configuration file 'nodes/${request.node}/qemu-server/${request.values['vmid']}.conf' does not exist` };
}

beforeEach(async () => {
  clock = testClock();
  done = [];
  cluster = await startStandIn({ clock, answer });
  client = openProxmox(cluster.target, clock.now);
});
afterEach(() => cluster.close());

async function refusal(promise: Promise<unknown>): Promise<ProxmoxError> {
  const error: unknown = await promise.then(() => null, (reason: unknown) => reason);
  if (!(error instanceof ProxmoxError)) throw new Error(`a ProxmoxError was expected and ${inspect(error)} came`);
  for (const secret of ['00000000-0000-4000-8000-000000000000', cluster.login.password]) expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret);
  return error;
}

const byTicket = (target: ProxmoxTarget = cluster.target): ProxmoxClient => openProxmox({ ...target, credentials: { kind: 'password', ...cluster.login } }, clock.now);
const migration = migrateVm('pve1', '100', 'pve2');

describe('fail-over', () => {
  test.each(['refused', 'mute'] as const)('an endpoint that is %s is left for the next one, also by a write, and asked last from then on', { timeout: 15_000 }, async (state) => {
    await cluster.setEndpoint('pve1', state);
    await expect(client.write(migration)).resolves.toEqual({ outcome: 'done', value: upid });
    await cluster.setEndpoint('pve1', 'up');
    await client.read(clusterStatus());
    expect(done.map(({ endpoint }) => endpoint)).toEqual(['pve2', 'pve2']);
  });

  test('a node that died behind a living endpoint is no reason to ask another endpoint', async () => {
    cluster.setBehind('pve3', { status: 595, reason: 'No route to host' });
    await expect(refusal(client.read(nodeNow('pve3')))).resolves.toMatchObject({ kind: 'node-unreachable', node: 'pve3', endpoint: 'pve1', status: 595 });
    expect(cluster.asked).toHaveLength(1);
    await expect(client.read(clusterStatus())).resolves.toMatchObject({ quorate: true });
  });

  test('an error of the API is never retried, here or elsewhere', async () => {
    await expect(refusal(client.read(guestNow('pve1', 'vm', '100')))).resolves.toMatchObject({ kind: 'guest-not-here' });
    expect(cluster.asked).toHaveLength(1);
  });

  test('a read whose answer breaks off goes to the next endpoint', async () => {
    await cluster.setEndpoint('pve1', 'lost-answer');
    await expect(client.read(clusterStatus())).resolves.toMatchObject({ name: 'lab' });
    expect(cluster.asked.map((line) => line.split(' ')[0])).toEqual(['pve1', 'pve2']);
  });

  test('when no endpoint answers, each is named with its reason', async () => {
    for (const node of ['pve1', 'pve2', 'pve3']) await cluster.setEndpoint(node, 'refused');
    const { kind, message } = await refusal(client.read(clusterStatus()));
    expect(kind).toBe('unreachable');
    for (const node of client.endpoints) expect(message).toContain(`${node}: GET https://127.0.0.1:`);
  });

  test('one node alone can be asked, and a preferred one is asked first', async () => {
    await client.read(clusterStatus(), { endpoint: 'pve3' });
    client.prefer('pve2');
    await client.read(clusterStatus());
    expect(cluster.asked.map((line) => line.split(' ')[0])).toEqual(['pve3', 'pve2']);
    await cluster.setEndpoint('pve3', 'refused');
    await expect(refusal(client.read(clusterStatus(), { endpoint: 'pve3' }))).resolves.toMatchObject({ kind: 'unreachable', endpoint: 'pve3' });
    await expect(refusal(client.read(clusterStatus(), { endpoint: 'pve9' }))).resolves.toMatchObject({ message: expect.stringContaining('no endpoint for the node pve9') as string });
  });

  test('the signal gives up, and does not go on to the next endpoint', async () => {
    await cluster.setEndpoint('pve1', 'hung');
    const interrupted = new AbortController();
    const answer = refusal(client.read(clusterStatus(), { signal: interrupted.signal }));
    await expect.poll(() => cluster.asked.length, { timeout: 10_000 }).toBe(1);
    interrupted.abort();
    await expect(answer).resolves.toMatchObject({ kind: 'aborted' });
    expect(cluster.asked).toHaveLength(1);
  });
});

describe('a write that may have been carried out', () => {
  test('is unknown when its answer is lost, and is not sent again', async () => {
    await cluster.setEndpoint('pve1', 'lost-answer');
    await expect(client.write(migration)).resolves.toMatchObject({ outcome: 'unknown', why: expect.stringContaining('may have been carried out') as string });
    expect(done).toHaveLength(1);
  });

  test('is unknown when no answer comes in time, and is not sent again', async () => {
    await cluster.setEndpoint('pve1', 'hung');
    await expect(client.write(migration, { timeoutMs: 200 })).resolves.toMatchObject({ outcome: 'unknown' });
    expect(cluster.asked).toHaveLength(1);
  });

  test.each([[596, 'Connection timed out'], [599, 'Too many redirections']])('is unknown after %d "%s", which never means "not executed"', async (status, reason) => {
    cluster.setBehind('pve2', { status, reason });
    await expect(client.write(migrateVm('pve2', '100', 'pve1'))).resolves.toMatchObject({ outcome: 'unknown', why: expect.stringContaining(reason) as string });
    expect(cluster.asked).toHaveLength(1);
  });

  test('is refused, not unknown, after 595: no connection stood', async () => {
    cluster.setBehind('pve2', { status: 595, reason: 'Connection refused' });
    await expect(refusal(client.write(migrateVm('pve2', '100', 'pve1')))).resolves.toMatchObject({ kind: 'node-unreachable' });
  });

  test('is unknown when it is answered with something else than documented', async () => {
    await expect(client.write({ ...migration, answer: z.object({ task: z.string() }) })).resolves.toMatchObject({ outcome: 'unknown' });
  });
});

describe('signing in', () => {
  test('a token needs no ticket and no CSRF token', async () => {
    await client.write(migration);
    expect(cluster.asked).toEqual(['pve1 POST /nodes/pve1/qemu/100/migrate target=pve2&online=1']);
    expect(done[0]?.user).toBe('harness@pve!acceptance');
  });

  test('a wrong token is refused once, with how to write it', async () => {
    const wrong = openProxmox({ ...cluster.target, credentials: { kind: 'token', token: 'harness@pve!acceptance=wrong' } }, clock.now);
    const { kind, message } = await refusal(wrong.read(clusterStatus()));
    expect(kind).toBe('authentication');
    expect(message).toContain('invalid token value! Check the credentials');
    expect(cluster.asked).toHaveLength(1);
  });

  test('a ticket is got once for requests side by side, and a write carries the CSRF token', async () => {
    const signed = byTicket();
    await Promise.all([signed.read(clusterStatus()), signed.read(nodes()), signed.write(migration)]);
    expect(cluster.asked.filter((line) => line.includes('/access/ticket'))).toHaveLength(1);
    expect(done.map(({ user }) => user)).toEqual(['harness@pve', 'harness@pve', 'harness@pve']);
  });

  test('a run of many hours renews its ticket with the ticket, and never shows the password again', async () => {
    const signed = byTicket();
    for (let hour = 0; hour < 6; hour += 1) {
      await expect(signed.write(migration)).resolves.toMatchObject({ outcome: 'done' });
      clock.advance(3_601_000);
    }
    const signIns = cluster.asked.filter((line) => line.includes('/access/ticket'));
    expect(signIns).toHaveLength(6);
    expect(signIns.filter((line) => line.includes(cluster.login.password))).toHaveLength(1);
  });

  test('a ticket that ran out, because nobody asked for three hours, is got anew', async () => {
    const signed = byTicket();
    await signed.read(clusterStatus());
    clock.advance(3 * 3_600_000);
    await expect(signed.write(migration)).resolves.toEqual({ outcome: 'done', value: upid });
    expect(done.filter(({ call }) => call.startsWith('POST'))).toHaveLength(1);
  });

  test('a ticket that the cluster no longer takes is got anew, once, and the write is carried out once', async () => {
    const signed = byTicket();
    await signed.read(clusterStatus());
    clock.advance(20_000);
    cluster.forgetTickets();
    await expect(signed.write(migration)).resolves.toEqual({ outcome: 'done', value: upid });
    expect(done.filter(({ call }) => call.startsWith('POST'))).toHaveLength(1);
    expect(cluster.asked.filter((line) => line.includes('/access/ticket'))).toHaveLength(2);
  });

  test('requests side by side whose ticket has run out share the new one, though their refusals come one after another', async () => {
    const signed = byTicket();
    await signed.read(clusterStatus());
    clock.advance(20_000);
    cluster.forgetTickets();
    await expect(Promise.all([signed.read(clusterStatus()), signed.read(nodes()), signed.read(clusterStatus())])).resolves.toHaveLength(3);
    expect(cluster.asked.filter((line) => line.includes('/access/ticket'))).toHaveLength(2);
  });

  test('a ticket that is refused although it is new is an error, not a loop', async () => {
    const signed = byTicket();
    await signed.read(clusterStatus());
    cluster.forgetTickets();
    await expect(refusal(signed.read(clusterStatus()))).resolves.toMatchObject({ kind: 'authentication', message: expect.stringContaining('clocks of the nodes') as string });
  });

  test('a cluster that refuses every ticket, and is slow about it, is asked twice and not for ever', async () => {
    let at = 0;
    const slow = openProxmox({ ...cluster.target, credentials: { kind: 'password', ...cluster.login } }, () => {
      cluster.forgetTickets();
      return (at += 20_000);
    });
    await expect(refusal(slow.read(clusterStatus()))).resolves.toMatchObject({ kind: 'authentication' });
    expect(cluster.asked.filter((line) => line.endsWith('GET /cluster/status'))).toHaveLength(2);
  });

  test('a wrong password is an error at once', async () => {
    const wrong = openProxmox({ ...cluster.target, credentials: { kind: 'password', user: 'root@pam', password: 'wrong-password' } }, clock.now);
    await expect(refusal(wrong.write(migration))).resolves.toMatchObject({ kind: 'authentication', message: expect.stringContaining('authentication failure') as string });
    expect(cluster.asked).toHaveLength(1);
  });

  test('a password that was refused is not shown again for a minute, however often something is asked: realms lock accounts', async () => {
    const wrong = openProxmox({ ...cluster.target, credentials: { kind: 'password', user: 'root@pam', password: 'wrong-password' } }, clock.now);
    const ask = async () => refusal(wrong.read(clusterStatus()));
    for (let second = 0; second < 59; second += 1, clock.advance(1000)) await expect(ask()).resolves.toMatchObject({ kind: 'authentication', message: expect.stringContaining('authentication failure') as string });
    expect(cluster.asked).toHaveLength(1);
    clock.advance(1000);
    await ask();
    expect(cluster.asked).toHaveLength(2);
  });

  test('a sign-in whose answer is lost leaves nothing unknown: the next endpoint is asked', async () => {
    await cluster.setEndpoint('pve1', 'lost-answer');
    await expect(byTicket().write(migration)).resolves.toEqual({ outcome: 'done', value: upid });
    expect(done.map(({ endpoint }) => endpoint)).toEqual(['pve2']);
  });
});

describe('certificates', () => {
  test('each node is verified by its own fingerprint', async () => {
    for (const node of client.endpoints) await expect(client.read(clusterStatus(), { endpoint: node })).resolves.toMatchObject({ name: 'lab' });
  });

  test('the CA of the cluster vouches for nodes without a fingerprint', async () => {
    const trusting = openProxmox({ ...cluster.target, endpoints: cluster.target.endpoints.map(({ node, address, port = 0 }) => ({ node, address, port })), ca: cluster.ca }, clock.now);
    await expect(trusting.read(clusterStatus())).resolves.toMatchObject({ name: 'lab' });
  });

  test.each(['fingerprint', 'ca'] as const)('a changed certificate is explained and gets nothing, by %s: no fail-over, no request', async (how) => {
    await cluster.changeCertificate('pve1');
    const target = how === 'fingerprint' ? cluster.target : { ...cluster.target, ca: cluster.ca, endpoints: cluster.target.endpoints.map(({ node, address, port = 0 }) => ({ node, address, port })) };
    const { kind, message, endpoint } = await refusal(openProxmox(target, clock.now).read(clusterStatus()));
    expect([kind, endpoint]).toEqual(['certificate', 'pve1']);
    expect(message).toMatch(/when it is renewed.*joins again.*openssl x509 .*\/etc\/pve\/nodes\/pve1\/pveproxy-ssl\.pem.*endpoints\[\]\.fingerprint of pve1/s);
    expect(cluster.asked).toEqual([]);
  });
});

describe('what is sent', () => {
  test('a DELETE has no body and its parameters in the address', async () => {
    await expect(client.write(removeGuest('pve1', 'vm', '9100'))).resolves.toMatchObject({ outcome: 'done' });
    expect(cluster.asked).toEqual(['pve1 DELETE /nodes/pve1/qemu/9100?purge=1&destroy-unreferenced-disks=1']);
  });

  test('a list arrives as a list', async () => {
    await client.write(agentExec('pve1', '100', ['/bin/echo', 'a,b c'], 9));
    expect(done[0]?.given).toEqual([['command', '/bin/echo'], ['command', 'a,b c']]);
  });

  test('what the schema refuses comes back with the name of the parameter', async () => {
    await expect(refusal(client.write(migrateVm('pve1', '99', 'pve2')))).resolves.toMatchObject({ kind: 'parameters', parameters: { vmid: 'value must have a minimum value of 100' } });
    await expect(refusal(client.read(read('/nosuch', {}, z.unknown())))).resolves.toMatchObject({ kind: 'not-implemented' });
  });
});

describe('other versions', () => {
  test('before 8.4 the error text stands in the reason phrase alone', async () => {
    const old = await startStandIn({ clock, answer, version: '7.4' });
    const error = await refusal(openProxmox(old.target, clock.now).read(guestNow('pve1', 'vm', '100')));
    expect(error).toMatchObject({ kind: 'guest-not-here', message: expect.stringContaining("'nodes/pve1/qemu-server/100.conf' does not exist") as string });
    await expect(refusal(openProxmox(old.target, clock.now).read(haRules()))).resolves.toMatchObject({ kind: 'not-implemented' });
    await old.close();
  });

  test('a missing right is told with its path', async () => {
    const poor = await startStandIn({ clock, answer, rights: { '/vms': ['VM.Audit'] } });
    await expect(refusal(openProxmox(poor.target, clock.now).read(haCurrent()))).resolves.toMatchObject({ kind: 'permission', message: expect.stringContaining('(/, Sys.Audit)') as string });
    await poor.close();
  });
});
