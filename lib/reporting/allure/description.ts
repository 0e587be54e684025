import { sayInterval } from '../../judgement/wording.ts';
import type { ScenarioVerdict } from '../../record/types.ts';
import { escapeHtml, htmlTable } from '../html.ts';
import { sayLimits } from '../judging-limits.ts';
import type { JudgingLimit } from '../judging-limits.ts';
import { measurementCells, measurementHead } from '../measurement-rows.ts';
import { recoveriesOf } from '../recoveries.ts';
import { simulatedWarning, verdictWords } from '../words.ts';

/** A timeline to be shown within the description. */
export interface Timeline {
  title: string;
  svg: string;
}

/**
 * An SVG as the data of an address in an attribute with double quotes: shorter than in base64, and the whole report is written in base64
 * once more. The report's own cleaning of HTML drops an attribute in which an element ends, so no `<` may stand in it.
 */
function dataOf(svg: string): string {
  return svg.replaceAll('%', '%25').replaceAll('<', '%3C').replaceAll('"', '%22').replaceAll('#', '%23').replaceAll('&', '%26').replace(/[^ -~]+/g, encodeURIComponent);
}

/** What stands at the head of a scenario's test: verdict and reason, measurements with their limits, phases. HTML. */
export function describeScenario(scenario: ScenarioVerdict, limits: readonly JudgingLimit[], timelines: readonly Timeline[], simulated: boolean): string {
  const { verdict, reason, measurements } = scenario;
  const { mark, word } = verdictWords[verdict];
  const parts = [`<p><b>${mark} ${escapeHtml(word)}</b> ${escapeHtml(reason ?? '')}</p>`, ...(simulated ? [`<p><b>${escapeHtml(simulatedWarning)}</b></p>`] : [])];
  for (const { title, svg } of timelines) parts.push(`<p><img width="1000" alt="${escapeHtml(title)}" src="data:image/svg+xml,${dataOf(svg)}"></p>`);
  if (measurements.length > 0) parts.push('<h4>Measurements</h4>', htmlTable(measurementHead, measurements.map(measurementCells)));
  for (const { leg, phases } of recoveriesOf(scenario)) parts.push(`<h4>Phases since the fault was injected${leg === null ? '' : escapeHtml(`, ${leg}`)}</h4>`, htmlTable(['Phase', 'Reached after'], phases.map((phase) => [phase.name, sayInterval(phase, 'ms')])));
  parts.push(`<p><small>Limits of the row: ${escapeHtml(sayLimits(limits))}. An interval holds the true value for certain; a limit is kept when even its upper end keeps it.</small></p>`);
  return parts.join('\n');
}
