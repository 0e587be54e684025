import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { parseKnownHosts } from './known-hosts.ts';
import { SshError } from './ssh-error.ts';
import { openHost } from './ssh-host.ts';
import type { WatchedHost } from './ssh-host.ts';
import { echo, serveSsh, testKey } from './testing/ssh-server.ts';
import type { Behaviour, TestSshServer } from './testing/ssh-server.ts';

const hostKey = testKey();
const userKey = testKey();
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function serve(behave: Behaviour, port = 0): Promise<TestSshServer> {
  const server = await serveSsh(behave, { hostKeys: [hostKey], port });
  closers.push(server.close);
  return server;
}

function hostAt(port: number): WatchedHost {
  const host = openHost({ name: 'n1', address: '127.0.0.1', port, user: 'root', key: userKey.private, knownHosts: parseKnownHosts(`[127.0.0.1]:${port} ${hostKey.line}`), connectTimeoutMs: 2000 });
  closers.push(async () => host.close());
  return host;
}

async function errorOf(call: Promise<unknown>): Promise<SshError> {
  const outcome = await call.then(() => null, (error: unknown) => error);
  if (!(outcome instanceof SshError)) throw new Error(`expected an SshError, got ${String(outcome)}`);
  return outcome;
}

describe('openHost', () => {
  it('returns status, output and errors of a command, over one connection', async () => {
    const server = await serve((_command, channel) => {
      channel.write('out');
      channel.stderr.write('err');
      channel.exit(7);
      channel.end();
    });
    const host = hostAt(server.port);
    const results = await Promise.all(Array.from({ length: 30 }, async () => host.exec(['x'])));
    expect(results.map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual(Array.from({ length: 30 }, () => [7, 'out', 'err']));
    expect(server.connections()).toBe(1);
  });

  it('runs no more sessions at once than ssh servers allow', async () => {
    let open = 0;
    let most = 0;
    const server = await serve((_command, channel) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        channel.exit(0);
        channel.end();
      }, 20);
    });
    const host = hostAt(server.port);
    await Promise.all(Array.from({ length: 40 }, async () => host.exec(['x'])));
    expect(most).toBe(8);
  });

  it('sends standard input, hands out whole lines, and keeps letters whole that arrive in two pieces', async () => {
    const server = await serve((_command, channel) => {
      let input = '';
      channel.on('data', (chunk: Buffer) => (input += chunk.toString('utf8')));
      channel.on('end', () => {
        const bytes = Buffer.from(`got ${input}\nä`);
        channel.write(bytes.subarray(0, -1));
        setTimeout(() => {
          channel.write(bytes.subarray(-1));
          channel.exit(0);
          channel.end();
        }, 20);
      });
    });
    const lines: string[] = [];
    const { stdout } = await hostAt(server.port).exec(['cat'], { stdin: 'text', onLine: (line) => lines.push(line) });
    expect(stdout).toBe('got text\nä');
    expect(lines).toEqual(['got text', 'ä']);
  });

  it('reports a command that a signal ended as shells do', async () => {
    const server = await serve((_command, channel) => {
      channel.exit('KILL', false, '');
      channel.end();
    });
    expect((await hostAt(server.port).exec(['x'])).code).toBe(137);
  });

  it('calls the outcome unknown when the connection dies while a command runs, and connects again for the next', async () => {
    let deaths = 1;
    const server = await serve((command, channel, connection) => {
      if (deaths-- > 0) connection.end();
      else echo(command, channel, connection);
    });
    const host = hostAt(server.port);
    const error = await errorOf(host.exec(['reboot']));
    expect([error.kind, error.unknownOutcome]).toEqual(['lost', true]);
    expect((await host.exec(['true'])).code).toBe(0);
    expect(server.commands).toEqual(['reboot', 'true']);
  });

  it('calls the outcome unknown when the command ends without telling its status', async () => {
    const server = await serve((_command, channel) => channel.close());
    expect((await errorOf(hostAt(server.port).exec(['x']))).unknownOutcome).toBe(true);
  });

  it('gives a command up in time, and its connection serves on', async () => {
    const server = await serve((command, channel, connection) => (command === 'hang' ? undefined : echo(command, channel, connection)));
    const host = hostAt(server.port);
    await host.exec(['true']);
    const startedAt = performance.now();
    const error = await errorOf(host.exec(['hang'], { timeoutMs: 300 }));
    expect([error.kind, error.unknownOutcome]).toEqual(['timeout', true]);
    expect(performance.now() - startedAt).toBeLessThan(8000);
    expect((await host.exec(['true'])).stdout).toBe('true');
    expect(server.connections()).toBe(1);
  });

  it('gives up a command that drips for ever', async () => {
    const server = await serve((command, channel, connection) => {
      if (command === 'true') return echo(command, channel, connection);
      const timer = setInterval(() => channel.write('.'), 20);
      channel.on('close', () => clearInterval(timer));
      return channel.on('error', () => clearInterval(timer));
    });
    const host = hostAt(server.port);
    await host.exec(['true']);
    expect((await errorOf(host.exec(['drip'], { timeoutMs: 300 }))).kind).toBe('timeout');
  });

  it('ends with the reason of the signal', async () => {
    const server = await serve(() => undefined);
    await expect(hostAt(server.port).exec(['hang'], { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('sends nothing for a call that was given up before it began, and does not even connect', async () => {
    const server = await serve(echo);
    await expect(hostAt(server.port).exec(['x'], { signal: AbortSignal.abort(new Error('given up')) })).rejects.toThrow('given up');
    expect(server.connections()).toBe(0);
  });

  it('notices within five seconds that a machine has lost its power while a command runs', async () => {
    const server = await serve(() => server.freeze());
    const host = hostAt(server.port);
    const startedAt = performance.now();
    const error = await errorOf(host.exec(['hang'], { timeoutMs: 20_000 }));
    expect([error.kind, error.unknownOutcome]).toEqual(['lost', true]);
    expect(performance.now() - startedAt).toBeLessThan(6500);
  });

  it('answers at once while a host is known to be down, and is there again when the host is', async () => {
    const server = await serve(echo);
    const host = hostAt(server.port);
    await host.exec(['true']);
    await server.close();
    await sleep(100);
    await errorOf(host.exec(['true']));
    const startedAt = performance.now();
    const errors = await Promise.all([errorOf(host.exec(['a'])), errorOf(host.exec(['b']))]);
    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(errors.map(({ kind, unknownOutcome }) => [kind, unknownOutcome])).toEqual([['unreachable', false], ['unreachable', false]]);
    expect(host.problem()?.message).toContain('n1');
    const again = await serve(echo, server.port);
    await expect.poll(() => host.problem(), { timeout: 6000 }).toBeNull();
    expect((await host.exec(['back'])).stdout).toBe('back');
    expect(again.commands).toEqual(['back']);
  });

  it('remembers a refused login as such, and does not knock again and again', async () => {
    const server = await serveSsh(echo, { hostKeys: [hostKey], refuse: true });
    closers.push(server.close);
    const host = hostAt(server.port);
    for (let call = 0; call < 3; call += 1) expect((await errorOf(host.exec(['x']))).kind).toBe('authentication');
    expect(server.connections()).toBe(1);
  });

  it('sends nothing after it was closed', async () => {
    const server = await serve(echo);
    const host = hostAt(server.port);
    await host.exec(['one']);
    await host.close();
    expect((await errorOf(host.exec(['two']))).kind).toBe('closed');
    expect(server.commands).toEqual(['one']);
  });

  it('says so when the server would not start the command, and knows that it did not run', async () => {
    const server = await serveSsh(echo, { hostKeys: [hostKey], refuseCommands: true });
    closers.push(server.close);
    const error = await errorOf(hostAt(server.port).exec(['true']));
    expect([error.kind, error.unknownOutcome]).toEqual(['refused', false]);
  });
});
