import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFleet } from './ssh-fleet.ts';
import type { SshFleet, SshHost } from './ssh.ts';
import { testKey } from './testing/ssh-server.ts';
import { startSshd } from './testing/sshd.ts';
import type { RealSshd } from './testing/sshd.ts';
import { startWireFaultProxy } from './testing/wire-fault-proxy.ts';

let sshd: RealSshd;
const fleets: SshFleet[] = [];

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(async () => {
  for (const fleet of fleets) await fleet.close();
  await sshd.stop();
});

function host(changes: { key?: string; user?: string; port?: number; connectTimeoutMs?: number } = {}): SshHost {
  const { key = sshd.userKey.private, user = sshd.user, port = sshd.port } = changes;
  const fleet = openFleet([{ name: 'n1', address: '127.0.0.1' }], { user, port, key, knownHosts: sshd.knownHosts.replace(`:${sshd.port} `, `:${port} `) }, changes.connectTimeoutMs === undefined ? {} : { connectTimeoutMs: changes.connectTimeoutMs });
  fleets.push(fleet);
  const only = fleet.hosts.get('n1');
  if (only === undefined) throw new Error('the fleet has no n1');
  return only;
}

describe('against OpenSSH', () => {
  it.each([
    ['a name made to do harm', '"; rm -rf / #<script>'],
    ['a command substitution', '$(id) `id` ${HOME}'],
    ['line ends', 'one\ntwo\r\n\n'],
    ['quotes', `it's "quoted" 'twice'`],
    ['backslashes', String.raw`\n\\'\'`],
    ['letters beyond ASCII', 'büro 北京 🙂'],
    ['an empty word', ''],
  ])('hands %s to the program unchanged', async (_what, word) => {
    const { code, stdout } = await host().exec(['printf', '%s|', word, 'end']);
    expect([code, stdout]).toEqual([0, `${word}|end|`]);
  });

  it('tells output, errors and status apart', async () => {
    const result = await host().exec(['sh', '-c', 'echo out; echo err >&2; exit 9']);
    expect([result.code, result.stdout, result.stderr]).toEqual([9, 'out\n', 'err\n']);
  });

  it('reports a command that a signal ended as shells do', async () => {
    expect((await host().exec(['sh', '-c', 'kill -KILL $$'])).code).toBe(137);
  });

  it('carries a megabyte each way', async () => {
    const text = 'x'.repeat(1024 * 1024);
    expect((await host().exec(['cat'], { stdin: text })).stdout).toBe(text);
  });

  it('runs thirty commands at once, beyond the sessions that OpenSSH allows a connection', async () => {
    const one = host();
    const results = await Promise.all(Array.from({ length: 30 }, async (_unused, index) => one.exec(['echo', String(index)])));
    expect(results.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 30 }, (_unused, index) => index));
  });

  it('says that a key is not accepted', async () => {
    await expect(host({ key: testKey().private }).exec(['true'])).rejects.toMatchObject({ kind: 'authentication' });
  });

  it('says that a user does not exist in the same words', async () => {
    await expect(host({ user: 'nobody-of-this-name' }).exec(['true'])).rejects.toMatchObject({ kind: 'authentication' });
  });

  it('outlives a wire that is reset in the middle of a command, and calls its outcome unknown', async () => {
    const wire = await startWireFaultProxy({ address: '127.0.0.1', port: sshd.port });
    const one = host({ port: wire.port });
    await one.exec(['true']);
    const running = one.exec(['sleep', '20']);
    setTimeout(() => wire.setFault({ kind: 'reset' }), 200);
    await expect(running).rejects.toMatchObject({ kind: 'lost', unknownOutcome: true });
    wire.setFault({ kind: 'none' });
    await expect.poll(async () => (await one.exec(['echo', 'back'])).stdout, { timeout: 8000 }).toBe('back\n');
    await wire.close();
  });

  it('outlives a wire that hangs', async () => {
    const wire = await startWireFaultProxy({ address: '127.0.0.1', port: sshd.port });
    const one = host({ port: wire.port });
    await one.exec(['true']);
    wire.setFault({ kind: 'hang' });
    const startedAt = performance.now();
    await expect(one.exec(['true'])).rejects.toMatchObject({ kind: 'lost', unknownOutcome: true });
    expect(performance.now() - startedAt).toBeLessThan(7000);
    wire.setFault({ kind: 'none' });
    await expect.poll(async () => (await one.exec(['echo', 'back'])).stdout, { timeout: 12_000 }).toBe('back\n');
    await wire.close();
  });

  it.each([
    ['before it was ready', 400],
    ['within its greeting', 5],
  ])('never takes a connection that is cut %s for one that works', async (_what, afterBytes) => {
    const wire = await startWireFaultProxy({ address: '127.0.0.1', port: sshd.port });
    wire.setFault({ kind: 'cut', afterBytes });
    await expect(host({ port: wire.port }).exec(['true'])).rejects.toMatchObject({ kind: 'unreachable', unknownOutcome: false });
    await wire.close();
  });

  it('gives up on a wire that drips, before anything was sent', async () => {
    const wire = await startWireFaultProxy({ address: '127.0.0.1', port: sshd.port });
    wire.setFault({ kind: 'drip', everyMs: 20 });
    await expect(host({ port: wire.port, connectTimeoutMs: 1000 }).exec(['true'])).rejects.toMatchObject({ kind: 'unreachable', unknownOutcome: false });
    await wire.close();
  });
});
