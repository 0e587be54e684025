import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import type { Engine, EngineSink } from '../engine.ts';
import type { ProbeSpec } from '../probe.ts';
import { createWallClock } from './clock.ts';
import { parsePingLine, unwrapSequence } from './output.ts';
import { reconstructSends } from './sends.ts';

/** ping refuses shorter intervals to ordinary users. */
const shortestPeriodMs = 2;
/** Silence after which a ping is replaced, beside two periods; and the least time between two starts. */
const stalledAfterMs = 2000;
const restartEveryMs = 1000;
/** Standard error into standard output, so that a refusal keeps its place among the lines; exec keeps the pid. */
const merged = 'exec ping "$@" 2>&1';

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
 * The fallback: one streaming `ping` of iputils a target, counted by sequence. It keeps its period less well than the native
 * engine (10 ms becomes 16 ms on a kernel with HZ=250); the samples hold the moments it really sent at.
 *
 * @throws Error when there is no ping of iputils here, or it may not open a socket.
 */
export async function startPingEngine(reason: string, sink: EngineSink): Promise<Engine> {
  await refuseUnusablePing();
  const clock = createWallClock();
  const streams = new Map<number, Stream>();

  const launch = (id: number, spec: ProbeSpec, nextSeq: () => number): void => {
    const firstSeq = nextSeq();
    const interval = (Math.max(shortestPeriodMs, spec.periodMs) / 1000).toFixed(4);
    const child = spawn('/bin/sh', ['-c', merged, 'sh', '-n', '-D', '-O', '-i', interval, spec.target], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, LC_ALL: 'C' } });
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
        const line = parsePingLine(text);
        if (line === null) continue;
        if (line.kind === 'fatal') lastWords = line.reason;
        else if (line.kind === 'refused') sends.refused(monotonicNs(), line.reason);
        else {
          const seq = unwrapSequence(line.seq, newest);
          newest = Math.max(newest, seq);
          const atNs = clock.toMonotonic(line.atMs);
          if (line.kind === 'answer') sends.answer(seq - 1, atNs, line.rttMs * 1e6);
          else sends.unanswered(seq - 1, atNs);
        }
      }
    });
    child.on('error', (error) => (stream.ended ??= error.message));
    child.on('close', (code, signal) => (stream.ended ??= lastWords === '' ? (signal ?? `exit code ${code}`) : lastWords));
  };
  const supervise = (): void => {
    for (const [id, stream] of streams) {
      const silentMs = (monotonicNs() - stream.heardNs) / 1e6;
      const ailment = stream.ended ?? (silentMs > stalledAfterMs + 2 * stream.spec.periodMs ? `silent for ${Math.round(silentMs)} ms` : null);
      if (ailment === null || stream.removed) continue;
      sink.trouble(id, `ping ended or stalls: ${ailment}`);
      if (monotonicNs() - stream.startedNs < restartEveryMs * 1e6) continue;
      end(stream);
      launch(id, stream.spec, stream.nextSeq);
    }
  };

  return {
    name: 'icmp-ping',
    reason: `one streaming ping of iputils a target: ${reason}`,
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

async function refuseUnusablePing(): Promise<void> {
  const { stdout } = await promisify(execFile)('ping', ['-V'], { env: { ...process.env, LC_ALL: 'C' } }).catch(() => ({ stdout: '' }));
  if (!stdout.includes('iputils')) throw new Error('there is no ping of iputils (Debian package iputils-ping)');
  const trial = await promisify(execFile)('ping', ['-n', '-c', '1', '-W', '1', '127.0.0.1'], { env: { ...process.env, LC_ALL: 'C' } }).catch((error: { stderr?: string }) => ({ stderr: error.stderr ?? '' }));
  if (/not permitted|cap_net_raw|socket:/i.test(trial.stderr)) throw new Error(`ping may not open a socket: ${trial.stderr.trim()}`);
}

function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}
