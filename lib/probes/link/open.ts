import { loadLibc } from '../icmp/libc.ts';
import { openLinkKernel } from './kernel.ts';
import { openSolicitor } from './solicit.ts';
import type { Solicitor } from './solicit.ts';
import { createLinkWatch } from './watch.ts';
import type { LinkWatch } from './watch.ts';

/**
 * Watches the way out of this machine, as far as this process is permitted to.
 *
 * @throws Error when nothing can be watched here (another system than Linux, no netlink).
 */
export function openLinkWatch(): LinkWatch {
  const libc = loadLibc();
  const kernel = openLinkKernel(libc);
  let solicitor: Solicitor | null = null;
  let refusal = 'changing them needs CAP_NET_ADMIN';
  try {
    solicitor = openSolicitor(libc);
  } catch (error) {
    refusal = error instanceof Error ? error.message : String(error);
  }
  return createLinkWatch(kernel, solicitor, refusal);
}
