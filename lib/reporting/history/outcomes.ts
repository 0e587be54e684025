import { effectOf } from '../comparison/cells.ts';
import type { EffectKey } from '../comparison/comparison-schema.ts';
import { sayEffect } from '../comparison/pairs.ts';
import type { JudgedRun } from '../judged-run.ts';
import type { ScenarioVerdict, Verdict } from '../../record/types.ts';
import { changedAlongside } from './alongside.ts';
import type { HistoryFinding, HistoryOutcome } from './history-schema.ts';
import { knownIssueOfAll } from './known-issue.ts';
import type { DeclaredIssue, KnownIssue } from './known-issue.ts';
import { goneSince, sayTimes, tells } from './standing.ts';
import type { Night } from './standing.ts';

/** The gravest of several repeats counts. */
const gravity: readonly Verdict[] = ['fail', 'inconclusive', 'blocked', 'pass', 'not-applicable'];

interface Known {
  issues: readonly DeclaredIssue[];
  /** `YYYY-MM-DD`, UTC. */
  today: string;
}

const sayKnown = (known: KnownIssue | null): string => (known === null ? '' : `; known until ${known.until}: ${known.reason}`);

const sayAlongside = (clauses: readonly string[]): string => (clauses.length === 0 ? '' : `; changed with it: ${clauses.join(', ')}`);

/** Since which run it fails although it passed before. Runs that tell nothing (blocked, inconclusive) end no series of fails. */
function failingSince(key: EffectKey, nights: readonly Night[], { issues, today }: Known): HistoryFinding | null {
  const telling = nights.filter(tells);
  const lastPass = telling.findLastIndex(({ verdict }) => verdict === 'pass');
  const failing = telling.slice(lastPass + 1);
  const [good, bad] = [telling[lastPass], failing[0]];
  if (good === undefined || bad === undefined) return null;
  const alongside = changedAlongside(good.run, bad.run);
  const known = knownIssueOfAll(issues, key, failing.flatMap(({ scenarios }) => scenarios.filter(({ verdict }) => verdict === 'fail')), today);
  const sentence = `${sayEffect(key)}: fails since run ${bad.run.description.run} (${failing.length} time${failing.length === 1 ? '' : 's'}), passed in ${good.run.description.run}${sayAlongside(alongside)}${sayKnown(known)}.`;
  return { run: bad.run.description.run, alongside, known, sentence };
}

/** Since which run nothing is established any more, neither a pass nor a fail, although it was before. */
function notEstablishedSince(key: EffectKey, nights: readonly Night[], { issues, today }: Known): HistoryFinding | null {
  const gone = goneSince(nights);
  if (gone === null) return null;
  const { last, since } = gone;
  const [first] = since;
  const scenarios = since.flatMap((night) => night.scenarios);
  const alongside = changedAlongside(last.run, first.run);
  const known = knownIssueOfAll(issues, key, scenarios, today);
  const reason = scenarios.findLast((scenario) => scenario.reason !== null)?.reason ?? null;
  const sentence = `${sayEffect(key)}: no longer established since run ${first.run.description.run} (${sayTimes(since)}), ${last.verdict === 'pass' ? 'passed' : 'failed'} in ${last.run.description.run}${reason === null ? '' : `; last reason: ${reason.replace(/\.$/, '')}`}${sayAlongside(alongside)}${sayKnown(known)}.`;
  return { run: first.run.description.run, alongside, known, sentence };
}

/** That a row was run and never passed, as a sentence; null: it did, or nothing of it applied. */
function neverPassed(key: EffectKey, nights: readonly Night[]): string | null {
  const ran = nights.filter(({ verdict }) => verdict !== null && verdict !== 'not-applicable');
  if (ran.length === 0 || ran.some(({ verdict }) => verdict === 'pass')) return null;
  return `${sayEffect(key)}: never passed in ${ran.length} run${ran.length === 1 ? '' : 's'} (${sayTimes(ran)}).`;
}

/**
 * The verdicts of each row over the runs, which rows fail that passed before, and of which nothing is established any more. Runs that
 * are `unended` are shown, and nothing follows from them.
 */
export function outcomesOf(runs: readonly JudgedRun[], unended: ReadonlySet<JudgedRun>, known: Known): HistoryOutcome[] {
  const all = new Map<string, { key: EffectKey; ofRuns: Map<JudgedRun, ScenarioVerdict[]> }>();
  for (const run of runs) {
    for (const scenario of run.verdicts.scenarios) {
      const key = { ...effectOf(scenario), role: null };
      const outcome = all.get(JSON.stringify(key)) ?? { key, ofRuns: new Map<JudgedRun, ScenarioVerdict[]>() };
      all.set(JSON.stringify(key), outcome);
      outcome.ofRuns.set(run, [...(outcome.ofRuns.get(run) ?? []), scenario]);
    }
  }
  return [...all.values()].map(({ key, ofRuns }) => {
    const nights = runs.map((run): Night => {
      const scenarios = ofRuns.get(run) ?? [];
      return { run, scenarios, verdict: gravity.find((verdict) => scenarios.some((scenario) => scenario.verdict === verdict)) ?? null };
    });
    const ended = nights.filter(({ run }) => !unended.has(run));
    return {
      ...key,
      verdicts: nights.flatMap(({ run, verdict }) => (verdict === null ? [] : [{ run: run.description.run, verdict }])),
      failingSince: failingSince(key, ended, known),
      notEstablishedSince: notEstablishedSince(key, ended, known),
      neverPassed: neverPassed(key, ended),
    };
  });
}
