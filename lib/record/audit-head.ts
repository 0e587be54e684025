import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How far a run's audit log went when its verdicts were derived: the number of its last whole line, 0 for none, and that line's hash. */
export interface AuditHead {
  lines: number;
  head: string;
}

/** Hash that the first line of an audit log points at. */
export const beginning = '0'.repeat(64);

/** The audit log of a run. */
export function auditFile(runFolder: string): string {
  return join(runFolder, 'audit.jsonl');
}

function hashOf(text: string): string | null {
  try {
    const { hash } = JSON.parse(text) as { hash?: unknown };
    return typeof hash === 'string' ? hash : null;
  } catch {
    return null;
  }
}

/** The hash of each line of a run's audit log in its place, null for one that cannot be read. Whether they are right is `verifyAudit`'s to say. */
function hashesOf(runFolder: string): (string | null)[] {
  const path = auditFile(runFolder);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter((text) => text !== '').map(hashOf) : [];
}

/** The head that `verdicts.json` of a run holds; null when there is none to be read. */
export function writtenAuditHead(runFolder: string): AuditHead | null {
  try {
    const { audit } = JSON.parse(readFileSync(join(runFolder, 'verdicts.json'), 'utf8')) as { audit?: Partial<AuditHead> };
    return typeof audit?.lines === 'number' && typeof audit.head === 'string' ? { lines: audit.lines, head: audit.head } : null;
  } catch {
    return null;
  }
}

/** Whether a log still has the line that a head names: it may have grown since, as by a later `restore`. */
export function reachesHead(runFolder: string, { lines, head }: AuditHead): boolean {
  return lines === 0 || hashesOf(runFolder)[lines - 1] === head;
}

/**
 * The head of a run's audit log for its `verdicts.json`. When the log does not reach the one that is written there, that one:
 * verdicts that are derived again must not hide that a log was cut.
 */
export function auditHeadToKeep(runFolder: string): AuditHead {
  const written = writtenAuditHead(runFolder);
  if (written !== null && !reachesHead(runFolder, written)) return written;
  const hashes = hashesOf(runFolder);
  const last = hashes.findLastIndex((hash) => hash !== null);
  return { lines: last + 1, head: hashes[last] ?? beginning };
}
