import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { MessagePort, ResourceLimits } from 'node:worker_threads';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, EngineSink } from './engine.ts';
import type { ProbeSpec } from './probe.ts';
import { rowKinds, rowLength } from './protocol.ts';
import type { Command, Notice, WorkerInput } from './protocol.ts';

/** A worker that is silent for this long stalls: it posts every 100 ms. */
const stalledAfterMs = 2000;
const startWithinMs = 10_000;
/** Least time between two starts of a worker. */
const restartEveryMs = 1000;
/** How long to wait for a worker's word that a probe sends no more; it comes within 50 ms from one that is well. */
const removedWithinMs = 1000;
const removedPollMs = 5;

interface Thread {
  worker: Worker;
  port: MessagePort;
  bell: Int32Array;
  heardNs: number;
  ready: { engine: string; reason: string } | null;
  failure: string | null;
}

/**
 * Runs an engine in a worker thread and supervises it: a worker that dies or stalls is replaced, its probes go on in the new one,
 * and the time between is reported as trouble, since a dead prober would otherwise look like a path without losses.
 *
 * @throws Error when the worker cannot start, with what it said.
 */
export async function startWorkerEngine(entry: URL, input: Omit<WorkerInput, 'port' | 'bell'>, sink: EngineSink, resourceLimits: ResourceLimits = {}): Promise<Engine> {
  const probes = new Map<number, { spec: ProbeSpec; nextSeq: () => number }>();
  const leaving = new Set<number>();
  let thread = launch(entry, input, resourceLimits);
  let startedNs = monotonicNs();
  let closing = false;

  const handle = (notice: Notice): void => {
    thread.heardNs = monotonicNs();
    if (notice.type === 'ready') thread.ready = { engine: notice.engine, reason: notice.reason };
    else if (notice.type === 'failed') thread.failure = notice.message;
    else if (notice.type === 'removed') leaving.delete(notice.id);
    else if (notice.type === 'reading') sink.reading?.(notice.id, notice.fromNs, notice.toNs, notice.reading);
    else if (notice.type === 'blind') sink.blind(notice.id, notice.fromNs, notice.toNs, notice.reason);
    else report(notice.rows, sink);
  };
  const drain = (): void => {
    for (let message = receiveMessageOnPort(thread.port); message !== undefined; message = receiveMessageOnPort(thread.port)) handle(message.message as Notice);
  };
  const tell = (command: Command): void => {
    thread.port.postMessage(command, []);
    Atomics.add(thread.bell, 0, 1);
  };
  const add = (id: number, spec: ProbeSpec, firstSeq: number): void => tell({ type: 'add', id, spec, firstSeq });
  /** Reasons to replace the worker, null when it is well. */
  const ailment = (): string | null => {
    if (thread.failure !== null) return `the prober's thread ended: ${thread.failure}`;
    // One that is still starting takes as long as the first did.
    const patienceMs = thread.ready === null ? startWithinMs : stalledAfterMs;
    return monotonicNs() - thread.heardNs > patienceMs * 1e6 ? `the prober's thread was silent for ${patienceMs} ms` : null;
  };
  const supervise = (): void => {
    const reason = closing ? null : ailment();
    if (reason === null) return;
    for (const id of probes.keys()) sink.trouble(id, reason);
    if (monotonicNs() - startedNs < restartEveryMs * 1e6) return;
    void thread.worker.terminate();
    thread = launch(entry, input, resourceLimits);
    startedNs = monotonicNs();
    for (const [id, { spec, nextSeq }] of probes) add(id, spec, nextSeq());
  };

  for (const deadlineNs = startedNs + startWithinMs * 1e6; thread.ready === null; drain()) {
    if (thread.failure !== null || monotonicNs() > deadlineNs) {
      // What the thread said itself is worth more than how it ended.
      if (thread.failure?.startsWith('exit code') === true) thread.failure = lastWords(thread.port) ?? thread.failure;
      await thread.worker.terminate();
      throw new Error(thread.failure ?? `the prober's thread did not start within ${startWithinMs} ms`);
    }
    await delay(2);
  }
  return {
    name: thread.ready.engine,
    reason: thread.ready.reason,
    leastPeriodMs: 1,
    add(id, spec, nextSeq) {
      probes.set(id, { spec, nextSeq });
      add(id, spec, nextSeq());
    },
    async remove(id) {
      probes.delete(id);
      leaving.add(id);
      tell({ type: 'remove', id });
      for (const untilNs = monotonicNs() + removedWithinMs * 1e6; leaving.has(id) && monotonicNs() < untilNs; drain()) await delay(removedPollMs);
      leaving.delete(id);
    },
    // A worker holds nothing for answers that are not wanted.
    forget: () => undefined,
    drain() {
      drain();
      supervise();
    },
    async close() {
      closing = true;
      tell({ type: 'close' });
      await thread.worker.terminate();
      drain();
    },
  };
}

function launch(entry: URL, input: Omit<WorkerInput, 'port' | 'bell'>, resourceLimits: ResourceLimits): Thread {
  const { port1, port2 } = new MessageChannel();
  const bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(entry, { workerData: { ...input, port: port2, bell } satisfies WorkerInput, transferList: [port2], execArgv: [], resourceLimits, name: 'prober' });
  const thread: Thread = { worker, port: port1, bell, heardNs: monotonicNs(), ready: null, failure: null };
  worker.on('error', (error) => (thread.failure ??= error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => (thread.failure ??= `exit code ${code}`));
  // The prober alone keeps no process alive; its owner does while probes run.
  worker.unref();
  port1.unref();
  return thread;
}

/** What a thread that is gone said about why. */
function lastWords(port: MessagePort): string | null {
  for (let message = receiveMessageOnPort(port); message !== undefined; message = receiveMessageOnPort(port)) {
    const notice = message.message as Notice;
    if (notice.type === 'failed') return notice.message;
  }
  return null;
}

function report(rows: Float64Array, sink: EngineSink): void {
  for (let at = 0; at < rows.length; at += rowLength) {
    // By index: a thousand targets bring twenty thousand rows a second.
    const kind = rows[at];
    const id = rows[at + 1] ?? 0;
    const seq = rows[at + 2] ?? 0;
    const atNs = rows[at + 3] ?? 0;
    const last = rows[at + 4] ?? 0;
    if (kind === rowKinds.sent) sink.sent(id, seq, atNs, last);
    else sink.answered(id, seq, atNs, last, kind === rowKinds.answered);
  }
}

function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}
