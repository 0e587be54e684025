import type { Engine, EngineSink } from './engine.ts';
import { startPingEngine } from './ping/engine.ts';
import type { WorkerInput } from './protocol.ts';
import { startWorkerEngine } from './worker-engine.ts';

export type IcmpEngineChoice = 'auto' | 'koffi' | 'ping';

/**
 * The native engine where it can run, else one streaming `ping` a target.
 *
 * @throws Error when neither can, with both reasons.
 */
export async function startIcmpEngine(choice: IcmpEngineChoice, input: Omit<WorkerInput, 'port'>, sink: EngineSink): Promise<Engine> {
  if (choice === 'ping') return startPingEngine('chosen by the caller', sink);
  try {
    return await startWorkerEngine(new URL('./icmp/worker.ts', import.meta.url), input, sink);
  } catch (error) {
    const refusal = error instanceof Error ? error.message : String(error);
    if (choice === 'koffi') throw new Error(`the native ICMP engine cannot run here: ${refusal}`, { cause: error });
    return startPingEngine(`fallback, because the native engine cannot run here: ${refusal}`, sink);
  }
}
