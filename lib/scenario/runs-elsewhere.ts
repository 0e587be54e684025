import type { Snapshot } from '../adapters/hypervisor.ts';
import { tellsGuests } from './never-seen.ts';

/**
 * Whether a guest runs on another member of the cluster than the one that was lost: what rows call `running` in a recovery. Null where
 * the reading does not tell. A node that is no member may be cut off, and about to be fenced with all that runs on it: that is no recovery.
 *
 * @param lost the node that the guest was on
 */
export function runsElsewhere(snapshot: Snapshot, guest: string, lost: string): boolean | null {
  const found = snapshot.guests.find(({ name }) => name === guest);
  const isMember = (node: string): boolean => snapshot.nodes.some(({ name, online }) => name === node && online);
  if (found?.runningOn.some((node) => node !== lost && isMember(node)) === true) return true;
  return tellsGuests(snapshot, [lost]) ? false : null;
}
