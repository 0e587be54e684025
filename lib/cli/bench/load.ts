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

/** Blocks the main loop of this process most of the time, 50 to 200 ms at a stretch. */
export function blockMainLoop(): void {
  setInterval(() => {
    for (const untilMs = performance.now() + 50 + Math.random() * 150; performance.now() < untilMs;);
  }, 20).unref();
}

/** The machine's load of the last minute, for the heading of a table. */
export function currentLoad(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
