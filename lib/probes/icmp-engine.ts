import type { Family } from './address.ts';
import type { Engine, EngineSink } from './engine.ts';
import type { PingDialect } from './ping/dialect.ts';
import { startPingEngine } from './ping/engine.ts';
import { fping } from './ping/fping.ts';
import { iputils } from './ping/iputils.ts';
import { macosPing } from './ping/macos.ts';
import { windowsPing } from './ping/windows.ts';
import type { WorkerInput } from './protocol.ts';
import { startWorkerEngine } from './worker-engine.ts';

/** Engines of ICMP probes, the best first. `ping` is the system's own. */
export const icmpEngineNames = ['koffi', 'dgram', 'ping', 'fping'] as const;
export type IcmpEngineName = (typeof icmpEngineNames)[number];
export const icmpEngineChoices = ['auto', ...icmpEngineNames] as const;
export type IcmpEngineChoice = (typeof icmpEngineChoices)[number];

export type EngineInput = Omit<WorkerInput, 'port' | 'bell'>;

/** The native engine makes few new objects; without a bound V8 takes more room for them without need. */
const nativeYoungMb = 1;

const systemsPing: PingDialect = process.platform === 'darwin' ? macosPing : process.platform === 'win32' ? windowsPing : iputils;

const starters: Record<IcmpEngineName, (input: EngineInput, sink: EngineSink) => Promise<Engine>> = {
  koffi: async (input, sink) => startWorkerEngine(new URL('./icmp/worker.ts', import.meta.url), input, sink, { maxYoungGenerationSizeMb: nativeYoungMb }),
  dgram: async (input, sink) => startWorkerEngine(new URL('./dgram/worker.ts', import.meta.url), input, sink),
  ping: async ({ family }, sink) => startPingEngine(systemsPing, family, sink),
  fping: async ({ family }, sink) => startPingEngine(fping, family, sink),
};

/**
 * Starts the engine that was chosen, or with `auto` the first that works here. Its reason says why it is this one.
 *
 * @throws Error when it cannot run here, or none can, with the reason of each.
 */
export async function startIcmpEngine(choice: IcmpEngineChoice, input: EngineInput, sink: EngineSink): Promise<Engine> {
  if (choice !== 'auto') {
    try {
      const engine = await starters[choice](input, sink);
      return { ...engine, reason: `chosen by the caller: ${engine.reason}` };
    } catch (error) {
      throw new Error(`the ICMP engine ${choice} cannot run here: ${messageOf(error)}`, { cause: error });
    }
  }
  const refusals: string[] = [];
  for (const name of icmpEngineNames) {
    try {
      const engine = await starters[name](input, sink);
      return { ...engine, reason: refusals.length === 0 ? `the best of ${icmpEngineNames.length}: ${engine.reason}` : `${engine.reason}; fallback, because ${refusals.join(', and ')}` };
    } catch (error) {
      refusals.push(`${name} cannot run here (${messageOf(error)})`);
    }
  }
  throw new Error(`no ICMP probe can be sent over IPv${input.family}: ${refusals.join('; ')}`);
}

/** What one engine is worth on this machine. */
export interface SurveyedEngine {
  choice: IcmpEngineName;
  /** Name of the engine as records have it, null when it cannot run. */
  name: string | null;
  reason: string;
  leastPeriodMs: number;
}

/** Tries every engine without probing anything: each is started and ended. */
export async function surveyIcmpEngines(family: Family): Promise<SurveyedEngine[]> {
  const nowhere: EngineSink = { sent: () => undefined, answered: () => undefined, blind: () => undefined, trouble: () => undefined };
  const found: SurveyedEngine[] = [];
  for (const choice of icmpEngineNames) {
    try {
      const engine = await starters[choice]({ epochNs: 0, realtime: true, family }, nowhere);
      await engine.close();
      found.push({ choice, name: engine.name, reason: engine.reason, leastPeriodMs: engine.leastPeriodMs });
    } catch (error) {
      found.push({ choice, name: null, reason: messageOf(error), leastPeriodMs: Number.POSITIVE_INFINITY });
    }
  }
  return found;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
