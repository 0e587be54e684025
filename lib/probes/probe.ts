import type { Beat } from '../record/beats.ts';
import type { ProbeKind } from '../record/types.ts';

/** What to probe, on a fixed grid. */
export interface ProbeSpec {
  /** Name within its scenario, `[a-z0-9._-]+`, for example `web.icmp`. */
  name: string;
  kind: ProbeKind;
  guest: string | null;
  /** An address for icmp, `address:port` for tcp, a URL for http and heartbeat, the DNS server's address for dns. */
  target: string;
  periodMs: number;
  /** A probe without an answer after this time is lost. */
  waitMs: number;
  /** http: text that the body must contain. dns: the address that must be in the answer. */
  expect?: string;
  /** dns: the name to ask for. http: the host name to put into the Host header when the URL holds an address. */
  query?: string;
  /** http: DNS server that resolves the URL's host (service reached by name through the guest under test). */
  resolver?: string;
}

/** A stretch in which the prober could not see, in ns of CLOCK_MONOTONIC. */
export interface BlindTime {
  fromNs: number;
  toNs: number;
  reason: string;
}

/** A probe that is running. Samples go to the writer as they happen. */
export interface RunningProbe {
  spec: ProbeSpec;
  /** The engine that really runs, for example `icmp-koffi-dgram`, and why it was chosen. */
  engine: string;
  engineReason: string;
  /** Sent and answered so far, the moment of the last answer (ns of CLOCK_MONOTONIC, null: none yet), the newest blind stretches (4096 or more). */
  status(): { sent: number; answered: number; lastSentNs: number | null; lastAnsweredNs: number | null; blind: BlindTime[] };
  /** heartbeat: what the guest said so far, at most of the last hour; times in ns since the anchor. */
  beats?(): readonly Beat[];
  /** Resolves once an answer to a probe that was sent at or after `sinceNs` arrived; rejects when the signal aborts. */
  answered(sinceNs: number, signal: AbortSignal): Promise<{ sentNs: number; receivedNs: number }>;
  /** Stops sending, waits `drainMs` for answers under way (default: waitMs, shorter when all are in) and closes the file. */
  stop(drainMs?: number): Promise<void>;
}
