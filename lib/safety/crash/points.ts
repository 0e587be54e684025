/** Reads what strace wrote: the points of a piece of work at which its process may die. */
import { endOfStretch } from './gate.ts';

/** System calls that change a file or start, end or await a process, and `close` as the first thing that follows a start. */
export const tracedCalls = (
  'openat mkdir rename renameat renameat2 unlink unlinkat rmdir link symlink ftruncate truncate fchmod chmod write writev pwrite64 pwritev fsync fdatasync ' +
  'clone clone3 fork vfork execve wait4 kill connect sendto sendmsg close'
).split(' ');

/** What a point is about, in the order of the table. */
export const pointKinds = ['local lock', 'note of an unsettled cluster', 'undo mirror', 'journal of the run', 'audit log', 'events of the record', 'folders', 'call of a hand', 'while a hand works', 'a hand has ended'] as const;
export type PointKind = (typeof pointKinds)[number];

const files: readonly [RegExp, PointKind][] = [
  [/\/lock\.json/, 'local lock'],
  [/\/clusters\/\w+\/open\b/, 'undo mirror'],
  [/\/unsettled\.json/, 'note of an unsettled cluster'],
  [/\/journal\.jsonl/, 'journal of the run'],
  [/\/audit\.jsonl/, 'audit log'],
  [/\/events\.jsonl/, 'events of the record'],
  [/\/(?:reports|state\/ha-acceptance)\b/, 'folders'],
];
const starts = /^(?:clone3?|v?fork)\(/;
/** Node's own wakings of its event loop, which come as they like. */
const plumbing = /^write\((?!1<)\d+<(?:pipe|anon_inode)/;
/** They read, or end what was written before: nothing is different behind them. */
const harmless = /^close\(|O_RDONLY/;

/** Kind of the point before a call, null when the call changes nothing. */
function kindOf(line: string, before: string | undefined): PointKind | null {
  if (starts.test(line)) return 'call of a hand';
  if (line.startsWith('close(') && before !== undefined && starts.test(before)) return 'while a hand works';
  if (line.startsWith('wait4(')) return 'a hand has ended';
  return harmless.test(line) ? null : (files.find(([pattern]) => pattern.test(line))?.[1] ?? null);
}

/** A point in the trace of a whole piece of work. */
export interface Point {
  kind: PointKind;
  /** The call before which to strike, and its number among the calls of its name, from 1. */
  call: string;
  ordinal: number;
  /** How many calls that change something lie behind it. */
  step: number;
}

export interface Trace {
  /** The process came to the end of its work. */
  finished: boolean;
  /** Points that were passed, in order. */
  passed: Point[];
  /** The point at which it died; null when it did not, or died elsewhere. */
  at: Point | null;
  /** A call was made to fail. */
  injected: boolean;
  /** The last call, for messages. */
  last: string;
}

/** Reads a trace. Whatever lies behind the end of the work is left out. */
export function readTrace(text: string): Trace {
  const calls = text.split('\n').filter((line) => /^\w+\(/.test(line) && !plumbing.test(line));
  const counts = new Map<string, number>();
  const passed: Point[] = [];
  let step = 0;
  const injected = text.includes('(INJECTED)');
  for (const [index, line] of calls.entries()) {
    const call = line.slice(0, line.indexOf('('));
    const ordinal = (counts.get(call) ?? 0) + 1;
    counts.set(call, ordinal);
    const killed = / = \?(?:$| )/.test(line);
    if (!killed && line.includes(endOfStretch)) return { finished: true, passed, at: null, injected, last: line };
    const kind = kindOf(line, calls[index - 1]);
    if (killed) return { finished: false, passed, at: kind === null ? null : { kind, call, ordinal, step }, injected, last: line };
    // What failed has changed nothing, unless we made it fail.
    if (kind === null || (line.includes(' = -1 ') && !line.includes('(INJECTED)'))) continue;
    passed.push({ kind, call, ordinal, step });
    step += 1;
  }
  return { finished: false, passed, at: null, injected, last: calls.at(-1) ?? '' };
}
