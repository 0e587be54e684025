import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SshError } from './ssh-error.ts';
import { openFleet } from './ssh-fleet.ts';
import type { SshFleet } from './ssh.ts';
import { echo, serveSsh, testKey } from './testing/ssh-server.ts';
import type { Behaviour, TestSshServer } from './testing/ssh-server.ts';

const hostKey = testKey();
const userKey = testKey();
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function serve(behave: Behaviour = echo): Promise<TestSshServer> {
  const server = await serveSsh(behave, { hostKeys: [hostKey] });
  closers.push(server.close);
  return server;
}

/** Nodes n1, n2, ... at these ports. */
function fleetAt(ports: number[], options: Parameters<typeof openFleet>[2] = {}): SshFleet {
  const nodes = ports.map((port, index) => ({ name: `n${index + 1}`, address: '127.0.0.1', port }));
  const knownHosts = ports.map((port) => `[127.0.0.1]:${port} ${hostKey.line}`).join('\n');
  const fleet = openFleet(nodes, { user: 'root', port: 22, key: userKey.private, knownHosts }, { connectTimeoutMs: 1000, ...options });
  closers.push(async () => fleet.close());
  return fleet;
}

/** A port at which somebody accepts and says nothing. */
async function mutePort(): Promise<number> {
  const sockets: Socket[] = [];
  const mute = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => void mute.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => void mute.close(() => resolve()));
  });
  return (mute.address() as AddressInfo).port;
}

describe('openFleet', () => {
  it('asks the first node that can be reached, and stays with it', async () => {
    const server = await serve();
    const fleet = fleetAt([1, server.port]);
    expect((await fleet.any(['one'])).host).toBe('n2');
    expect((await fleet.any(['two'])).host).toBe('n2');
    expect(server.commands).toEqual(['one', 'two']);
  });

  it('gives a command to no other node once it was sent', async () => {
    const dying = await serve((_command, _channel, connection) => connection.end());
    const other = await serve();
    const fleet = fleetAt([dying.port, other.port]);
    await expect(fleet.any(['move', 'guest'])).rejects.toMatchObject({ kind: 'lost', unknownOutcome: true });
    expect(other.commands).toEqual([]);
  });

  it('says of every node why none could be asked', async () => {
    const error = await fleetAt([1, 2]).any(['x']).then(() => null, (failure: unknown) => failure);
    expect(error).toBeInstanceOf(SshError);
    expect(String(error)).toMatch(/n1: .*refuses.*n2: .*refuses/s);
  });

  it('runs on every node at once and tells the failures apart', async () => {
    const [one, two] = [await serve(), await serve((_command, channel) => {
      channel.exit(3);
      channel.end();
    })];
    const answers = await fleetAt([one.port, two.port, 1]).each(['uptime']);
    expect([...answers].map(([name, answer]) => [name, answer instanceof Error ? answer.name : answer.code])).toEqual([['n1', 0], ['n2', 3], ['n3', 'SshError']]);
  });

  it('is delayed by a node that accepts and says nothing once only', async () => {
    const server = await serve();
    const fleet = fleetAt([server.port, await mutePort()]);
    await fleet.each(['first']);
    expect([...fleet.unreachable().keys()]).toEqual(['n2']);
    const startedAt = performance.now();
    const answers = await fleet.each(['second']);
    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(answers.get('n2')).toBeInstanceOf(SshError);
    expect(answers.get('n1')).toMatchObject({ stdout: 'second' });
  });

  it('waits for a node that hangs no longer than the call allows', async () => {
    const [server, hanging] = [await serve(), await serve(() => undefined)];
    const startedAt = performance.now();
    const answers = await fleetAt([server.port, hanging.port]).each(['x'], { timeoutMs: 500 });
    expect(performance.now() - startedAt).toBeLessThan(8000);
    expect(answers.get('n2')).toMatchObject({ kind: 'timeout' });
  });

  it('calls a changed host key by its name, not "unreachable", every time', async () => {
    const server = await serve();
    const fleet = openFleet([{ name: 'n1', address: '127.0.0.1' }], { user: 'root', port: server.port, key: userKey.private, knownHosts: `[127.0.0.1]:${server.port} ${testKey().line}` });
    closers.push(async () => fleet.close());
    for (let call = 0; call < 2; call += 1) expect((await fleet.each(['x'])).get('n1')).toMatchObject({ kind: 'host-key-changed' });
    await expect(fleet.any(['x'])).rejects.toMatchObject({ kind: 'host-key-changed' });
    expect(server.connections()).toBe(1);
  });

  it.each(['changed', 'revoked'])('asks no other node when one shows a %s host key', async (how) => {
    const [stranger, ours] = [await serve(), await serve()];
    const pinned = how === 'changed' ? `[127.0.0.1]:${stranger.port} ${testKey().line}` : `@revoked [127.0.0.1]:${stranger.port} ${hostKey.line}`;
    const nodes = [{ name: 'n1', address: '127.0.0.1', port: stranger.port }, { name: 'n2', address: '127.0.0.1', port: ours.port }];
    const fleet = openFleet(nodes, { user: 'root', port: 22, key: userKey.private, knownHosts: [pinned, `[127.0.0.1]:${ours.port} ${hostKey.line}`].join('\n') });
    closers.push(async () => fleet.close());
    await expect(fleet.any(['x'])).rejects.toMatchObject({ kind: `host-key-${how}`, host: 'n1', message: expect.stringContaining('SHA256:') as string });
    expect(ours.commands).toEqual([]);
  });

  it('closes when its signal aborts', async () => {
    const server = await serve();
    const controller = new AbortController();
    const fleet = fleetAt([server.port], { signal: controller.signal });
    await fleet.any(['x']);
    controller.abort();
    await expect(fleet.any(['y'])).rejects.toMatchObject({ kind: 'closed' });
    expect(server.commands).toEqual(['x']);
  });

  it('refuses two nodes of one name', () => {
    expect(() => openFleet([{ name: 'a', address: '192.0.2.1' }, { name: 'a', address: '192.0.2.2' }], { user: 'root', port: 22, key: '', knownHosts: '' })).toThrow('same name');
  });
});
