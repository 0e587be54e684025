import type { Engine, EngineSink } from '../engine.ts';

export async function startPingEngine(reason: string, _sink: EngineSink): Promise<Engine> {
  throw new Error(`not available (${reason})`);
}
