import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeSpec } from '../probes/probe.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { firstAnswer } from './answers-again.ts';
import { asksService } from './probing.ts';
import type { Scenario } from './scenario.ts';
import { judgeSilence } from './silence.ts';

/** How long a service is watched, ms: a hundred questions at ten a second. */
const watchMs = 10_000;
const firstAnswerTimeoutMs = 30_000;

/** What a service probe establishes, for people. */
export function sayAccess({ kind, guest, target, query, resolver, expect }: ProbeSpec): string {
  const by = resolver === undefined ? '' : `, its name resolved by ${resolver}`;
  const what = kind === 'dns' ? `${guest} resolves ${query ?? target}` : kind === 'http' ? `${target} is served by ${guest}${by}` : `${guest} accepts connections at ${target}`;
  return expect === undefined ? what : `${what}, as "${expect}"`;
}

/**
 * Watches every service for a while: each must answer as expected; its longest gap is measured.
 *
 * @param times how long a first answer is waited for, and how long each is watched then, ms
 */
export async function judgeAccess(scenario: Scenario, times = { answerMs: deadlineMs(firstAnswerTimeoutMs), watchMs }): Promise<void> {
  const services = [...scenario.probes.values()].filter(asksService);
  if (services.length === 0) scenario.expect('a service of a guest can be asked', null, 'no guest has a probe of kind http, dns or tcp (guests[].probes of the environment file)');
  const patience = AbortSignal.any([scenario.signal, AbortSignal.timeout(times.answerMs)]);
  const asked = Number(process.hrtime.bigint());
  const answers = await Promise.all(services.map(async (probe) => firstAnswer(scenario, probe, asked, patience)));
  const waitedUntil = Number(process.hrtime.bigint());
  for (const [index, probe] of services.entries()) {
    const isGood = answers[index] !== null;
    const silence = judgeSilence(probe, asked, waitedUntil);
    scenario.expect(sayAccess(probe.spec), isGood ? true : scenario.signal.aborted ? null : silence.ok, isGood ? 'answers as expected' : silence.detail);
  }
  const start = scenario.now();
  await sleep(times.watchMs, undefined, { signal: scenario.signal });
  for (const { spec } of services) scenario.window(spec.name, start, scenario.now(), { measures: 'service-gap' });
}
