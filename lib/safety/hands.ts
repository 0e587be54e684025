import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandTimeoutMs } from '../faults/command-hand.ts';
import { handVariable } from '../faults/hand-log.ts';
import type { HandLog } from '../faults/hand-log.ts';
import { identify, isAlive, processStat } from '../record/process-identity.ts';
import type { ProcessIdentity } from '../record/process-identity.ts';
import { pidNamespace, thisMachine } from './machine.ts';
import { clusterFolder, writeDurably } from './state-folder.ts';

/** `inject`: it breaks something, and is ended when nobody waits for it any more. `mend`: it repairs, and is waited for. */
export type HandPurpose = 'inject' | 'mend';

interface HandRecord {
  schema: 1;
  process: ProcessIdentity;
  machine: string;
  pidNamespace: string | null;
  words: string;
  purpose: HandPurpose;
  since: string;
  /** Whether its process was seen to end. */
  ended: boolean;
}

/** How long a killed process may take to be gone, ms; one that hangs in the kernel longer does nothing more. */
const goneMs = 10_000;
const pollMs = 50;

function folderOf(identity: string): string {
  return join(clusterFolder(identity), 'hands');
}

/** Where hands that are worked for one undo are remembered: in the state folder, until the undo is closed. */
export function handLog(identity: string, entry: string, purpose: HandPurpose): HandLog {
  return {
    id: entry,
    optional: purpose === 'mend',
    begin: (self, words) => {
      const path = join(folderOf(identity), `${entry}.${self.pid}-${self.startTime}.json`);
      const record: HandRecord = { schema: 1, process: self, machine: thisMachine(), pidNamespace: pidNamespace(), words, purpose, since: new Date().toISOString(), ended: false };
      writeDurably(path, `${JSON.stringify(record)}\n`);
      return () => {
        try {
          writeDurably(path, `${JSON.stringify({ ...record, ended: true })}\n`);
        } catch {
          // It is found dead then, which says the same.
        }
      };
    },
  };
}

function pathsOf(identity: string, entry: string): string[] {
  const folder = folderOf(identity);
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(`${entry}.`)).map((name) => join(folder, name)) : [];
}

function recordsOf(identity: string, entry: string): HandRecord[] {
  return pathsOf(identity, entry).flatMap((path) => {
    try {
      const record = JSON.parse(readFileSync(path, 'utf8')) as Partial<HandRecord> | null;
      return record?.schema === 1 && typeof record.process?.pid === 'number' ? [record as HandRecord] : [];
    } catch {
      return [];
    }
  });
}

/** Nothing of an undo's hands is remembered any more. */
export function forgetHands(identity: string, entry: string): void {
  for (const path of pathsOf(identity, entry)) rmSync(path, { force: true });
}

/** Whether a hand was ever worked for it that breaks something: one that nobody knows of never began. */
export function wasHandWorked(identity: string, entry: string): boolean {
  return recordsOf(identity, entry).some(({ purpose }) => purpose === 'inject');
}

/** Whether a process is of this hand: in its group, not older than it, and with its mark. */
async function belongs(pid: number, leader: ProcessIdentity, entry: string): Promise<ProcessIdentity | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    if (group !== leader.pid) return null;
    const self = identify(pid);
    if (self?.startTime === undefined || (self.startTime ?? 0) < (leader.startTime ?? 0) || processStat(pid)?.state === 'Z') return null;
    return (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').includes(`${handVariable}=${entry}`) ? self : null;
  } catch {
    return null;
  }
}

/**
 * Processes of a hand that are at work now: its leader, and what it started and did not set apart. All processes of the machine are
 * looked through aside of the main thread, which goes on meanwhile.
 */
async function atWork({ process: leader, machine, pidNamespace: namespace }: HandRecord, entry: string): Promise<ProcessIdentity[]> {
  if (machine !== thisMachine() || namespace !== pidNamespace()) return [];
  const pids = existsSync('/proc') ? (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== leader.pid) : [];
  const others = await Promise.all(pids.map(async (pid) => belongs(Number(pid), leader, entry)));
  return [...(isAlive(leader) ? [leader] : []), ...others.filter((one) => one !== null)];
}

async function untilGone(record: HandRecord, entry: string, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while ((await atWork(record, entry)).length > 0) {
    if (performance.now() > deadline) return false;
    await sleep(pollMs, undefined, signal === undefined ? {} : { signal });
  }
  return true;
}

export interface OrphanOptions {
  progress: (message: string) => void;
  signal: AbortSignal;
  /** How long an orphan that mends may go on, ms: as long as it might with somebody waiting for it. */
  patienceMs?: number;
}

/**
 * Sees to hands that outlived who worked them. One that breaks something is ended, by the process id and start time on
 * record; one that mends is waited for, and ended when it takes longer than a hand may.
 */
export async function endOrphans(identity: string, entry: string, { progress, signal, patienceMs = commandTimeoutMs }: OrphanOptions): Promise<void> {
  for (const record of recordsOf(identity, entry)) {
    const found = await atWork(record, entry);
    if (found.length === 0) continue;
    const who = `process ${record.process.pid} ("${record.words}", since ${record.since}), which outlived the harness that started it`;
    if (record.purpose === 'mend') {
      progress(`waiting up to ${Math.ceil(patienceMs / 1000)} s for ${who}: it mends`);
      if (await untilGone(record, entry, patienceMs, signal)) continue;
    }
    progress(`ending ${who}: ${record.purpose === 'mend' ? 'it does not come to its end' : 'it would break something that nobody waits for any more'}`);
    for (const one of await atWork(record, entry)) if (isAlive(one)) process.kill(one.pid, 'SIGKILL');
    if (!(await untilGone(record, entry, goneMs, signal))) progress(`${who} does not end: look at it with ps`);
  }
}
