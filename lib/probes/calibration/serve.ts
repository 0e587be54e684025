import { Worker } from 'node:worker_threads';
import type { Stall } from '../stall.ts';
import type { ServersInput } from './servers.ts';

/** The other end of synthetic connections and questions. */
export interface RunningServers {
  /** When it stood still so far: what was asked in such time says nothing of the prober. */
  stalls(): Promise<Stall[]>;
}

/**
 * Starts the servers, in a thread of their own, for as long as this process lives.
 *
 * @throws Error when they cannot listen.
 */
export async function startServers(input: ServersInput): Promise<RunningServers> {
  const worker = new Worker(new URL('./servers.ts', import.meta.url), { workerData: input, execArgv: [], name: 'servers' });
  worker.unref();
  const answer = async (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', (error) => reject(error instanceof Error ? error : new Error(String(error))));
    });
  await answer();
  return {
    async stalls() {
      const told = answer();
      worker.postMessage('stalls', []);
      return (await told) as Stall[];
    },
  };
}
