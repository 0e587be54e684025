import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import ssh2 from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { sha256Fingerprint } from './fingerprint.ts';
import { parseKnownHosts } from './known-hosts.ts';
import { connectSsh } from './ssh-client.ts';
import type { SshTarget } from './ssh-client.ts';
import { SshError } from './ssh-error.ts';
import { echo, serveSsh, testKey } from './testing/ssh-server.ts';
import type { TestSshServer } from './testing/ssh-server.ts';

const hostKey = testKey();
const otherKey = testKey();
const ecdsaKey = testKey('ecdsa');
const userKey = testKey();
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(options: Parameters<typeof serveSsh>[1]): Promise<TestSshServer> {
  const server = await serveSsh(echo, options);
  closers.push(server.close);
  return server;
}

function target(port: number, knownHosts: string, changes: Partial<SshTarget> = {}): SshTarget {
  return { name: 'n1', address: '127.0.0.1', port, user: 'root', key: userKey.private, knownHosts: parseKnownHosts(knownHosts), connectTimeoutMs: 3000, ...changes };
}

async function refusalOf(wanted: SshTarget, signal?: AbortSignal): Promise<SshError> {
  const outcome = await connectSsh(wanted, signal).then((client) => {
    client.destroy();
    return null;
  }, (error: unknown) => error);
  if (!(outcome instanceof SshError)) throw new Error(`expected an SshError, got ${String(outcome)}`);
  return outcome;
}

function fingerprintOf(line: string): string {
  return sha256Fingerprint(Buffer.from(line.split(' ')[1] ?? '', 'base64'));
}

describe('connectSsh', () => {
  it('connects to a host that shows the pinned key', async () => {
    const server = await serve({ hostKeys: [hostKey] });
    const client = await connectSsh(target(server.port, server.knownHosts()));
    expect(server.connections()).toBe(1);
    client.destroy();
  });

  it('asks a host with several keys for the one that is pinned', async () => {
    const server = await serve({ hostKeys: [otherKey, ecdsaKey] });
    const client = await connectSsh(target(server.port, server.knownHosts(ecdsaKey)));
    expect(server.connections()).toBe(1);
    client.destroy();
  });

  it('refuses a host that is not known, and shows the line that would make it known', async () => {
    const server = await serve({ hostKeys: [hostKey] });
    const error = await refusalOf(target(server.port, ''));
    expect(error.kind).toBe('host-key-unknown');
    expect(error.message).toContain(fingerprintOf(hostKey.line));
    const line = /known_hosts file: (.*)$/.exec(error.message)?.[1] ?? '';
    const client = await connectSsh(target(server.port, line));
    client.destroy();
  });

  it('refuses a host whose key has changed, and shows both keys', async () => {
    const server = await serve({ hostKeys: [hostKey] });
    const error = await refusalOf(target(server.port, server.knownHosts(otherKey)));
    expect(error.kind).toBe('host-key-changed');
    expect(error.message).toContain(fingerprintOf(hostKey.line));
    expect(error.message).toContain(fingerprintOf(otherKey.line));
    expect(error.message).toContain('another machine');
  });

  it('refuses a host that has no key of the pinned type', async () => {
    const server = await serve({ hostKeys: [hostKey] });
    const error = await refusalOf(target(server.port, server.knownHosts(ecdsaKey)));
    expect(error.kind).toBe('host-key-changed');
    expect(error.message).toContain('no host key of the pinned types');
  });

  it('refuses a revoked key', async () => {
    const server = await serve({ hostKeys: [hostKey] });
    const error = await refusalOf(target(server.port, `${server.knownHosts()}@revoked * ${hostKey.line}\n`));
    expect(error.kind).toBe('host-key-revoked');
  });

  it('says that the user was refused, and never shows the key', async () => {
    const server = await serve({ hostKeys: [hostKey], refuse: true });
    const error = await refusalOf(target(server.port, server.knownHosts()));
    expect(error.kind).toBe('authentication');
    expect(error.message).toContain('authorized_keys');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(userKey.private.split('\n')[1]);
  });

  it.each([
    ['no key at all', 'canary-secret-text', 'no private key in a known format'],
    ['a public key', userKey.line, 'public key'],
    ['a key with a passphrase', ssh2.utils.generateKeyPairSync('ed25519', { passphrase: 'canary', cipher: 'aes256-ctr', rounds: 1 }).private, 'protected by a passphrase'],
    ['an empty text', '', 'no private key in a known format'],
  ])('refuses %s as the private key before it connects, without showing it', async (_what, key, words) => {
    const server = await serve({ hostKeys: [hostKey] });
    const error = await refusalOf(target(server.port, server.knownHosts(), { key }));
    expect(error.kind).toBe('bad-key');
    expect(error.message).toContain(words);
    expect(String(error.stack)).not.toContain('canary');
    expect(server.connections()).toBe(0);
  });

  it('says that a port is closed', async () => {
    const server = await serveSsh(echo, { hostKeys: [hostKey] });
    await server.close();
    const error = await refusalOf(target(server.port, server.knownHosts()));
    expect(error.kind).toBe('unreachable');
    expect(error.message).toContain('refuses connections');
  });

  it('gives up on a host that accepts and says nothing', async () => {
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => void mute.listen(0, '127.0.0.1', resolve));
    const startedAt = performance.now();
    const error = await refusalOf(target((mute.address() as AddressInfo).port, '', { connectTimeoutMs: 300 }));
    expect(error.kind).toBe('unreachable');
    expect(performance.now() - startedAt).toBeLessThan(8000);
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  it('says so when something else than ssh answers', async () => {
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => void web.listen(0, '127.0.0.1', resolve));
    const error = await refusalOf(target((web.address() as AddressInfo).port, ''));
    expect(error.kind).toBe('unreachable');
    web.close();
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    controller.abort(new Error('the run was interrupted'));
    await expect(connectSsh(target(1, ''), controller.signal)).rejects.toThrow('the run was interrupted');
  });
});
