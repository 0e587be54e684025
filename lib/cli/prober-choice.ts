import { familyOf } from '../probes/address.ts';
import type { Family } from '../probes/address.ts';
import { startIcmpEngine, surveyIcmpEngines } from '../probes/icmp-engine.ts';
import { choiceFromEnvironment } from '../probes/prober.ts';
import type { Environment } from '../environment/environment.ts';
import type { Finding } from '../safety/invariants.ts';

/** Families of the guests that are probed by ICMP. */
export function familiesOf(environment: Environment): Family[] {
  const addresses = environment.guests.filter(({ probes }) => probes.some(({ kind }) => kind === 'icmp')).map(({ address }) => address);
  return [...new Set(addresses.map(familyOf))].toSorted((a, b) => a - b);
}

/** What will send the ICMP probes of a run, and why, for its record. Never throws: that nothing can is told by the probes themselves. */
export async function proberChoice(environment: Environment): Promise<{ engine: string; reason: string }> {
  const nowhere = { sent: () => undefined, answered: () => undefined, blind: () => undefined, trouble: () => undefined };
  const chosen = await Promise.all(
    familiesOf(environment).map(async (family) => {
      try {
        const engine = await startIcmpEngine(choiceFromEnvironment(), { epochNs: 0, realtime: true, family }, nowhere);
        await engine.close();
        return { name: engine.name, reason: engine.reason };
      } catch (error) {
        return { name: 'none', reason: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
  if (chosen.length === 0) return { engine: 'node', reason: 'no guest is probed by icmp; all other probes are sent by sockets of Node in a thread of their own' };
  return { engine: chosen.map(({ name }) => name).join(' and '), reason: chosen.map(({ reason }) => reason).join('; ') };
}

/** For `check`: what would send the ICMP probes of this environment, why, and what every other engine is worth here. */
export async function proberFindings(environment: Environment): Promise<Finding[]> {
  const choice = choiceFromEnvironment();
  return Promise.all(
    familiesOf(environment).map(async (family): Promise<Finding> => {
      const title = `ICMP probes can be sent over IPv${family}`;
      const engines = await surveyIcmpEngines(family);
      const usable = engines.filter((engine) => engine.name !== null && (choice === 'auto' || engine.choice === choice));
      const [best] = usable;
      const worth = engines.filter((engine) => engine !== best).map((engine) => (engine.name === null ? `${engine.choice} cannot run (${engine.reason})` : `${engine.choice} can run`)).join('; ');
      if (best === undefined) return { title, ok: false, detail: worth, remedy: choice === 'auto' ? 'Run as root, or let net.ipv4.ping_group_range hold your group, or install iputils-ping.' : `HA_ACCEPTANCE_ICMP_ENGINE asks for ${choice}: unset it.` };
      const { periodMs } = environment.probe;
      const detail = `${best.name} every ${periodMs} ms${choice === 'auto' ? '' : ', as HA_ACCEPTANCE_ICMP_ENGINE asks'}: ${best.reason}; ${worth}`;
      return { title, ok: best.leastPeriodMs <= periodMs, detail, remedy: `${best.name} sends no more often than every ${best.leastPeriodMs} ms: set probe.period to that or more.` };
    }),
  );
}
