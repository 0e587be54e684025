import type { CallOptions, Operation } from './hypervisor.ts';
import { AdapterError } from './adapter-error.ts';

/** Keeps the log of a long operation, with the time since its begin. */
export interface OperationLog {
  add(line: string): void;
  lines(): string[];
}

/** A log that leaves out what was said last already. */
export function operationLog(): OperationLog {
  const begun = performance.now();
  const lines: string[] = [];
  let last = '';
  return {
    add: (line) => {
      if (line !== last) lines.push(`${((performance.now() - begun) / 1000).toFixed(2)} s ${line}`);
      last = line;
    },
    lines: () => [...lines],
  };
}

/** The time of a call: its deadline and the caller's wish to give up, in one signal. */
export interface Allowance {
  signal: AbortSignal;
  /** The error to throw for one that came up within: the caller's own reason, the deadline, or the error itself. */
  explain(error: unknown): unknown;
}

/** `phase` and `target` are for the error that tells of a deadline. */
export function allow(options: CallOptions | undefined, defaultTimeoutMs: number, phase: string, target: string): Allowance {
  const timeoutMs = options?.timeoutMs ?? defaultTimeoutMs;
  const deadline = AbortSignal.timeout(timeoutMs);
  return {
    signal: options?.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]),
    explain: (error) => {
      if (options?.signal?.aborted === true) return options.signal.reason;
      if (!deadline.aborted || error instanceof AdapterError) return error;
      return new AdapterError({ message: `The ${phase} of ${target} did not end within ${timeoutMs / 1000} s.`, blame: 'unknown', impact: 'It may still be under way.', remedy: 'Look at the cluster before you try again.', phase, target }, { cause: error });
    },
  };
}

/** Does something within its allowance. */
export async function within<T>(allowance: Allowance, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await work(allowance.signal);
  } catch (error) {
    throw allowance.explain(error);
  }
}

/** Begins a long operation; its work calls `isUnderWay` when the platform shows that data is on its way. Its promises may be awaited late: a failure meanwhile is no unhandled rejection. */
export function begin<T>(id: string, allowance: Allowance, work: (log: OperationLog, signal: AbortSignal, isUnderWay: () => void) => Promise<T>): Operation<T> {
  const log = operationLog();
  const way = Promise.withResolvers<void>();
  const done = within(allowance, (signal) => work(log, signal, way.resolve));
  done.then(
    () => way.reject(new Error(`"${id}" ended before it was seen under way: it was too quick.`)),
    (error: unknown) => way.reject(error),
  );
  way.promise.catch(() => null);
  return { id, done, underWay: way.promise, log: () => log.lines() };
}
