import type { AccountEntry, News, NewsKind } from '../hypervisor.ts';
import type { Span } from '../log-lines.ts';

/** A line of a log with the moments between which it was written, where it has a stamp. */
export interface DatedLine {
  line: string;
  span: Span | null;
}

/**
 * What no healthy cluster logs, in the words of the Linux kernel, Pacemaker 2.1, corosync 3, Ceph 16 and QEMU 7. `about` names what
 * the line is about. A daemon that ends by SIGTERM was stopped; a cancelled monitor belongs to a stop or a move, and so
 * does one that is killed (async_action_complete: an agent's process, whose outcome is judged by the action's own result).
 * A daemon that gets a change for another state of the configuration than it holds asserts in a child made for it, reads the whole
 * configuration anew and goes on (apply_v2_patchset; Pacemaker 2.1.5, 3 times in 1085 starts of nodes, the same process logged on).
 * An OSD says of its disk what went wrong (level -1, KernelDevice.cc) before it aborts; its last words have no stamp of their own, and
 * the signal that has one is not always logged: two threads may abort at once.
 */
const rules: readonly { kind: NewsKind; pattern: RegExp }[] = [
  { kind: 'fencing', pattern: /Operation '(?:off|reboot)' targeting (?<about>\S+) by \S+ for .*: OK\b/ },
  { kind: 'fencing-failed', pattern: /Operation '(?:off|reboot)' targeting (?<about>\S+) by .*: (?!OK\b)/ },
  { kind: 'fencing-failed', pattern: /Peer (?<about>\S+) was not terminated|Too many failures \(\d+\) to fence (?<node>\S+),/ },
  { kind: 'split-brain', pattern: /(?:Resource )?(?<about>\S+) is active on \d+ nodes/ },
  { kind: 'two-coordinators', pattern: /Another DC detected: (?<about>\S+)/ },
  { kind: 'quorum-lost', pattern: /Quorum lost|within the non-primary component/ },
  { kind: 'action-failed', pattern: /Result of (?:start|stop|monitor|migrate_to|migrate_from) operation for (?<about>\S+) on \S+: (?!ok\b|cancelled\b)/i },
  { kind: 'out-of-memory', pattern: /Out of memory: Killed process|oom-kill:|invoked oom-killer/ },
  { kind: 'io-error', pattern: /I\/O error, dev (?<about>\S+),|Buffer I\/O error|EXT4-fs error|XFS .* metadata I\/O error|critical (?:medium|target) error|\(5\) Input\/output error|block I\/O error in device|-1 bdev\([^)]*\) .*(?:error:|got r=-)|cluster \[ERR\]/ },
  { kind: 'assertion', pattern: /Assertion .*failed|(?<!apply_v2_patchset: )Triggered (?:fatal )?assert|FAILED ceph_assert|ceph_abort_msg/ },
  // Pacemaker kills (9) a repeated monitor that is under way when it is called off, as when a guest leaves a node.
  { kind: 'crash', pattern: /segfault at|general protection fault|kernel BUG at|Kernel panic|BUG: unable to handle|dumped core|core dumped|\*\*\* Caught signal|(?<!_monitor_[1-9]\d*\[\d+\] )terminated with signal 9\b|terminated with signal (?!9\b|15\b)\d+/ },
];

/** One pattern of all rules for grep -E, to look through logs that are too large to be fetched. */
export const newsPattern = 'I/O error|Input/output error|-1 bdev[(][^)]*[)] .*(error:|got r=-)|Assertion .*failed|FAILED ceph_assert|ceph_abort_msg|Caught signal|segfault|core dumped|terminat(ed|ing) (with|on|by) signal';

/** The bad news of a log. Lines that were not written at or after `sinceMs`, or have no stamp, are left out. */
export function newsOf(lines: readonly DatedLine[], { node, log, about, sinceMs }: { node: string; log: string; about: string | null; sinceMs: number }): News[] {
  return lines.flatMap(({ line, span }): News[] => {
    if (span === null || span.latestMs < sinceMs) return [];
    for (const { kind, pattern } of rules) {
      const found = pattern.exec(line);
      if (found !== null) return [{ kind, node, about: found.groups?.['about'] ?? found.groups?.['node'] ?? about, log, line: line.trim() }];
    }
    return [];
  });
}

/** What the logs of Pacemaker and of Ceph's monitors say about the way of a recovery. */
const accountRules: readonly { phase: AccountEntry['phase']; pattern: RegExp; of: 'node' | 'resource' | 'disk' }[] = [
  { phase: 'detected', pattern: /Node (?<about>\S+) state is now lost/, of: 'node' },
  { phase: 'fenced', pattern: /Operation '(?:off|reboot)' targeting (?<about>\S+) by \S+ for .*: OK\b/, of: 'node' },
  { phase: 'placed', pattern: /Initiating start operation (?<about>\S+)_start_0 (?:locally )?on /, of: 'resource' },
  { phase: 'detected', pattern: /: cluster \[INF\] (?<about>osd\.\d+) failed \(/, of: 'disk' },
  { phase: 'running', pattern: /Result of start operation for (?<about>\S+) on \S+: ok\b/i, of: 'resource' },
];

/** A guest came to run between the order to start it and the agent's word that it had: what a log says of that is no moment. */
const startOrder = /Requesting local execution of start operation for (?<about>\S+) on /;

/** The phases in a log of one node. `guestOf`: name of the guest that a resource runs, null for another resource. */
export function accountOf(lines: readonly DatedLine[], { node, log, guestOf }: { node: string; log: string; guestOf: (resource: string) => string | null }): AccountEntry[] {
  const orderedMs = new Map<string, number>();
  return lines.flatMap(({ line, span }): AccountEntry[] => {
    if (span === null) return [];
    const ordered = startOrder.exec(line)?.groups?.['about'];
    if (ordered !== undefined) orderedMs.set(ordered, span.earliestMs);
    for (const { phase, pattern, of } of accountRules) {
      const named = pattern.exec(line)?.groups?.['about'];
      const about = named === undefined ? null : of === 'resource' ? guestOf(named) : named;
      const earliestMs = phase === 'running' ? (orderedMs.get(named ?? '') ?? span.earliestMs) : span.earliestMs;
      if (about !== null) return [{ phase, about, earliest: new Date(Math.floor(earliestMs)), latest: new Date(Math.ceil(span.latestMs)), source: `log of ${log} on ${node}`, line: line.trim() }];
    }
    return [];
  });
}
