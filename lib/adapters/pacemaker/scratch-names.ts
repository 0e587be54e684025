import { createHash } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { archivePrefix } from './archive-name.ts';

/** Names of everything that a restored guest consists of on its node. All follow from the guest's id, so that they can be found again. */
export interface ScratchNames {
  domain: string;
  /** Network namespace from which alone it can be reached. */
  namespace: string;
  bridge: string;
  /** The bridge's end of the cable into the namespace. Names of interfaces have 15 letters at most. */
  cable: string;
  /** What the names of its files begin with. A backup's own prefix comes first: whoever removes the backup removes them too. */
  filePrefix: string;
}

/** Names of a guest's scratch instance. */
export function scratchNames(guestId: string): ScratchNames {
  const digest = createHash('sha256').update(guestId).digest('hex').slice(0, 8);
  return { domain: `ha-acceptance-scratch-${digest}`, namespace: `ha-scratch-${digest}`, bridge: `hab${digest}`, cable: `hac${digest}`, filePrefix: `${archivePrefix(guestId)}scratch-` };
}

/**
 * An address next to the guest's, for who asks it from the isolated network: in its subnet, however small that is, and neither
 * the network's nor the broadcast address of a /24. Null for an address that is not IPv4.
 */
export function neighbourOf(address: string): string | null {
  if (!isIPv4(address)) return null;
  const [first, second, third, last = ''] = address.split('.');
  const next = [1, 2].map((bit) => Number(last) ^ bit).find((candidate) => candidate > 0 && candidate < 255) ?? 1;
  return [first, second, third, next].join('.');
}
