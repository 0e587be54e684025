/** How long things take in the model, s. Each was recorded on a cluster of three nodes, or is a constant of the platform's source. */
export const timings = {
  /** After which corosync's membership is without a silent node (timeline-poweroff, +9 s). */
  leave: 9,
  /** From its operating system's start until a node is a member again (timeline-reboot). */
  join: 8,
  /** From power on, and from a restart, to the operating system; the first is an assumption. */
  boot: 30,
  reboot: 14,
  /** Round of the manager, and of a resource manager (HA/CRM.pm, HA/LRM.pm). */
  managerRound: 10,
  localRound: 5,
  /** Before a silent node is fenced (HA/NodeStatus.pm, `$fence_delay`). */
  fenceDelay: 60,
  /** Lifetime of the locks of manager and resource managers (pmxcfs, memdb.c). */
  lock: 120,
  /** A resource manager that did not report for so long is called dead (API2/HA/Status.pm). */
  oldTimestamp: 30,
  /** A node without quorum whose resource manager was active resets itself (timeline-linkcut, +67 s; watchdog-mux.c), be it cut off or the last one left. */
  watchdog: 67,
  /** Rounds without a service after which a resource manager goes idle (HA/LRM.pm). */
  idleRounds: 60,
  /** Broadcast of what runs, and how long the others remember it (pvestatd; pmxcfs, status.c). */
  broadcast: 10,
  remembered: 300,
  /** API2/Nodes.pm: a shutdown begins so long after it was answered. */
  shutdownDelay: 2,
  /** From the last guest's end to a node's silence on a shutdown (timeline-shutdown, +76 to +82 s). */
  poweroff: 6,
  /** A slow resource manager gets its own lock back after this (journal-reboot-linkcut). */
  slowLock: 100,
} as const;

/** How long the work of tasks takes in the model, s, and until a disk of ZFS that is back has all it missed; tests set others. */
export const ordinaryWork = { queue: 4, start: 1, shutdown: 10, migrate: 16, container: 12, backup: 3, restore: 20, agent: 15, resilver: 20 };
export type Work = typeof ordinaryWork;
