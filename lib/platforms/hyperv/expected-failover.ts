/** The settings of a cluster that decide how long a failover takes. Null: this version of Windows does not tell it. */
export interface FailoverSettings {
  /** ms between heartbeats within a subnet. */
  sameSubnetDelay: number | null;
  /** Heartbeats in a row that may be missing. */
  sameSubnetThreshold: number | null;
  /** 1: isolate only on a special heartbeat; 2: always isolate. */
  resiliencyLevel: number | null;
  /** s; of the guest's role where it has its own, else of the cluster. */
  resiliencyPeriod: number | null;
}

/** `power-off`: the node is gone without a word; `cut-off`: it lives and its network does not; `shutdown`: it says goodbye. */
export type LossKind = 'power-off' | 'cut-off' | 'shutdown';

export interface ExpectedFailover {
  /** Between these the guest is expected to run again, ms after the loss. */
  loMs: number;
  hiMs: number;
  /** After this it is no longer waited for, ms. */
  waitMs: number;
  /** Whether the resiliency period is what most of the time is waited for. */
  resiliencyDecides: boolean;
  /** What the figures are made of, for people. */
  terms: string[];
}

/** Who does not tell its settings is expected to have these: 2016 has a threshold of 10, newer ones are said to have 20; the period is documented. */
const assumed = { sameSubnetDelay: 1000, sameSubnetThreshold: 20, resiliencyLevel: 2, resiliencyPeriod: 240 } as const;
/** Regrouping of the membership and bringing a role online, ms at the most. No documented figure: a generous round one. */
const regroupMs = 15_000;
/** Added to what is waited for, for a cluster that is busy, ms. */
const slackMs = 60_000;

/**
 * When a guest of a lost node should run again elsewhere, by the cluster's own settings.
 *
 * A node that is not heard from is removed after `SameSubnetThreshold` heartbeats `SameSubnetDelay` apart. With ResiliencyLevel 2 it is
 * called Isolated first, and its guests Unmonitored, for the resiliency period (240 s by default, 0 switches it off): they may still be
 * running there, and are left alone. With level 1 that happens only to a node that could say so itself, which a node without power could
 * not. A node in quarantine, or one that says goodbye, gets no such period.
 *
 * @param startMs how long the guest takes to start, ms
 */
export function expectedFailover(kind: LossKind, settings: FailoverSettings, startMs: number): ExpectedFailover {
  const { sameSubnetDelay, sameSubnetThreshold, resiliencyLevel, resiliencyPeriod } = settings;
  const notTold = Object.entries(settings).flatMap(([name, value]) => (value === null ? [name] : []));
  if (kind === 'shutdown') {
    return { loMs: 0, hiMs: regroupMs + startMs, waitMs: regroupMs + startMs + slackMs, resiliencyDecides: false, terms: ['no wait: a node that shuts down says so', `up to ${regroupMs / 1000} s to place its roles`, `${startMs / 1000} s to start where a guest is not moved live`] };
  }
  const delayMs = sameSubnetDelay ?? assumed.sameSubnetDelay;
  const threshold = sameSubnetThreshold ?? assumed.sameSubnetThreshold;
  const level = resiliencyLevel ?? assumed.resiliencyLevel;
  const periodMs = (resiliencyPeriod ?? assumed.resiliencyPeriod) * 1000;
  const isolates = periodMs > 0 && (level === 2 || kind === 'cut-off');
  // A heartbeat was sent up to one delay before the loss; the last missing one is noticed up to one delay late.
  const detectLoMs = Math.max(0, threshold - 1) * delayMs;
  const detectHiMs = (threshold + 1) * delayMs;
  const heldMs = isolates ? periodMs : 0;
  // Only the own word of the node tells at level 1 whether it is isolated: without power it can say nothing, cut off it may.
  const loMs = detectLoMs + (isolates && level === 2 ? heldMs : 0);
  const hiMs = detectHiMs + heldMs + regroupMs + startMs;
  return {
    loMs,
    hiMs,
    waitMs: hiMs + slackMs + startMs,
    resiliencyDecides: heldMs > detectHiMs + regroupMs,
    terms: [
      `${threshold} heartbeats, ${delayMs} ms apart, that are missing (SameSubnetThreshold, SameSubnetDelay)`,
      isolates ? `${periodMs / 1000} s in which the node counts as isolated and its guests are left alone (resiliency period; 0 switches it off)` : periodMs === 0 ? 'no resiliency period: it is switched off' : 'no resiliency period: ResiliencyLevel 1 grants it only to a node that says that it is isolated',
      `up to ${regroupMs / 1000} s to regroup and to place the role`,
      `${startMs / 1000} s to start`,
      ...(notTold.length === 0 ? [] : [`assumed, because the cluster does not tell it: ${notTold.join(', ')}`]),
    ],
  };
}

/** The settings that decide a failover, of the cluster and of the guest's role, which goes before. */
export function failoverSettings(cluster: Readonly<Record<string, number | null>>, resiliencyPeriodOfRole: number | null): FailoverSettings {
  return {
    sameSubnetDelay: cluster['SameSubnetDelay'] ?? null,
    sameSubnetThreshold: cluster['SameSubnetThreshold'] ?? null,
    resiliencyLevel: cluster['ResiliencyLevel'] ?? null,
    resiliencyPeriod: resiliencyPeriodOfRole ?? cluster['ResiliencyDefaultPeriod'] ?? null,
  };
}
