import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deadlineMs } from '../deadlines.ts';
import type { Orders } from './gate.ts';
import { readTrace, tracedCalls } from './points.ts';
import type { Trace } from './points.ts';

/** What happens at the chosen call: the process is killed before it, or the call fails. Null: nothing, the work is only watched. */
export type Strike = 'SIGKILL' | 'ENOSPC' | 'EIO' | null;

export interface VictimOptions {
  program: 'injecting-process.ts' | 'restoring-process.ts';
  orders: Orders;
  /** Folder of this case; the state folder and the trace go there. */
  folder: string;
  strike: Strike;
  /** The call that is struck, and which one of its name, counted from 1. */
  call: string;
  ordinal: number;
}

export interface Struck extends Trace {
  /** The word that the process said before the stretch. */
  word: string;
  code: number | null;
  signal: NodeJS.Signals | null;
  errors: string;
}

/** How long a process may take to load and for its stretch, each, ms on an idle machine. */
const stretchMs = 60_000;

/** State folder of a case. */
export function stateFolderOf(folder: string): string {
  return join(folder, 'state');
}

function straceWords(pid: number, log: string, { strike, call, ordinal }: VictimOptions): string[] {
  const words = ['-y', '-s', '40', '-p', String(pid), '-o', log, '-e', `trace=${tracedCalls.join(',')}`];
  if (strike === null) return words;
  // Without -f the main thread alone is traced: it does all of this work, and hands must outlive it.
  return [...words, '-e', `inject=${call}:${strike === 'SIGKILL' ? 'signal=SIGKILL' : `error=${strike}`}:when=${ordinal}`];
}

/**
 * Runs a program up to the start of its stretch, then strikes it there. Returns when it has ended.
 *
 * @throws Error when strace is missing or may not trace, naming the remedy
 */
export async function strikeAt(options: VictimOptions): Promise<Struck> {
  const { program, orders, folder } = options;
  const log = join(folder, `${program}.trace`);
  const victim = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url)), JSON.stringify(orders)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, XDG_STATE_HOME: stateFolderOf(folder), NODE_COMPILE_CACHE: join(folder, '..', 'compile-cache') },
  });
  let errors = '';
  victim.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    victim.once('error', reject);
    victim.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const patienceMs = deadlineMs(stretchMs);
  let late = '';
  const giveUp = (): void => {
    late = `it did not come on within ${patienceMs / 1000} s, so it was ended: this machine is too busy, or it hangs. ${errors}`;
    victim.kill('SIGKILL');
  };
  let timer = setTimeout(giveUp, patienceMs);
  try {
    const word = await new Promise<string>((resolve, reject) => {
      victim.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
      void ended.then(() => reject(new Error(`${program} ended before its stretch: ${late || errors}`)));
    });
    clearTimeout(timer);
    timer = setTimeout(giveUp, patienceMs);
    const tracer = spawn('strace', straceWords(victim.pid ?? 0, log, options), { stdio: ['ignore', 'ignore', 'pipe'] });
    const traced = new Promise<void>((resolve, reject) => {
      let said = '';
      tracer.once('error', (error) => reject(new Error(`strace cannot be started (${error.message}). Install it: apt-get install --no-install-recommends strace.`)));
      tracer.stderr.on('data', (data: Buffer) => {
        said += data.toString();
        if (said.includes('attached')) victim.stdin.write('\n');
      });
      tracer.once('close', (code) => (said.includes('attached') ? resolve() : reject(new Error(`strace could not trace a process of ours (status ${code}): ${said.trim()}. In a container, allow the capability SYS_PTRACE.`))));
    });
    await traced;
    const end = await ended;
    if (late !== '') throw new Error(`${program} did not end its stretch: ${late}`);
    return { word, ...end, errors, ...readTrace(readFileSync(log, 'utf8')) };
  } finally {
    clearTimeout(timer);
    victim.kill('SIGKILL');
  }
}
