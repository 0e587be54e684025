import { scrub } from '../record/scrub.ts';
import { scrubValue } from '../record/scrub-value.ts';
import type { Verdict, Verdicts } from '../record/types.ts';
import { oneLine } from './plain-text.ts';
import { sayCounts, simulatedWarning, verdictWords } from './words.ts';

/** A scenario whose verdict is another than in the run before. */
export interface ScenarioChange {
  scenario: string;
  before: Verdict;
  after: Verdict;
  reason: string | null;
}

/** How a run ended and what is different from the one before, for people and for programs. It is the body of a webhook. */
export interface VerdictNotice {
  schema: 1;
  event: 'verdict';
  environment: string;
  run: string;
  profile: string | null;
  verdict: Verdict;
  simulated: boolean;
  incomplete: boolean;
  /** The run that it is compared with; null: there is none of the same profile and rows. */
  before: { run: string; verdict: Verdict } | null;
  changes: ScenarioChange[];
  /** What could not be mended, in the words of the command; null: everything is as before. */
  notRestored: string | null;
  /** Whether there is something to tell: another verdict, of the run or of a scenario; a first run, or a scenario that was not there before, that does not pass; a cluster that is not as before. */
  changed: boolean;
  subject: string;
  /** Everything as text; the chats that take webhooks show this. */
  text: string;
}

function changesBetween(earlier: Verdicts, now: Verdicts): ScenarioChange[] {
  const before = new Map(earlier.scenarios.map(({ id, verdict }) => [id, verdict]));
  return now.scenarios.flatMap(({ id, verdict, reason }) => {
    const was = before.get(id);
    return was === undefined || was === verdict ? [] : [{ scenario: id, before: was, after: verdict, reason }];
  });
}

const isTrouble = ({ verdict }: { verdict: Verdict }): boolean => verdict !== 'pass' && verdict !== 'not-applicable';

/** Whether a scenario that the earlier run did not have does not pass, as that of a guest that was added. */
function hasNewTrouble(earlier: Verdicts, now: Verdicts): boolean {
  const known = new Set(earlier.scenarios.map(({ id }) => id));
  return now.scenarios.some((scenario) => !known.has(scenario.id) && isTrouble(scenario));
}

function subjectOf(now: Verdicts, before: VerdictNotice['before'], notRestored: string | null): string {
  const { word, mark } = verdictWords[now.verdict];
  const was = before === null ? 'first run' : before.verdict === now.verdict ? 'as before' : `was ${verdictWords[before.verdict].word}`;
  return oneLine(`${notRestored === null ? '' : 'CLUSTER NOT RESTORED, '}${mark} ${word} (${was}): ${now.environment}`);
}

function textOf(subject: string, now: Verdicts, before: VerdictNotice['before'], changes: readonly ScenarioChange[], notRestored: string | null): string {
  const changed = new Set(changes.map(({ scenario }) => scenario));
  const others = now.scenarios.filter((scenario) => !changed.has(scenario.id) && isTrouble(scenario));
  return [
    subject,
    ...(notRestored === null ? [] : ['', notRestored]),
    '',
    `${sayCounts(now.scenarios)}. Run ${now.run}${before === null ? '' : `, compared with ${before.run}`}.`,
    ...(now.incomplete ? ['The record is incomplete.'] : []),
    ...(now.simulated ? [simulatedWarning] : []),
    ...(changes.length > 0 ? ['', 'Changed:', ...changes.map((change) => oneLine(`- ${change.scenario}: ${verdictWords[change.before].word} -> ${verdictWords[change.after].word}${change.reason === null ? '' : `. ${change.reason}`}`))] : []),
    ...(others.length > 0 ? ['', 'Unchanged or new, and not a pass:', ...others.map(({ id, verdict, reason }) => oneLine(`- ${id}: ${verdictWords[verdict].word}${reason === null ? '' : `. ${reason}`}`))] : []),
    '',
    `npx --no ha-acceptance report ${now.environment}/${now.run}`,
  ].join('\n');
}

/**
 * What there is to tell of a run. Nothing in it holds a registered secret.
 *
 * @param earlier the run that it is compared with: the newest one before of the same profile and rows; null when there is none.
 */
export function verdictNotice(now: Verdicts, earlier: Verdicts | null, notRestored: string | null): VerdictNotice {
  const before = earlier === null ? null : { run: earlier.run, verdict: earlier.verdict };
  const changes = earlier === null ? [] : changesBetween(earlier, now);
  const isFirstTrouble = earlier === null ? isTrouble(now) : hasNewTrouble(earlier, now);
  const changed = notRestored !== null || isFirstTrouble || changes.length > 0 || (before !== null && before.verdict !== now.verdict);
  const subject = subjectOf(now, before, notRestored);
  const { environment, run, profile, verdict, simulated, incomplete } = now;
  const text = scrub(textOf(subject, now, before, changes, notRestored));
  return { ...(scrubValue({ schema: 1, event: 'verdict', environment, run, profile, verdict, simulated, incomplete, before, changes, notRestored, changed, subject }) as Omit<VerdictNotice, 'text'>), text };
}
