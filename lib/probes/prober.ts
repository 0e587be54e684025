import { setTimeout as delay } from 'node:timers/promises';
import { familyOf } from './address.ts';
import type { Family } from './address.ts';
import type { Engine, EngineSink } from './engine.ts';
import type { ProbeSpec, RunningProbe } from './probe.ts';
import { batchMs } from './protocol.ts';
import { createRecorder } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { icmpEngineChoices, startIcmpEngine } from './icmp-engine.ts';
import type { IcmpEngineChoice } from './icmp-engine.ts';
import type { LinkWatch } from './link/watch.ts';
import { refuseBadSpec, resolveTarget, watchedAddress } from './spec.ts';
import { suspensionClocks, watchSuspension } from './suspension.ts';
import type { SuspensionClocks, SuspensionWatch } from './suspension.ts';
import { startWorkerEngine } from './worker-engine.ts';

export interface ProberOptions {
  /** Real-time priority for the thread that sends ICMP probes, where the system permits it. Default true. */
  realtime?: boolean;
  /** `auto` takes the best that works here; `HA_ACCEPTANCE_ICMP_ENGINE` sets the default. */
  icmpEngine?: IcmpEngineChoice;
  /** By which a suspension of this machine is noticed; default: the system's own. */
  clocks?: SuspensionClocks;
}

export interface ProbeFile {
  /** The samples file, which must not exist. */
  file: string;
  /** CLOCK_MONOTONIC at the run's anchor. */
  anchorNs: bigint;
  /** Stops the probe at once when it aborts. */
  signal?: AbortSignal;
}

/** Owns the threads that send probes: one for all ICMP targets of a family, one for all connections and queries. */
export interface Prober {
  /**
   * Starts a probe; it sends from the next slot of its grid on.
   *
   * @throws Error when the spec cannot be probed, no engine can run here, or the samples file exists.
   */
  startProbe(spec: ProbeSpec, options: ProbeFile): Promise<RunningProbe>;
  /** Stops what still runs and ends the threads. */
  close(): Promise<void>;
}

interface OpenedLink {
  watch: LinkWatch | null;
  reason: string;
}

/** Where the way out of this machine cannot be watched, the reason says so; nothing else depends on it. */
async function watchedLink(): Promise<OpenedLink> {
  try {
    const { openLinkWatch } = await import('./link/open.ts');
    const watch = openLinkWatch();
    return { watch, reason: watch.reason };
  } catch (error) {
    return { watch: null, reason: `neighbour entries are not watched (${error instanceof Error ? error.message : String(error)})` };
  }
}

interface OpenedSuspension {
  watch: SuspensionWatch | null;
  /** What the reason of an engine says of it; empty where suspensions are noticed. */
  reason: string;
}

async function watchedSuspension(clocks: SuspensionClocks | undefined): Promise<OpenedSuspension> {
  try {
    return { watch: watchSuspension(clocks ?? (await suspensionClocks())), reason: '' };
  } catch (error) {
    return { watch: null, reason: `; a suspension of this machine would go unnoticed (${error instanceof Error ? error.message : String(error)})` };
  }
}

/** How often `stop` looks whether all answers are in, ms. */
const drainPollMs = 20;

export function openProber({ realtime = true, icmpEngine = choiceFromEnvironment(), clocks }: ProberOptions = {}): Prober {
  const recorders = new Map<number, Recorder>();
  const running = new Set<RunningProbe>();
  const engines = new Map<Family | 'stream', Promise<Engine>>();
  const started: Engine[] = [];
  const epochNs = Number(process.hrtime.bigint());
  let nextId = 1;
  let timer: NodeJS.Timeout | null = null;

  const sink: EngineSink = {
    sent: (id, seq, atNs, heldNs) => recorders.get(id)?.sent(seq, atNs, heldNs),
    answered: (id, seq, atNs, sentNs, ok) => recorders.get(id)?.answered(seq, atNs, sentNs, ok),
    blind: (id, fromNs, toNs, reason) => {
      for (const recorder of id === null ? recorders.values() : [recorders.get(id)]) recorder?.blind(fromNs, toNs, reason);
    },
    reading: (id, fromNs, toNs, reading) => recorders.get(id)?.reading(fromNs, toNs, reading),
    trouble: (id, reason) => recorders.get(id)?.trouble(reason),
  };
  let link: Promise<OpenedLink> | null = null;
  let lookAtLink = (): void => undefined;
  const linkOf = async (): Promise<OpenedLink> => {
    link ??= watchedLink();
    const opened = await link;
    lookAtLink = () => opened.watch?.look();
    return opened;
  };
  let suspension: Promise<OpenedSuspension> | null = null;
  let suspensionWatch: SuspensionWatch | null = null;
  const lookAtClocks = (atOnce: boolean): void => {
    const slept = suspensionWatch?.look(atOnce) ?? null;
    if (slept !== null) sink.blind(null, slept.fromNs, slept.toNs, slept.reason);
  };
  const drain = (): void => {
    const nowNs = Number(process.hrtime.bigint());
    for (const engine of started) engine.drain();
    for (const recorder of recorders.values()) recorder.flush(nowNs);
  };
  const tick = (): void => {
    drain();
    lookAtLink();
    lookAtClocks(false);
  };
  const engineFor = async ({ kind, target }: ProbeSpec): Promise<Engine> => {
    const key = kind === 'icmp' ? familyOf(target) : 'stream';
    const input = { epochNs, realtime, family: key === 6 ? key : 4 } as const;
    const engine = engines.get(key) ?? (key === 'stream' ? startWorkerEngine(new URL('./stream/worker.ts', import.meta.url), input, sink) : startIcmpEngine(icmpEngine, input, sink));
    engines.set(key, engine);
    try {
      const ready = await engine;
      if (!started.includes(ready)) started.push(ready);
      return ready;
    } catch (error) {
      engines.delete(key);
      throw error;
    }
  };

  return {
    async startProbe(spec, { file, anchorNs, signal }) {
      refuseBadSpec(spec);
      signal?.throwIfAborted();
      const resolved = await resolveTarget(spec);
      const engine = await engineFor(spec);
      if (spec.periodMs < engine.leastPeriodMs) throw new Error(`${spec.name}: ${engine.name} sends no more often than every ${engine.leastPeriodMs} ms; make the period ${engine.leastPeriodMs} ms or more (${engine.reason})`);
      const engineName = spec.kind === 'icmp' ? engine.name : `${spec.kind}-${engine.name}`;
      const { watch, reason: linkReason } = await linkOf();
      suspension ??= watchedSuspension(clocks);
      const { watch: clockWatch, reason: clockReason } = await suspension;
      suspensionWatch = clockWatch;
      // What this machine slept before the probe began is no concern of it.
      lookAtClocks(true);
      const id = nextId++;
      const recorder = createRecorder(spec, engineName, file, anchorNs);
      recorders.set(id, recorder);
      timer ??= setInterval(tick, batchMs);
      const address = watchedAddress(resolved);
      if (address !== null) watch?.watch(id, { address, periodMs: spec.periodMs }, () => recorder.heard(), (fromNs, toNs, reason) => recorder.blind(fromNs, toNs, reason));
      engine.add(id, resolved, () => recorder.nextSeq());

      let stopping: Promise<void> | null = null;
      const stop = async (drainMs: number): Promise<void> => {
        const stoppedNs = Number(process.hrtime.bigint());
        await engine.remove(id);
        watch?.unwatch(id);
        // A probe that was lost long ago is not waited for: only those whose wait is not over.
        const awaitedNs = (): number => Math.min(stoppedNs + drainMs * 1e6, (recorder.newestOpenNs() ?? -Infinity) + spec.waitMs * 1e6);
        while (Number(process.hrtime.bigint()) < awaitedNs()) {
          await delay(Math.min(drainPollMs, drainMs));
          drain();
        }
        lookAtClocks(true);
        engine.forget(id);
        recorders.delete(id);
        recorder.end(stoppedNs);
        running.delete(probe);
        if (recorders.size === 0 && timer !== null) {
          clearInterval(timer);
          timer = null;
        }
      };
      const probe: RunningProbe = {
        spec,
        engine: engineName,
        engineReason: `${engine.reason}; ${linkReason}${clockReason}`,
        status() {
          drain();
          return recorder.status();
        },
        beats: () => recorder.beats(),
        answered: async (sinceNs, waitSignal) => recorder.onAnswer(sinceNs, waitSignal),
        async stop(drainMs = spec.waitMs) {
          stopping ??= stop(drainMs);
          return stopping;
        },
      };
      running.add(probe);
      signal?.addEventListener('abort', () => void probe.stop(0), { once: true });
      return probe;
    },
    async close() {
      await Promise.all([...running].map(async (probe) => probe.stop(0)));
      await Promise.all(started.map(async (engine) => engine.close()));
      started.length = 0;
      engines.clear();
      (await link)?.watch?.close();
      link = null;
      lookAtLink = () => undefined;
    },
  };
}

/** @throws Error when HA_ACCEPTANCE_ICMP_ENGINE is no engine. */
export function choiceFromEnvironment(): IcmpEngineChoice {
  const wanted = process.env['HA_ACCEPTANCE_ICMP_ENGINE'] ?? 'auto';
  const choice = icmpEngineChoices.find((known) => known === wanted);
  if (choice === undefined) throw new Error(`HA_ACCEPTANCE_ICMP_ENGINE is "${wanted}"; set it to one of ${icmpEngineChoices.join(', ')}, or unset it`);
  return choice;
}
