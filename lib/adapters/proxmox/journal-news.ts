import type { AccountEntry, News, NewsKind } from '../hypervisor.ts';
import type { DatedLine } from '../pacemaker/news.ts';

/** Whose log it is, and the name of the guest with an id. */
export interface JournalOf {
  node: string;
  log: string;
  guestOf: (id: string) => string;
}

/** What no healthy cluster logs, in the words of pve-ha-manager and pve-cluster 7 to 9. What corosync and the kernel say is told elsewhere. */
const rules: readonly { kind: NewsKind; pattern: RegExp }[] = [
  { kind: 'fencing', pattern: /fencing: acknowledged - got agent lock for node '(?<node>[^']+)'/ },
  { kind: 'fencing', pattern: /client watchdog expired - disable watchdog updates/ },
  { kind: 'quorum-lost', pattern: /pmxcfs.*node lost quorum/ },
  { kind: 'action-failed', pattern: /service '(?:vm|ct):(?<guest>\d+)': state changed from '[^']+' to 'error'/ },
  { kind: 'action-failed', pattern: /service '(?:vm|ct):(?<guest>\d+)' - migration failed/ },
];

/** The bad news of a journal of the HA stack since a moment. A node whose watchdog runs out fences itself. */
export function journalNews(lines: readonly DatedLine[], { node, log, guestOf }: JournalOf, sinceMs: number): News[] {
  return lines.flatMap(({ line, span }): News[] => {
    if (span === null || span.latestMs < sinceMs) return [];
    for (const { kind, pattern } of rules) {
      const groups = pattern.exec(line);
      if (groups === null) continue;
      const { node: named, guest } = groups.groups ?? {};
      const about = guest === undefined ? (named ?? (kind === 'fencing' ? node : null)) : guestOf(guest);
      return [{ kind, node, about, log, line: line.trim() }];
    }
    return [];
  });
}

/** What the HA manager and the resource managers say about the way of a recovery. */
const phases: readonly { phase: AccountEntry['phase']; pattern: RegExp }[] = [
  { phase: 'detected', pattern: /node '(?<node>[^']+)': state changed from 'online' => 'unknown'/ },
  { phase: 'fenced', pattern: /fencing: acknowledged - got agent lock for node '(?<node>[^']+)'/ },
  { phase: 'placed', pattern: /recover service '(?:vm|ct):(?<guest>\d+)' from fenced node/ },
  { phase: 'running', pattern: /service status (?:vm|ct):(?<guest>\d+) started/ },
];

const startOrder = /starting service (?:vm|ct):(\d+)/;

/** The phases of a recovery in a journal. A guest came to run between the order to start it and the word that it had. */
export function journalAccount(lines: readonly DatedLine[], { node, log, guestOf }: JournalOf): AccountEntry[] {
  const orderedMs = new Map<string, number>();
  return lines.flatMap(({ line, span }): AccountEntry[] => {
    if (span === null) return [];
    const ordered = startOrder.exec(line)?.[1];
    if (ordered !== undefined) orderedMs.set(ordered, span.earliestMs);
    for (const { phase, pattern } of phases) {
      const groups = pattern.exec(line)?.groups;
      if (groups === undefined) continue;
      const { node: named, guest } = groups;
      const about = guest === undefined ? named : guestOf(guest);
      const earliestMs = phase === 'running' ? (orderedMs.get(guest ?? '') ?? span.earliestMs) : span.earliestMs;
      if (about !== undefined) return [{ phase, about, earliest: new Date(Math.floor(earliestMs)), latest: new Date(Math.ceil(span.latestMs)), source: `log of ${log} on ${node}`, line: line.trim() }];
    }
    return [];
  });
}
