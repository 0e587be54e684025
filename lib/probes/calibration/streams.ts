import { isIPv6 } from 'node:net';
import type { ProbeKind } from '../../record/types.ts';
import type { Family } from '../address.ts';
import type { ProbeSpec } from '../probe.ts';
import { ports } from './servers.ts';

/** Kinds that connect or ask. */
export type StreamKind = Exclude<ProbeKind, 'icmp'>;

/** A kind that the calibration is to show outages to. */
export interface StreamWish {
  kind: StreamKind;
  periodMs: number;
  families: readonly Family[];
}

/**
 * How long an attempt of the calibration is waited for, ms: less than the second after which TCP sends the first segment again
 * (RFC 6298), so that what becomes of an attempt is decided by the gate that its packets met, not by one that its repetition meets.
 * An attempt whose first packet was dropped is lost by its own timeout. One that had its connection when the gate closed, and whose
 * request was dropped, is sent again by TCP after 200 ms or more: it was begun before the outage, and comes back after it or not at all.
 */
export const streamWaitMs = 600;

/** What is asked of the servers at one target. Each kind goes its whole way: the page is read, the sequence of the heartbeat has to rise, the name has to have its address. */
export function streamSpec(kind: StreamKind, address: string): Pick<ProbeSpec, 'target' | 'expect' | 'query'> {
  const host = isIPv6(address) ? `[${address}]` : address;
  if (kind === 'tcp') return { target: `${host}:${ports.tcp}` };
  if (kind === 'dns') return { target: address, query: 'calibration.test', expect: address };
  if (kind === 'heartbeat') return { target: `http://${host}:${ports.http}/` };
  return { target: `http://${host}:${ports.http}/`, expect: 'calibration' };
}
