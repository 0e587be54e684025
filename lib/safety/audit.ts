import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { auditFile, beginning } from '../record/audit-head.ts';
import { scrubValue } from '../record/scrub-value.ts';
import type { Target } from '../record/types.ts';
import { appendDurably } from './state-folder.ts';

/** Something that was done to a cluster, by whom and by which permission. */
export interface AuditAction {
  action: 'inject' | 'injected' | 'not-confirmed' | 'revert' | 'reverted' | 'not-reverted' | 'moot' | 'refused';
  fault: string;
  target: Target;
  /** The guest it was about, null for none. */
  guest?: string | null;
  scenario: string;
  /** Its undo in the journal of the run; absent for a refusal, and in lines of earlier versions. */
  journal?: string;
  cluster: string;
  /** What allowed it, or the rule that refused it. */
  permission: string;
  outcome: string;
}

/** A line of audit.jsonl. `hash` is SHA-256 over the line without itself; `previous` is the hash of the line before. */
export interface AuditLine extends AuditAction {
  sequence: number;
  at: string;
  who: string;
  from: string;
  /** Digest of the lines before this one that cannot be read, which stood there when it was written: an append that was cut off. */
  torn?: string;
  previous: string;
  hash: string;
}

function hashOf(line: Omit<AuditLine, 'hash'>): string {
  return createHash('sha256').update(JSON.stringify(line)).digest('hex');
}

/** A line, null when it cannot be read. */
function parse(text: string): AuditLine | null {
  try {
    const line = JSON.parse(text) as AuditLine | null;
    return typeof line?.hash === 'string' ? line : null;
  } catch {
    return null;
  }
}

function digestOf(torn: readonly string[]): string {
  return createHash('sha256').update(torn.join('\n')).digest('hex');
}

/** User behind sudo where there is one, and where they came from when it was over ssh. */
function actor(env: NodeJS.ProcessEnv): { who: string; from: string } {
  const sudo = env['SUDO_USER'];
  const user = userInfo().username;
  const client = env['SSH_CONNECTION']?.split(' ')[0];
  return { who: sudo === undefined ? user : `${sudo} (as ${user})`, from: client === undefined ? hostname() : `${hostname()}, from ${client}` };
}

function linesOf(runFolder: string): string[] {
  const path = auditFile(runFolder);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter((text) => text !== '') : [];
}

/**
 * Appends an action to the run's audit log, durably. It never throws: mending goes on when the disk is full, and what is
 * missing was said on standard error. Behind a line that a crash cut off the chain goes on from the last whole one, and
 * says so.
 */
export function appendAudit(runFolder: string, action: AuditAction, env: NodeJS.ProcessEnv = process.env): void {
  if (!existsSync(runFolder)) return;
  try {
    const earlier = linesOf(runFolder);
    const last = earlier.findLastIndex((text) => parse(text) !== null);
    const previous = parse(earlier[last] ?? '')?.hash ?? beginning;
    const torn = earlier.slice(last + 1);
    const said = scrubValue(action) as AuditAction;
    const body = { sequence: earlier.length + 1, at: new Date().toISOString(), ...actor(env), ...said, ...(torn.length === 0 ? {} : { torn: digestOf(torn) }), previous };
    appendDurably(auditFile(runFolder), `${JSON.stringify({ ...body, hash: hashOf(body) })}\n`);
  } catch (error) {
    process.stderr.write(`The audit log of ${runFolder} could not be written: ${(error as Error).message}.\n`);
  }
}

/** The whole lines of a run's audit log, in their order. */
export function auditLines(runFolder: string): AuditLine[] {
  return linesOf(runFolder).flatMap((text) => parse(text) ?? []);
}

export interface AuditVerification {
  lines: number;
  /** Hash of the last whole line: keep it elsewhere, and a later cut at the end is seen too. */
  head: string;
  /** Lines that a crash cut off while they were appended. The line behind one, where there is one, vouches for it. */
  torn: string[];
  /** What is wrong, with its line; empty when the chain holds. */
  problems: string[];
}

interface Unread {
  position: number;
  text: string;
}

/** What is wrong with a whole line at its place, behind `unread` lines that cannot be read; null when nothing is. */
function problemOf({ hash, ...body }: AuditLine, position: number, previous: string, unread: readonly Unread[]): string | null {
  if (hashOf(body) !== hash) return `line ${position} was changed after it was written`;
  if (body.sequence !== position) return `line ${position} says it is number ${body.sequence}: lines were removed or added`;
  if (body.previous !== previous) return `line ${position} does not follow the line before it`;
  const [first] = unread;
  const found = first === undefined ? undefined : digestOf(unread.map(({ text }) => text));
  if (found === body.torn) return null;
  return first === undefined ? `line ${position} stood behind a torn line that is gone` : `line ${first.position} cannot be read, and it could when line ${position} was written`;
}

/** Verifies the chain of a run's audit log, line by line. A line that was torn by a crash is told apart from one that was changed. */
export function verifyAudit(runFolder: string): AuditVerification {
  let head = beginning;
  const problems: string[] = [];
  const torn: string[] = [];
  let unread: Unread[] = [];
  const all = linesOf(runFolder);
  for (const [index, text] of all.entries()) {
    const position = index + 1;
    const line = parse(text);
    if (line === null) {
      unread.push({ position, text });
      continue;
    }
    const problem = problemOf(line, position, head, unread);
    if (problem !== null) problems.push(problem);
    else torn.push(...unread.map((one) => `line ${one.position} was cut off while it was written; line ${position} vouches that it was so then`));
    unread = [];
    head = line.hash;
  }
  torn.push(...unread.map(({ position }) => `line ${position}, at the end, was cut off: its process was killed while it wrote, or somebody cut it later`));
  return { lines: all.length, head, torn, problems };
}
