import type { Verdict, Verdicts } from '../record/types.ts';

/** How a verdict is said and marked; the mark tells it apart without colour. */
export const verdictWords: Record<Verdict, { word: string; mark: string; colour: 'green' | 'red' | 'yellow' | 'magenta' | 'gray' }> = {
  pass: { word: 'pass', mark: '✔', colour: 'green' },
  fail: { word: 'FAIL', mark: '✘', colour: 'red' },
  inconclusive: { word: 'inconclusive', mark: '?', colour: 'yellow' },
  blocked: { word: 'blocked', mark: '■', colour: 'magenta' },
  'not-applicable': { word: 'not applicable', mark: '–', colour: 'gray' },
};

/** What every report of a run says that had a played cluster. */
export const simulatedWarning = 'This run was made against a simulated cluster: it proves nothing about a real one.';

/** A time that passed, ms, for people: `850 ms`, `12.4 s`, `3 min 05 s`; `-` for null. */
export function sayDuration(ms: number | null): string {
  if (ms === null) return '-';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** How many scenarios got which verdict: `4 pass, 1 fail`. */
export function sayCounts(scenarios: readonly { verdict: Verdict }[]): string {
  return (Object.keys(verdictWords) as Verdict[])
    .map((verdict) => ({ verdict, count: scenarios.filter((scenario) => scenario.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdictWords[verdict].word.toLowerCase()}`)
    .join(', ') || 'no scenario';
}

/** Which version of the tool measured and which judged: `ha-acceptance 0.1.0 (measured), ha-acceptance 0.2.0 (judged)`. */
export function sayTool({ tool, derivedBy }: Pick<Verdicts, 'tool' | 'derivedBy'>): string {
  if (derivedBy === undefined) return `${tool} (measured; which version judged is not recorded)`;
  return derivedBy === tool ? `${tool} (measured and judged)` : `${tool} (measured), ${derivedBy} (judged)`;
}

/** How often was looked, from the periods of the probes, ms: `sampled every 10 and 100 ms`. */
export function saySampled(periodsMs: readonly number[]): string {
  return periodsMs.length === 0 ? 'not sampled' : `sampled every ${periodsMs.join(' and ')} ms`;
}
