import type { CallOptions, Operation } from '../hypervisor.ts';

/** Keeps the log of a long operation, with the time since its begin. */
export interface OperationLog {
  add(line: string): void;
  lines(): string[];
}

export function operationLog(): OperationLog {
  const begun = performance.now();
  const lines: string[] = [];
  return {
    add: (line) => {
      if (!lines.at(-1)?.endsWith(` ${line}`)) lines.push(`${((performance.now() - begun) / 1000).toFixed(2)} s ${line}`);
    },
    lines: () => [...lines],
  };
}

/** Begins a long operation. `done` may be awaited late: a failure meanwhile is no unhandled rejection. */
export function begin<T>(id: string, work: (log: OperationLog) => Promise<T>): Operation<T> {
  const log = operationLog();
  const done = work(log);
  done.catch(() => null);
  return { id, done, log: () => log.lines() };
}

/** The signal of a call that also ends at its deadline. */
export function bounded(options: CallOptions | undefined, defaultTimeoutMs: number): { signal: AbortSignal } {
  const deadline = AbortSignal.timeout(options?.timeoutMs ?? defaultTimeoutMs);
  return { signal: options?.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]) };
}
