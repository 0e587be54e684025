import type { SshHost } from '../../transports/ssh.ts';
import { clockOffset, unsetWallMs } from '../clock-offset.ts';
import type { CallOptions, NodeState } from '../hypervisor.ts';
import { withSignal } from './context.ts';

const timeoutMs = 3000;

/** A node's wall clock minus ours, with half the round trip as its error. */
export async function readClock(host: SshHost, options?: CallOptions): Promise<NonNullable<NodeState['clockOffset']>> {
  const before = unsetWallMs();
  const { stdout, code } = await host.exec(['date', '+%s.%N'], { timeoutMs, ...withSignal(options) });
  const after = unsetWallMs();
  const theirs = Number(stdout.trim()) * 1000;
  if (code !== 0 || !Number.isFinite(theirs)) throw new Error(`"date" answered "${stdout.trim()}"`);
  return clockOffset(theirs, before, after);
}
