import { surveyIcmpEngines } from './icmp-engine.ts';
import type { IcmpEngineName } from './icmp-engine.ts';

/**
 * Why a test cannot have that ICMP engine here (any of them: null), and says so with what is left out. Null when it can.
 *
 * @param file name of the test's file
 */
export async function noIcmpReason(file: string, wanted: IcmpEngineName | null): Promise<string | null> {
  const engines = (await surveyIcmpEngines(4)).filter(({ choice }) => wanted === null || choice === wanted);
  if (engines.some(({ name }) => name !== null)) return null;
  const reason = engines.map(({ choice, reason: why }) => `${choice}: ${why}`).join('; ');
  console.warn(`${file} leaves out what sends ICMP: ${reason}`);
  return reason;
}
