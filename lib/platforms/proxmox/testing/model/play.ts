import { openProxmox } from '../../client.ts';
import type { ProxmoxClient } from '../../client.ts';
import type { ProxmoxRead, ProxmoxWrite } from '../../request.ts';
import { testClock } from '../clock.ts';
import { startModelCluster } from './model-cluster.ts';
import type { ModelCluster, ModelOptions } from './model-cluster.ts';

const open: ModelCluster[] = [];

/** Ends every model that a test has started. */
export async function endAll(): Promise<void> {
  for (const cluster of open.splice(0)) await cluster.close();
}

/** A model whose time the test moves, and a client of it. */
export interface Played {
  cluster: ModelCluster;
  client: ProxmoxClient;
  read<T>(request: ProxmoxRead<T>): Promise<T>;
  /** Writes, and tells what was answered; a refusal throws. */
  write<T>(request: ProxmoxWrite<T>): Promise<T>;
  /** Lets time pass, a second at a time, until the condition holds. @returns seconds since the call */
  until(what: () => boolean, withinS?: number): Promise<number>;
  pass(seconds: number): Promise<void>;
}

export async function play(options: Omit<ModelOptions, 'clock'> = {}): Promise<Played> {
  const cluster = await startModelCluster({ clock: testClock(1_795_198_400_000), ...options });
  open.push(cluster);
  const client = openProxmox(cluster.standIn.target, cluster.clock.now);
  return {
    cluster,
    client,
    read: (request) => client.read(request),
    write: async (request) => {
      const written = await client.write(request);
      if (written.outcome === 'unknown') throw new Error(written.why);
      return written.value;
    },
    until: async (what, withinS = 600) => {
      for (let second = 0; second <= withinS; second += 1) {
        await cluster.settle();
        if (what()) return second;
        await cluster.clock.sleep(1000);
      }
      throw new Error(`it did not come within ${withinS} s`);
    },
    pass: (seconds) => cluster.clock.sleep(seconds * 1000),
  };
}

export const serviceOf = ({ cluster }: Played): { state: string; node: string; running: boolean } | undefined => cluster.world.manager.services.get('vm:100');
export const processOf = ({ cluster }: Played): string | null => cluster.world.guests.get('100')?.process?.node ?? null;
