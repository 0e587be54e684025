import type { SshHost } from '../../transports/ssh.ts';
import type { CallOptions, NodeState } from '../hypervisor.ts';
import { withSignal } from './context.ts';

const timeoutMs = 3000;

/** A node's wall clock minus ours, with half the round trip as its error. */
export async function readClock(host: SshHost, options?: CallOptions): Promise<NonNullable<NodeState['clockOffset']>> {
  const before = performance.timeOrigin + performance.now();
  const { stdout, code } = await host.exec(['date', '+%s.%N'], { timeoutMs, ...withSignal(options) });
  const after = performance.timeOrigin + performance.now();
  const theirs = Number(stdout.trim()) * 1000;
  if (code !== 0 || !Number.isFinite(theirs)) throw new Error(`"date" answered "${stdout.trim()}"`);
  // performance's clock is monotonic from the start of the process: a step of our wall clock since then is added.
  const step = Date.now() - (performance.timeOrigin + performance.now());
  const unsetMs = theirs - (before + after) / 2;
  return { ms: unsetMs - step, errorMs: (after - before) / 2 + 1, unsetMs };
}
