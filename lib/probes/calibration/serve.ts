import { Worker } from 'node:worker_threads';
import type { ServersInput } from './servers.ts';

/**
 * Starts the servers that synthetic connections and questions go to, in a thread of their own, for as long as this process lives.
 *
 * @throws Error when they cannot listen.
 */
export async function startServers(input: ServersInput, areNeeded: boolean): Promise<void> {
  if (!areNeeded) return;
  const worker = new Worker(new URL('./servers.ts', import.meta.url), { workerData: input, execArgv: [], name: 'servers' });
  worker.unref();
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', (error) => reject(error instanceof Error ? error : new Error(String(error))));
  });
}
