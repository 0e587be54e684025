import { effectOf } from '../comparison/cells.ts';
import type { EffectKey } from '../comparison/comparison-schema.ts';
import { sayEffect } from '../comparison/pairs.ts';
import type { JudgedRun } from '../judged-run.ts';
import type { Verdict } from '../../record/types.ts';
import { changedAlongside } from './alongside.ts';
import type { HistoryOutcome } from './history-schema.ts';
import { knownIssueFor } from './known-issue.ts';
import type { DeclaredIssue } from './known-issue.ts';

/** The gravest of several repeats counts. */
const gravity: readonly Verdict[] = ['fail', 'inconclusive', 'blocked', 'pass', 'not-applicable'];

interface Judged {
  run: JudgedRun;
  verdict: Verdict;
}

/** Since which run it fails although it passed before. Runs that tell nothing (blocked, inconclusive) end no series of fails. */
function failingSince(key: EffectKey, judged: readonly Judged[], issues: readonly DeclaredIssue[], today: string): HistoryOutcome['failingSince'] {
  const telling = judged.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail');
  const lastPass = telling.findLastIndex(({ verdict }) => verdict === 'pass');
  const [good, bad] = [telling[lastPass], telling[lastPass + 1]];
  if (good === undefined || bad === undefined) return null;
  const alongside = changedAlongside(good.run, bad.run);
  const known = knownIssueFor(issues, key, null, today);
  const count = telling.length - lastPass - 1;
  const sentence = `${sayEffect(key)}: fails since run ${bad.run.description.run} (${count} time${count === 1 ? '' : 's'}), passed in ${good.run.description.run}${alongside.length === 0 ? '' : `; changed with it: ${alongside.join(', ')}`}${known === null ? '' : `; known until ${known.until}: ${known.reason}`}.`;
  return { run: bad.run.description.run, alongside, known, sentence };
}

/** The verdicts of each row over the runs, and which rows fail that passed before. */
export function outcomesOf(runs: readonly JudgedRun[], issues: readonly DeclaredIssue[], today: string): HistoryOutcome[] {
  const all = new Map<string, { key: EffectKey; judged: Map<JudgedRun, Verdict> }>();
  for (const run of runs) {
    for (const scenario of run.verdicts.scenarios) {
      const key = { ...effectOf(scenario), role: null };
      const outcome = all.get(JSON.stringify(key)) ?? { key, judged: new Map<JudgedRun, Verdict>() };
      all.set(JSON.stringify(key), outcome);
      const before = outcome.judged.get(run);
      outcome.judged.set(run, gravity.find((verdict) => verdict === before || verdict === scenario.verdict) ?? scenario.verdict);
    }
  }
  return [...all.values()].map(({ key, judged }) => {
    const ordered = [...judged].map(([run, verdict]) => ({ run, verdict }));
    return { ...key, verdicts: ordered.map(({ run, verdict }) => ({ run: run.description.run, verdict })), failingSince: failingSince(key, ordered, issues, today) };
  });
}
