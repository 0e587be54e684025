/** How long HA needs by its own constants to bring a guest back after its node failed, and how long it is waited for. */
export interface ExpectedRecovery {
  /** Between these it is expected, ms after the failure. */
  loMs: number;
  hiMs: number;
  /** Expected at the latest when the node that starts it must first wait for a lock of its own, ms. */
  slowHiMs: number;
  /** After this it is no longer waited for, ms. */
  waitMs: number;
  /** What the figures are made of, for people. */
  terms: string[];
}

/** pve-ha-manager, HA/NodeStatus.pm, `fence_delay`: a node is fenced when it was not seen for this long. */
const fenceDelayMs = 60_000;
/** pmxcfs, memdb.c: lifetime of a lock that is not renewed. The dead node's agent lock must run out before its guests are moved. */
const lockLifetimeMs = 120_000;
/** HA/CRM.pm and HA/LRM.pm: one round of the manager, and of a resource manager, at the longest. A lock was renewed within a round before the failure. */
const roundMs = 10_000;

/**
 * The time in which the platform's own account should show a guest running again.
 *
 * The agent lock of the dead node, renewed up to one round before its death, decides the least time; then follow a round of the
 * manager that recovers, one of the resource manager that starts, the start, and a round until it is confirmed. When the
 * manager's own node died, another one must first get the manager's lock. Seen on a real cluster: 138 s (node without power),
 * 239 s on the slow path. The death of the manager's node was not measured.
 *
 * @param startMs how long the guest's process takes to start, ms
 */
export function expectedRecovery(role: 'worker' | 'coordinator', startMs: number): ExpectedRecovery {
  const takeoverMs = role === 'coordinator' ? lockLifetimeMs : 0;
  const loMs = Math.max(fenceDelayMs, lockLifetimeMs - roundMs);
  const hiMs = takeoverMs + Math.max(fenceDelayMs, lockLifetimeMs) + 3 * roundMs + startMs;
  const slowHiMs = hiMs + lockLifetimeMs;
  return {
    loMs,
    hiMs,
    slowHiMs,
    // The slow path, and half a minute for a cluster that is busy.
    waitMs: slowHiMs + 30_000 + startMs,
    terms: [
      ...(role === 'coordinator' ? [`up to ${lockLifetimeMs / 1000} s until another node holds the manager's lock`] : []),
      `${fenceDelayMs / 1000} s fence delay and ${lockLifetimeMs / 1000} s lifetime of the agent lock, side by side`,
      `up to ${(3 * roundMs) / 1000} s for the rounds that recover, start and confirm`,
      `${startMs / 1000} s to start`,
      `up to ${lockLifetimeMs / 1000} s more when the node that starts it had just gone idle`,
    ],
  };
}
