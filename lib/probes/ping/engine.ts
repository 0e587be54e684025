import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Family } from '../address.ts';
import type { Engine, EngineSink } from '../engine.ts';
import type { ProbeSpec } from '../probe.ts';
import { createWallClock } from './clock.ts';
import type { PingDialect } from './dialect.ts';
import { reconstructSends } from './sends.ts';
import { unwrapSequence } from './sequence.ts';

/** Silence beyond the usual after which a program is replaced, and the least time between two starts, ms. */
const stalledAfterMs = 2000;
const restartEveryMs = 1000;
/** Standard error into standard output, so that a refusal keeps its place among the lines; exec keeps the pid. */
const merged = 'exec "$@" 2>&1';

interface Stream {
  spec: ProbeSpec;
  nextSeq: () => number;
  child: ChildProcess;
  startedNs: number;
  heardNs: number;
  ended: string | null;
  /** No longer wanted: it goes on for the sake of answers under way, but what it sends from now on is not ours. */
  removed: boolean;
  settle: () => void;
}

/**
 * The fallback: one streaming program of the system a target, supervised and counted by sequence. It keeps its period less well than
 * the native engine; the samples hold the moments it really sent at.
 *
 * @throws Error when the program is not here, or cannot work.
 */
export async function startPingEngine(dialect: PingDialect, family: Family, sink: EngineSink): Promise<Engine> {
  await dialect.refuseUnusable(family);
  const clock = createWallClock();
  const streams = new Map<number, Stream>();

  const launch = (id: number, spec: ProbeSpec, nextSeq: () => number): void => {
    const firstSeq = nextSeq();
    const child = start(dialect.command(spec, family));
    const parse = dialect.createParser(spec);
    const nowNs = monotonicNs();
    let newest = 0;
    let newestSent = -1;
    const sends = reconstructSends(spec.periodMs * 1e6, {
      sent: (seq, atNs) => {
        if (stream.removed) return;
        newestSent = seq;
        sink.sent(id, firstSeq + seq, atNs);
      },
      answered: (seq, atNs, sentNs) => {
        if (seq <= newestSent) sink.answered(id, firstSeq + seq, atNs, sentNs, true);
      },
      blind: (fromNs, toNs, why) => {
        if (!stream.removed) sink.blind(id, fromNs, toNs, why);
      },
    });
    const stream: Stream = { spec, nextSeq, child, startedNs: nowNs, heardNs: nowNs, ended: null, removed: false, settle: () => sends.settle() };
    streams.set(id, stream);

    let rest = '';
    let lastWords = '';
    child.stdout?.setEncoding('latin1').on('data', (chunk: string) => {
      stream.heardNs = monotonicNs();
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) {
        const line = parse(text.replace(/\r$/, ''));
        if (line === null) continue;
        if (line.kind === 'fatal') lastWords = line.reason;
        else if (line.kind === 'refused') sends.refused(monotonicNs(), line.reason);
        else {
          const printed = dialect.wraps ? unwrapSequence(line.seq, newest) : line.seq;
          newest = Math.max(newest, printed);
          const seq = printed - dialect.firstSeq;
          const atNs = line.atMs === null ? monotonicNs() : clock.toMonotonic(line.atMs);
          if (line.kind === 'answer') sends.answer(seq, atNs, line.rttMs * 1e6);
          else if (line.kind === 'gone') sends.sentAt(seq, atNs - line.afterMs * 1e6);
          else sends.unanswered(seq, atNs);
        }
      }
    });
    child.on('error', (error) => (stream.ended ??= error.message));
    child.on('close', (code, signal) => (stream.ended ??= lastWords === '' ? (signal ?? `exit code ${code}`) : lastWords));
  };
  const supervise = (): void => {
    for (const [id, stream] of streams) {
      const silentMs = (monotonicNs() - stream.heardNs) / 1e6;
      const ailment = stream.ended ?? (silentMs > stalledAfterMs + dialect.quietMs(stream.spec) ? `silent for ${Math.round(silentMs)} ms` : null);
      if (ailment === null || stream.removed) continue;
      sink.trouble(id, `ping ended or stalls: ${ailment}`);
      if (monotonicNs() - stream.startedNs < restartEveryMs * 1e6) continue;
      end(stream);
      launch(id, stream.spec, stream.nextSeq);
    }
  };

  return {
    name: family === 6 ? dialect.name.replace('icmp', 'icmp6') : dialect.name,
    reason: dialect.description,
    leastPeriodMs: dialect.leastPeriodMs,
    add: launch,
    async remove(id) {
      const stream = streams.get(id);
      if (stream === undefined) return;
      stream.settle();
      stream.removed = true;
    },
    forget(id) {
      const stream = streams.get(id);
      streams.delete(id);
      if (stream !== undefined) end(stream);
    },
    drain: supervise,
    async close() {
      for (const stream of streams.values()) end(stream);
      streams.clear();
    },
  };
}

function end(stream: Stream): void {
  stream.settle();
  stream.child.kill('SIGKILL');
}

/** Windows has no shell to merge its outputs, and no need: its ping says everything on standard output. */
function start([program = '', ...args]: string[]): ChildProcess {
  if (process.platform === 'win32') return spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
  return spawn('/bin/sh', ['-c', merged, 'sh', program, ...args], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, LC_ALL: 'C' } });
}

function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}
