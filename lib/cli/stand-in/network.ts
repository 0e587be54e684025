import { execFileSync } from 'node:child_process';

/** Two network namespaces joined by a veth pair: one for the harness, one with every address of the stand-in cluster. Nothing outside them is touched. */
export interface StandInNetwork {
  /** The words that run a command where the harness is. */
  harness: string[];
  /** The words that run a command where the cluster is. */
  cluster: string[];
  /** Names of both namespaces. */
  names: string[];
  close(): void;
}

const subnet = '10.78.0';

/** Address of a part of the cluster by its last number. */
export function addressOf(last: number): string {
  return `${subnet}.${last}`;
}

/** @throws Error of ip(8) when namespaces cannot be made: see `noNetworkReason` of lib/probes. */
export function makeNetwork(addresses: readonly string[]): StandInNetwork {
  const suffix = `${process.pid}-${Math.floor(Math.random() * 1e6)}`;
  const [near, far] = [`has-${suffix}`, `hac-${suffix}`] as const;
  const ip = (...words: string[]): void => void execFileSync('ip', words);
  const made: string[] = [];
  const close = (): void => {
    for (const name of made.splice(0)) ip('netns', 'del', name);
  };
  try {
    for (const name of [near, far]) {
      ip('netns', 'add', name);
      made.push(name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('-n', near, 'link', 'add', 'near0', 'type', 'veth', 'peer', 'name', 'far0', 'netns', far);
    ip('-n', near, 'address', 'add', `${addressOf(1)}/24`, 'dev', 'near0');
    for (const address of addresses) ip('-n', far, 'address', 'add', `${address}/24`, 'dev', 'far0');
    ip('-n', near, 'link', 'set', 'near0', 'up');
    ip('-n', far, 'link', 'set', 'far0', 'up');
  } catch (error) {
    close();
    throw error;
  }
  return { harness: ['ip', 'netns', 'exec', near], cluster: ['ip', 'netns', 'exec', far], names: [near, far], close };
}
