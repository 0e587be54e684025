import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Hypervisor, Snapshot } from '../adapters/hypervisor.ts';
import type { Environment, GuestConfig } from '../environment/environment.ts';
import type { Fault, UndoData } from '../faults/fault.ts';
import { inverses } from '../faults/inverses.ts';
import type { Interval, MeasurementName, PhaseName, Target, Transition, Unit } from '../record/types.ts';
import type { RunningProbe } from '../probes/probe.ts';
import { readDescription } from '../record/run-reader.ts';
import type { RunWriter } from '../record/run-writer.ts';
import { openEntries, revertedEntriesOfRun } from '../safety/journal.ts';
import { keepMended } from '../safety/keep-mended.ts';
import { tellAfterFaults, tellBeforeFault } from '../safety/told-faults.ts';
import type { Teller } from '../safety/told-faults.ts';
import { passGate } from './gate.ts';
import { guard, injectTogether, revertAll } from './injection.ts';
import type { InjectOptions, Injected } from './injection.ts';
import type { IntegrityWatch } from './integrity-watch.ts';
import { Blocked, Stopped } from './outcome.ts';
import type { Selected } from './selection.ts';
import type { Session } from './session.ts';

/** What a suite is written with. Every call leaves its trace in the record. */
export interface Scenario {
  id: string;
  guest: GuestConfig | null;
  environment: Environment;
  /** Whether the cluster is a played one, which lives faster than a real one. */
  simulated: boolean;
  hypervisor: Hypervisor;
  signal: AbortSignal;
  /** Running probes by name, `<guest>.<kind>`. */
  probes: ReadonlyMap<string, RunningProbe>;
  /** Watches of the guests' disk write/verify sequences by guest; only guests that have one. */
  integrity: ReadonlyMap<string, IntegrityWatch>;
  /** ns since the run's anchor. */
  now(): number;
  /** A ns-of-CLOCK_MONOTONIC moment as ns since the run's anchor. */
  sinceAnchor(monotonicNs: number): number;
  /** A step of the procedure: its title, its time, and whether it went well. */
  step<T>(title: string, body: () => Promise<T>): Promise<T>;
  progress: (message: string) => void;
  /** Something that must hold. `null`: the evidence is missing. `common`: of every scenario, so that no pass rests on it. */
  expect(title: string, ok: boolean | null, detail: string, more?: { common: true }): void;
  measured(name: MeasurementName, interval: Interval, more: { unit?: Unit; source: string; guest?: string; fromNode?: string; toNode?: string; periodMs?: number }): void;
  phase(phase: PhaseName, transition: Transition, source: string): void;
  /** What a second witness says about when a phase was reached: shown beside it, never mixed with it. */
  account(phase: PhaseName, transition: Transition, source: string, detail: string): void;
  /** Measure what a probe saw between two moments (ns since the anchor). */
  window(probe: string, start: number, end: number, more?: { measures?: 'outage' | 'service-gap'; fromNode?: string; toNode?: string }): void;
  mark(title: string): void;
  /** Leaves the redundancy of every storage of a reading in the record; below full redundancy with the storage's own words, how much is degraded among them. */
  redundancy: (snapshot: Snapshot) => void;
  target(target: Target): void;
  evidence: (title: string, name: string, mediaType: string, text: string) => void;
  /** The steady-state gate once more, for a fault that is not the first of its scenario, or that follows a move. @throws Blocked */
  gate(): Promise<void>;
  /** Writes the undo to disk, injects the fault and waits until its effect is confirmed. */
  inject(fault: Fault, options?: InjectOptions): Promise<Injected>;
  /** The same for several faults that are to be in place together: every undo first, then all of them at once. */
  injectTogether(faults: readonly Fault[], options?: InjectOptions): Promise<Injected>;
  /** Asks for the lock of the cluster once more, and writes an undo to disk for what the following steps do by themselves. @throws Blocked */
  guard(fault: string, target: Target, undo: UndoData): Promise<void>;
  /**
   * Carries out all open undos of this scenario, or those alone that are named, in reverse order, verified. Returns ns since the
   * anchor at which the first was begun.
   */
  mend(...only: readonly UndoData[]): Promise<number>;
  /** Looks after what was mended of this scenario, at each reading that is not whole: what the cluster takes back late is done again. */
  keepMended(): () => Promise<void>;
  /** Whether an undo of this scenario is open now. */
  hasOpenUndo(): boolean;
  /** Whether one was opened at any time: something was injected, or at least begun to be. */
  hasBegun(): boolean;
  /** When the first fault was commanded, ns since the anchor; null when none was seen through. */
  injectedAt(): number | null;
  /** When the last fault was commanded: the phases of a recovery count from it. */
  lastInjectedAt(): number | null;
}

export interface ScenarioParts {
  session: Session;
  selected: Selected;
  signal: AbortSignal;
  probes: ReadonlyMap<string, RunningProbe>;
  integrity: ReadonlyMap<string, IntegrityWatch>;
  /** What is wrong with the probes at this moment, null when nothing is. Default: nothing is. */
  probeQuality?: () => string | null;
}

/** Folder of a scenario's raw samples. */
export function samplesFolder(writer: RunWriter, id: string): string {
  const folder = join(writer.folder, 'samples', id);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Makes the object that a suite is written with. */
export function createScenario({ session, selected, signal, probes, integrity, probeQuality = () => null }: ScenarioParts): Scenario {
  const { writer, environment, hypervisor } = session;
  const scenario = selected.id;
  let steps = 0;
  const progress = (message: string): void => writer.event({ kind: 'progress', scenario, message });
  const faultContext = { session, scenario, guest: selected.guest?.name ?? null, signal, progress };
  let injectedAt: number | null = null;
  let lastInjectedAt: number | null = null;
  let hasBegun = false;
  const hasOpenUndo = (): boolean => openEntries(session.identity.identity).some((entry) => entry.scenario === scenario && entry.runFolder === writer.folder);
  const teller: Teller = { ...environment, identity: session.identity.identity };
  const tellOfFaults = async (faults: readonly Fault[]): Promise<void> => {
    for (const { name, target: { node, disk } } of faults) {
      await tellBeforeFault(teller, { run: writer.run, scenario, fault: name, node, disk }).catch((error: Error) => {
        throw new Blocked(`${error.message} Nothing was injected.`, { cause: error });
      });
    }
  };
  const tellOfMending = async (): Promise<void> => {
    if (!hasOpenUndo()) await tellAfterFaults(teller, { run: writer.run, scenario }, (message) => writer.event({ kind: 'note', scenario, level: 'warning', message }));
  };
  const injectAll = async (faults: readonly Fault[], options?: InjectOptions): Promise<Injected> => {
    const injected = await injectTogether(faults, faultContext, { ...options, allowed: async () => tellOfFaults(faults) }).catch(async (error: unknown) => {
      await tellOfMending();
      throw error;
    });
    hasBegun = true;
    injectedAt ??= injected.at;
    lastInjectedAt = injected.at;
    return injected;
  };
  const step: Scenario['step'] = async (title, body) => {
    if (signal.aborted) throw new Stopped(`stopped before "${title}"`);
    steps += 1;
    const number = steps;
    writer.event({ kind: 'step-started', scenario, step: number, title });
    try {
      const result = await body();
      writer.event({ kind: 'step-ended', scenario, step: number, title, ok: true, error: null });
      return result;
    } catch (error) {
      writer.event({ kind: 'step-ended', scenario, step: number, title, ok: false, error: (error as Error).message });
      throw error;
    }
  };
  return {
    id: scenario,
    guest: selected.guest,
    environment,
    simulated: readDescription(writer.folder).simulated,
    hypervisor,
    signal,
    probes,
    integrity,
    now: () => writer.now(),
    sinceAnchor: (monotonicNs) => writer.sinceAnchor(monotonicNs),
    progress,
    step,
    gate: async () => void (await passGate({ step, progress, signal, environment, hypervisor, probeQuality }, 'nothing more was injected')),
    expect: (title, ok, detail, more) => writer.event({ kind: 'expectation', scenario, title, ok, detail, ...more }),
    measured: (name, interval, more) =>
      writer.event({ kind: 'measured', scenario, name, lo: interval.lo, hi: interval.hi, unit: more.unit ?? 'ms', source: more.source, guest: more.guest ?? null, fromNode: more.fromNode ?? null, toNode: more.toNode ?? null, periodMs: more.periodMs ?? null }),
    phase: (phase, transition, source) => writer.event({ kind: 'phase', scenario, phase, source, ...transition }),
    account: (phase, transition, source, detail) => writer.event({ kind: 'account', scenario, phase, source, detail, ...transition }),
    window: (probe, start, end, more) =>
      writer.event({ kind: 'window', scenario, probe, measures: more?.measures ?? 'outage', fromNode: more?.fromNode ?? null, toNode: more?.toNode ?? null, start, end }),
    mark: (title) => writer.event({ kind: 'mark', scenario, title }),
    redundancy: (snapshot) => {
      for (const { name, redundancyShare, copies, detail } of snapshot.storage) writer.event({ kind: 'redundancy', scenario, storage: name, share: redundancyShare, detail: [`${name}: ${(redundancyShare * 100).toFixed(1)} % of the data has all ${copies.wanted} copies`, ...(redundancyShare < 1 ? detail : [])].join('; ') });
    },
    target: (target) => writer.event({ kind: 'target', scenario, target }),
    evidence: (title, name, mediaType, text) => writer.evidence({ scenario, title, name, mediaType, data: text }),
    inject: async (fault, options) => injectAll([fault], options),
    injectTogether: injectAll,
    guard: async (fault, target, undo) => {
      await guard(fault, target, undo, faultContext);
      hasBegun = true;
    },
    mend: async (...only) => {
      // An injection that failed half-way leaves its undo open; mending closes it.
      hasBegun ||= hasOpenUndo();
      const begun = await revertAll(faultContext, only.length === 0 ? undefined : only);
      await tellOfMending();
      return begun;
    },
    keepMended: () => keepMended(revertedEntriesOfRun(writer.folder).filter((entry) => entry.scenario === scenario), { environment, signal: session.signal, progress, hypervisor: async () => hypervisor }, { inverses }),
    hasOpenUndo,
    hasBegun: () => hasBegun || hasOpenUndo(),
    injectedAt: () => injectedAt,
    lastInjectedAt: () => lastInjectedAt,
  };
}
