import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { firstAnswer } from './answers-again.ts';
import { Blocked, Inconclusive } from './outcome.ts';
import type { Scenario } from './scenario.ts';
import { watchTransitions } from './watch.ts';

/** As long as a failover is waited for elsewhere, ms. */
const settledTimeoutMs = 600_000;
const readingTimeoutMs = 15_000;

/**
 * The node whose return disturbs least: a worker without a guest, where there is one, else any that may be touched and is not the only
 * one. Throws Blocked.
 */
export function nodeToReturn({ allow, nodes }: Pick<Environment, 'allow' | 'nodes'>, snapshot: Snapshot): string {
  const guestsOn = (name: string): number => snapshot.guests.filter(({ runningOn }) => runningOn.includes(name)).length;
  const rank = (name: string): number => guestsOn(name) * 2 + (snapshot.nodes.some((node) => node.name === name && node.role === 'coordinator') ? 1 : 0);
  const [chosen] = nodes.map(({ name }) => name).filter((name) => allow.nodes.includes(name)).toSorted((one, other) => rank(one) - rank(other));
  if (chosen === undefined) throw new Blocked('No node may be touched. Add one to allow.nodes of the environment file.');
  return chosen;
}

/** Waits until the cluster has come to terms with the loss of a node: it is no member, every guest runs elsewhere and answers. Throws Inconclusive. */
export async function settleWithout(scenario: Scenario, node: string): Promise<void> {
  const names = scenario.environment.guests.map(({ name }) => name);
  const patience = AbortSignal.any([scenario.signal, AbortSignal.timeout(deadlineMs(settledTimeoutMs))]);
  const { met: { settled } } = await watchTransitions({
    hypervisor: scenario.hypervisor,
    scope: 'membership',
    sinceNs: Number(process.hrtime.bigint()),
    timeoutMs: deadlineMs(settledTimeoutMs),
    signal: scenario.signal,
    conditions: {
      settled: ({ nodes, guests }) => {
        const isGone = nodes.some(({ name, online, unclean }) => name === node && !online && !unclean);
        return isGone && names.every((name) => guests.some((guest) => guest.name === name && (!guest.haManaged || guest.haState === 'started') && guest.runningOn.length === 1 && guest.runningOn[0] !== node));
      },
    },
  });
  const since = Number(process.hrtime.bigint());
  const answers = settled === null ? [null] : await Promise.all([...scenario.probes.values()].map(async (probe) => firstAnswer(scenario, probe, since, patience)));
  if (answers.includes(null)) throw new Inconclusive(`The cluster did not come to terms with the loss of ${node}, so its return could not be judged. See the row node-failure.`);
}

/** Where guests are and in which boot: what a return must leave as it is. Place null: it could not be read. */
export type Whereabouts = ReadonlyMap<string, { place: string | null; boot: string | null }>;

/** A busy node may leave a question unanswered: it is asked again for so long, ms. */
const completeTimeoutMs = 30_000;

/** Places by guest, from the first reading that nothing is missing from; null when none was complete. */
async function places({ hypervisor, signal, environment }: Scenario): Promise<Map<string, string> | null> {
  const found = new Map<string, string>();
  const { met: { complete } } = await watchTransitions({
    hypervisor,
    scope: 'membership',
    sinceNs: Number(process.hrtime.bigint()),
    timeoutMs: deadlineMs(completeTimeoutMs),
    signal,
    conditions: {
      complete: ({ guests, unread }) => {
        if (unread.length > 0) return false;
        for (const { name } of environment.guests) found.set(name, guests.find((guest) => guest.name === name)?.runningOn.join(' and ') ?? '');
        return true;
      },
    },
  });
  return complete === null ? null : found;
}

/** Reads the whereabouts of every guest of the environment. */
export async function whereabouts(scenario: Scenario): Promise<Whereabouts> {
  const found = await places(scenario);
  const since = scenario.now();
  return new Map(await Promise.all(scenario.environment.guests.map(async ({ name }) => {
    const boot = (await scenario.integrity.get(name)?.next(since, deadlineMs(readingTimeoutMs), scenario.signal))?.boot ?? null;
    return [name, { place: found?.get(name) ?? null, boot }] as const;
  })));
}

/** What the return did to the guests: none was started anew; where each is now is said, as a platform may move guests back by its own configuration. */
export function judgeUndisturbed(scenario: Pick<Scenario, 'expect' | 'mark'>, before: Whereabouts, after: Whereabouts): void {
  for (const [name, { place, boot }] of before) {
    const now = after.get(name) ?? { place: null, boot: null };
    const where = place === null || now.place === null ? 'its place could not be read before and after' : now.place === place ? `it stayed on ${place}` : `it was moved from ${place} to ${now.place || 'nowhere'}`;
    if (now.place !== null && now.place !== place) scenario.mark(`${name}: ${where}`);
    const isGone = now.place === '' || now.place?.includes(' and ') === true;
    const known = place !== null && now.place !== null && boot !== null && now.boot !== null;
    const restarted = boot !== null && now.boot !== null && boot !== now.boot;
    scenario.expect(`${name} runs on as it did`, isGone || restarted ? false : known ? true : null, boot === null || now.boot === null ? `its boot could not be read before and after; ${where}` : `boot ${boot} before, ${now.boot} after; ${where}`);
  }
}

/** After a return every node has its role, and one alone decides. */
export function judgeRoles(scenario: Pick<Scenario, 'expect'>, { nodes, quorate }: Snapshot): void {
  const roles = nodes.map(({ name, role, online }) => `${name} ${online ? role : 'offline'}`).join(', ');
  const settled = nodes.every(({ online, unclean, drained }) => online && !unclean && !drained) && nodes.filter(({ role }) => role === 'coordinator').length === 1;
  scenario.expect('the roles are settled: every node takes part, one alone coordinates', quorate === null ? null : settled && quorate, roles);
}
