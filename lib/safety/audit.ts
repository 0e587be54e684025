import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../record/types.ts';
import { appendDurably } from './state-folder.ts';

/** Something that was done to a cluster, by whom and by which permission. */
export interface AuditAction {
  action: 'inject' | 'injected' | 'revert' | 'reverted' | 'not-reverted' | 'moot' | 'refused';
  fault: string;
  target: Target;
  scenario: string;
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
  previous: string;
  hash: string;
}

/** Hash that the first line points at. */
const beginning = '0'.repeat(64);

function hashOf(line: Omit<AuditLine, 'hash'>): string {
  return createHash('sha256').update(JSON.stringify(line)).digest('hex');
}

/** User behind sudo where there is one, and where they came from when it was over ssh. */
function actor(env: NodeJS.ProcessEnv): { who: string; from: string } {
  const sudo = env['SUDO_USER'];
  const user = userInfo().username;
  const client = env['SSH_CONNECTION']?.split(' ')[0];
  return { who: sudo === undefined ? user : `${sudo} (as ${user})`, from: client === undefined ? hostname() : `${hostname()}, from ${client}` };
}

function auditFile(runFolder: string): string {
  return join(runFolder, 'audit.jsonl');
}

function lines(runFolder: string): string[] {
  const path = auditFile(runFolder);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter((text) => text !== '') : [];
}

/**
 * Appends an action to the run's audit log, durably. It never throws: mending goes on when the disk is full, and the
 * broken chain is what `audit verify` then reports.
 */
export function appendAudit(runFolder: string, action: AuditAction, env: NodeJS.ProcessEnv = process.env): void {
  if (!existsSync(runFolder)) return;
  try {
    const earlier = lines(runFolder);
    const last = earlier.at(-1);
    const previous = last === undefined ? beginning : (JSON.parse(last) as AuditLine).hash;
    const body = { sequence: earlier.length + 1, at: new Date().toISOString(), ...actor(env), ...action, previous };
    appendDurably(auditFile(runFolder), `${JSON.stringify({ ...body, hash: hashOf(body) })}\n`);
  } catch (error) {
    process.stderr.write(`The audit log of ${runFolder} could not be written: ${(error as Error).message}.\n`);
  }
}

export interface AuditVerification {
  lines: number;
  /** Hash of the last line: keep it elsewhere, and a later cut at the end is seen too. */
  head: string;
  /** What is wrong, with its line; empty when the chain holds. */
  problems: string[];
}

function problemOf(text: string, position: number, previous: string): { problem: string | null; hash: string } {
  try {
    const { hash, ...body } = JSON.parse(text) as AuditLine;
    if (body.sequence !== position) return { problem: `line ${position} says it is number ${body.sequence}: lines were removed or added`, hash };
    if (body.previous !== previous) return { problem: `line ${position} does not follow the line before it`, hash };
    if (hashOf(body) !== hash) return { problem: `line ${position} was changed after it was written`, hash };
    return { problem: null, hash };
  } catch {
    return { problem: `line ${position} cannot be read`, hash: previous };
  }
}

/** Verifies the chain of a run's audit log, line by line. */
export function verifyAudit(runFolder: string): AuditVerification {
  let head = beginning;
  const problems: string[] = [];
  const all = lines(runFolder);
  for (const [index, text] of all.entries()) {
    const { problem, hash } = problemOf(text, index + 1, head);
    if (problem !== null) problems.push(problem);
    head = hash;
  }
  return { lines: all.length, head, problems };
}
