import type { GuestHealth, NodeHealth, WorldHealth } from '../world/health.ts';
import { askWorld } from './control-client.ts';
import { findWorld } from './world-record.ts';

export interface LabStatus {
  state: 'healthy' | 'starting' | 'degraded' | 'down';
  nodes: NodeHealth[];
  guests: GuestHealth[];
  /** The storage in its own words; null when the lab is down. */
  storage: string | null;
  /** ISO 8601 UTC; null when the lab is down. */
  since: string | null;
  incarnation: string | null;
  logs: string | null;
}

/** Looks at the lab, now. */
export async function labStatus(): Promise<LabStatus> {
  const world = findWorld();
  if (world === null) return { state: 'down', nodes: [], guests: [], storage: null, since: null, incarnation: null, logs: null };
  const health = await askWorld<WorldHealth & { started: boolean }>(world, '/health');
  const unhealthy = health.started ? 'degraded' : 'starting';
  return { state: health.healthy ? 'healthy' : unhealthy, nodes: health.nodes, guests: health.guests, storage: health.storage, since: world.since, incarnation: world.incarnation, logs: world.logs };
}
