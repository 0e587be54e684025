import { existsSync } from 'node:fs';
import { exitCode } from './exit-code.ts';
import { complain } from './say.ts';

/** Why a run is being stopped before its end. */
export type StopReason = { kind: 'signal'; name: NodeJS.Signals } | { kind: 'kill-switch'; file: string } | { kind: 'time-cap'; minutes: number } | { kind: 'lock-lost' } | { kind: 'internal'; message: string };

export interface Stop {
  /** Aborted at the first reason; its `reason` is a StopReason. Nothing is injected after that. */
  signal: AbortSignal;
  reason(): StopReason | null;
  /** Stops for a reason of our own. */
  trigger(reason: StopReason): void;
  /** What a second signal is answered with. */
  onRepeated(answer: () => string): void;
  close(): void;
}

export interface StopOptions {
  /** When this file exists, the run stops: for people and programs without access to the process. Null: there is none. */
  killSwitch: string | null;
  /** After this time the run stops, minutes. Null: it has no cap. */
  capMinutes: number | null;
}

/** Two signals within this time are one: a terminal and a launcher may both deliver it. */
const sameSignalMs = 700;
const pollMs = 500;

/** Describes a reason for people. */
export function describeStop(reason: StopReason): string {
  if (reason.kind === 'signal') return `received ${reason.name}`;
  if (reason.kind === 'lock-lost') return 'another harness took over the lock of the cluster';
  if (reason.kind === 'internal') return `an internal error: ${reason.message}`;
  return reason.kind === 'kill-switch' ? `the kill switch ${reason.file} exists` : `the run took longer than its cap of ${reason.minutes} minutes`;
}

/** The exit code of what was stopped for this reason and mended. */
export function codeOfStop(reason: StopReason | null): number {
  if (reason === null) return exitCode.pass;
  return reason.kind === 'internal' ? exitCode.internal : exitCode.interrupted;
}

/** Listens to SIGINT, SIGTERM, SIGHUP, the kill switch and the cap. The process lives on until the caller has mended. */
export function watchForStop({ killSwitch, capMinutes }: StopOptions): Stop {
  const controller = new AbortController();
  let reason: StopReason | null = null;
  let lastSignalAt = 0;
  let answer = (): string => 'Stopping: what was broken is being mended first.';
  const stop = (found: StopReason): void => {
    if (reason !== null) return;
    reason = found;
    controller.abort(found);
  };
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) => {
    const listener = (): void => {
      const repeated = performance.now() - lastSignalAt > sameSignalMs && reason !== null;
      lastSignalAt = performance.now();
      if (repeated) complain(`\n${answer()}`);
      else stop({ kind: 'signal', name });
    };
    process.on(name, listener);
    return { name, listener };
  });
  // Whatever goes wrong in here, what was injected is mended before the process ends.
  const failed = (error: unknown): void => {
    complain(`Internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    stop({ kind: 'internal', message: error instanceof Error ? error.message : String(error) });
  };
  process.on('uncaughtException', failed);
  process.on('unhandledRejection', failed);
  const started = performance.now();
  const timer = setInterval(() => {
    if (killSwitch !== null && existsSync(killSwitch)) stop({ kind: 'kill-switch', file: killSwitch });
    if (capMinutes !== null && performance.now() - started > capMinutes * 60_000) stop({ kind: 'time-cap', minutes: capMinutes });
  }, pollMs);
  timer.unref();
  return {
    signal: controller.signal,
    reason: () => reason,
    trigger: stop,
    onRepeated: (next) => {
      answer = next;
    },
    close: () => {
      clearInterval(timer);
      process.off('uncaughtException', failed);
      process.off('unhandledRejection', failed);
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}
