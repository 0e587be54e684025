import { spawn } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';

/** Keeps every core busy with a process of ordinary priority, until it is ended. */
export function loadEveryCore(): { end(): void } {
  const children = Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' }));
  return {
    end() {
      for (const child of children) child.kill('SIGKILL');
    },
  };
}

/** The machine's load of the last minute, for the heading of a table. */
export function currentLoad(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
