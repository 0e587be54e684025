import { styleText } from 'node:util';
import { sayInterval, sayLowerEnd } from '../judgement/wording.ts';
import type { MeasurementName, ScenarioVerdict, Verdicts } from '../record/types.ts';
import { oneLine } from './plain-text.ts';
import { sayCounts, sayDuration, simulatedWarning, verdictWords } from './words.ts';

export interface TableOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

/** Below this many columns the reason gets lines of its own. */
const narrow = 110;
const leastReasonWidth = 30;

/** The verdicts as a table for a terminal, plain text unless `color`; ends without a line feed. */
export function renderTable(verdicts: Verdicts, { color, width }: TableOptions): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string => (color ? styleText(style, text, { validateStream: false }) : text);
  const head = ['verdict', 'scenario', 'outage', 'lost', 'took'];
  const rows = verdicts.scenarios.map((scenario) => ({ scenario, cells: cellsOf(scenario) }));
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)));
  const left = widths.reduce((sum, columnWidth) => sum + columnWidth + 2, 0);
  const isNarrow = width < narrow || width - left < leastReasonWidth;
  const pad = (cells: readonly string[]): string[] => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0));

  const lines = [paint('dim', [...pad(head), ...(isNarrow ? [] : ['why'])].join('  ').trimEnd())];
  for (const { scenario, cells } of rows) {
    const [verdict = '', ...others] = pad(cells);
    const main = [paint(verdictWords[scenario.verdict].colour, verdict), ...others].join('  ');
    const reason = scenario.reason === null ? [] : wrap(oneLine(scenario.reason), Math.max(leastReasonWidth, isNarrow ? width - 4 : width - left));
    if (isNarrow) lines.push(main.trimEnd(), ...reason.map((line) => paint('dim', `    ${line}`)));
    else lines.push(`${main}  ${reason[0] ?? ''}`.trimEnd(), ...reason.slice(1).map((line) => ' '.repeat(left) + line));
  }
  const { mark, word, colour } = verdictWords[verdicts.verdict];
  lines.push('', `${paint([colour, 'bold'], `${mark} ${word}`)}  ${sayCounts(verdicts.scenarios)}  (${verdicts.environment}, run ${verdicts.run})`);
  if (verdicts.incomplete) lines.push(paint('yellow', 'The record is incomplete.'));
  if (verdicts.simulated) lines.push(simulatedWarning);
  if (verdicts.verdict === 'not-applicable') lines.push(paint('yellow', 'Warning: nothing applied to this platform, so nothing was validated.'));
  return lines.join('\n');
}

function cellsOf(scenario: ScenarioVerdict): string[] {
  const { mark, word } = verdictWords[scenario.verdict];
  return [`${mark} ${word}`, oneLine(scenario.id), worst(scenario, 'outage') ?? worst(scenario, 'service-gap') ?? '-', scenario.lost === null ? '-' : String(scenario.lost), sayDuration(scenario.duration)];
}

/** The measurement of that name that reaches highest. */
function worst({ measurements }: ScenarioVerdict, name: MeasurementName): string | null {
  const [highest] = measurements.filter((measurement) => measurement.name === name).toSorted((a, b) => (b.hi ?? Number.POSITIVE_INFINITY) - (a.hi ?? Number.POSITIVE_INFINITY));
  if (highest === undefined) return null;
  return highest.hi === null ? `>= ${sayLowerEnd(highest.lo, highest.unit, highest.limit)}` : sayInterval(highest, highest.unit, highest.limit);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
