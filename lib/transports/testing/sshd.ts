import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { testKey } from './ssh-server.ts';
import type { TestKey } from './ssh-server.ts';

/** OpenSSH's own server on loopback, with keys of its own and nothing of the machine's configuration. */
export interface RealSshd {
  port: number;
  user: string;
  userKey: TestKey;
  knownHosts: string;
  /** Lines of its log so far. */
  log: () => string;
  stop: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => void listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise<void>((resolve) => void listener.close(() => resolve()));
  return port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'data');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Starts Debian's /usr/sbin/sshd (package openssh-server) as this user. */
export async function startSshd(): Promise<RealSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-sshd-'));
  chmodSync(folder, 0o755);
  const hostKey = testKey();
  const userKey = testKey();
  const { username: user, uid } = userInfo();
  const port = await freePort();
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  // As root, sshd wants this folder; Debian makes it when the service starts.
  if (uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const configuration = file('sshd_config', [
    'ListenAddress 127.0.0.1', `Port ${port}`, `HostKey ${file('host_key', hostKey.private)}`, `AuthorizedKeysFile ${file('authorized_keys', `${userKey.line}\n`)}`,
    'PidFile none', 'StrictModes no', 'UsePAM no', 'PasswordAuthentication no', 'PermitRootLogin prohibit-password', 'LogLevel VERBOSE', '',
  ].join('\n'));
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  let failed = false;
  child.once('error', (error) => {
    failed = true;
    log += error.message;
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null && !failed) {
      child.kill();
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  for (let attempt = 0; !(await answers(port)); attempt += 1) {
    if (attempt > 100 || child.exitCode !== null || failed) {
      await stop();
      throw new Error(`sshd did not start (package openssh-server): ${log}`);
    }
    await sleep(50);
  }
  return { port, user, userKey, knownHosts: `[127.0.0.1]:${port} ${hostKey.line}\n`, log: () => log, stop };
}
