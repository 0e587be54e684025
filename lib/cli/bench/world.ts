import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { gateAddress } from '../../probes/kernel-gate/gate.ts';

const pingGroups = '/proc/sys/net/ipv4/ping_group_range';

/** Makes ready the network namespace that this process was started in: its loopback device, and who may open an ICMP socket. */
export function prepareWorld(): void {
  if (readFileSync('/proc/net/dev', 'utf8').trim().split('\n').length > 3) throw new Error('This part of the benchmark wants a network namespace of its own. Start it with "npm run bench".');
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  writeFileSync(pingGroups, '0 2147483647');
}

/** Addresses of the first targets of the gate. */
export function targetAddresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => gateAddress(index));
}

export function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}
