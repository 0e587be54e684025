import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Two network namespaces joined by a veth pair, for tests: one for the prober, one for the guest. Nothing outside them is touched. */
export interface TestNetwork {
  guestAddress: string;
  guestAddress6: string;
  /** Runs a command in one of them and returns its standard output. */
  run(where: 'prober' | 'guest', command: string, ...args: string[]): string;
  start(where: 'prober' | 'guest', command: string, ...args: string[]): ChildProcess;
  close(): void;
}

export const guestDevice = 'guest0';
export const proberDevice = 'prober0';

/** Why no namespaces can be made here; null when they can. */
export function noNetworkReason(): string | null {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `hat-${process.pid}`;
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' });
    execFileSync('ip', ['netns', 'del', name], { stdio: 'pipe' });
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'there is no ip command (Debian package iproute2)';
    return `network namespaces cannot be made: ${(error as { stderr?: Buffer }).stderr?.toString().trim() ?? String(error)}`;
  }
}

export function makeTestNetwork(): TestNetwork {
  const suffix = `${process.pid}-${Math.floor(Math.random() * 1e6)}`;
  const names = { prober: `hap-${suffix}`, guest: `hag-${suffix}` };
  const ip = (...args: string[]): void => void execFileSync('ip', args);
  const children: ChildProcess[] = [];
  const close = (): void => {
    for (const child of children) child.kill('SIGKILL');
    for (const name of Object.values(names)) ip('netns', 'del', name);
  };
  ip('netns', 'add', names.prober);
  try {
    ip('netns', 'add', names.guest);
    ip('-n', names.prober, 'link', 'add', proberDevice, 'type', 'veth', 'peer', 'name', guestDevice, 'netns', names.guest);
    for (const [name, device, address, address6] of [[names.prober, proberDevice, '10.77.0.1/24', 'fd00:77::1/64'], [names.guest, guestDevice, '10.77.0.2/24', 'fd00:77::2/64']] as const) {
      ip('-n', name, 'address', 'add', address, 'dev', device);
      ip('-n', name, 'address', 'add', address6, 'dev', device, 'nodad');
      ip('-n', name, 'link', 'set', device, 'up');
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    guestAddress: '10.77.0.2',
    guestAddress6: 'fd00:77::2',
    run: (where, command, ...args) => execFileSync('ip', ['netns', 'exec', names[where], command, ...args], { encoding: 'utf8' }),
    start(where, command, ...args) {
      const child = spawn('ip', ['netns', 'exec', names[where], command, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
      children.push(child);
      return child;
    },
    close,
  };
}

/** The guest's side of a test: see echo-switch.ts. */
export interface EchoSwitch {
  silence(ms: number): Promise<{ leastMs: number; mostMs: number; offNs: number }>;
  count(): Promise<{ received: number; answered: number }>;
}

export function startEchoSwitch(network: TestNetwork): EchoSwitch {
  const child = network.start('guest', process.execPath, new URL('./echo-switch.ts', import.meta.url).pathname);
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('the switch has no pipes');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const ask = async (command: string): Promise<unknown> => {
    stdin.write(`${command}\n`);
    const { value } = await lines.next();
    return JSON.parse(String(value));
  };
  return {
    silence: async (ms) => (await ask(String(ms))) as { leastMs: number; mostMs: number; offNs: number },
    count: async () => (await ask('count')) as { received: number; answered: number },
  };
}
