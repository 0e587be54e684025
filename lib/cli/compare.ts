import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../environment/duration.ts';
import { newRunId } from '../record/run-id.ts';
import { measurementNames, phaseNames, rowNames } from '../record/types.ts';
import type { RowName } from '../record/types.ts';
import type { EventsPerYear } from '../reporting/comparison/availability.ts';
import { comparisonDocument } from '../reporting/comparison/comparison-document.ts';
import { compare } from '../reporting/comparison/compare.ts';
import type { Comparison } from '../reporting/comparison/comparison-schema.ts';
import type { Margins } from '../reporting/comparison/pairs.ts';
import { phaseConclusions } from '../reporting/comparison/phase-document.ts';
import { CannotCompare, sidesOf } from '../reporting/comparison/side.ts';
import { lossStripBlocks } from '../reporting/comparison/strip-document.ts';
import { commandLine } from '../reporting/command-line.ts';
import { readJudgedRun } from '../reporting/judged-run.ts';
import { addPngs } from './add-pngs.ts';
import { exitCode } from './exit-code.ts';
import { findReadableRun } from './find-run.ts';
import { reportsFolder } from './places.ts';
import { complain, say, sayJson } from './say.ts';
import { toolVersion } from '../record/tool-version.ts';
import { writeOut } from './write-out.ts';

const measurementPattern = new RegExp(`^(?:(?:(?:${rowNames.join('|')})\\.)?(?:${[...measurementNames, ...phaseNames].join('|')})=)?(.+)$`);

/** Gathers `500ms`, `outage=500ms` or `node-failure.outage=2s`. Throws with a sentence for anything else. */
export function gatherMargin(text: string, gathered: Margins = {}): Margins {
  const [, durationText] = measurementPattern.exec(text) ?? [];
  const what = text.includes('=') ? text.slice(0, text.indexOf('=')) : '*';
  if (durationText === undefined || durationText.includes('=')) throw new InvalidArgumentError(`"${what}" is not a measurement. Write one of ${measurementNames.join(', ')}, or a phase (${phaseNames.join(', ')}), with a row before it where it is for that row only: node-failure.outage=2s.`);
  let margin: number;
  try {
    margin = parseDuration(durationText);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  if (margin <= 0) throw new InvalidArgumentError(`"${text}" is no margin: no measurement can show that there is no difference at all. Write the largest difference that nobody would mind, for example 500ms.`);
  return { ...gathered, [what]: margin };
}

/** Gathers `node-failure=2`. */
function gatherEvents(text: string, gathered: EventsPerYear = {}): EventsPerYear {
  const [row = '', count = '', ...more] = text.split('=');
  if (more.length > 0 || !(rowNames as readonly string[]).includes(row) || !/^\d+(?:\.\d+)?$/.test(count)) throw new InvalidArgumentError(`"${text}" is not a row and how often a year it happens. Write it as node-failure=2.`);
  return { ...gathered, [row as RowName]: Number(count) };
}

interface CompareCommandOptions {
  against?: string[];
  margin?: Margins;
  events?: EventsPerYear;
  out?: string;
  json?: boolean;
  png?: boolean;
}

function readSides(runs: readonly string[], against: readonly string[]): ReturnType<typeof sidesOf> {
  const [folders = [], others = []] = [runs, against].map((named) => [...new Set(named.map(findReadableRun))].map(readJudgedRun));
  return sidesOf(folders, others);
}

async function runCompare(runs: readonly string[], { against = [], margin = {}, events = {}, out, json = false, png = false }: CompareCommandOptions): Promise<void> {
  const sides = readSides(runs, against);
  const comparison: Comparison = compare(sides, { margins: margin, events, tool: toolVersion(), command: commandLine(process.argv.slice(2)) });
  const folder = out ?? join(reportsFolder(), 'comparisons', newRunId());
  const paths = writeOut(folder, 'comparison', comparisonDocument(comparison, lossStripBlocks(comparison, sides)), comparison);
  if (png) await addPngs(paths.charts);
  if (json) return sayJson({ comparison, paths });
  say(comparison.headline);
  for (const reservation of comparison.reservations) say(`Reservation: ${reservation}.`);
  say('');
  for (const sentence of phaseConclusions(comparison)) say(`- ${sentence}`);
  const oneSided = comparison.cells.filter(({ sides }) => sides.some(({ missing }) => missing !== null));
  for (const { pairs } of comparison.cells.filter((cell) => !oneSided.includes(cell))) for (const { sentence } of pairs) say(`- ${sentence}`);
  if (oneSided.length > 0) say(`${oneSided.length} measurement${oneSided.length === 1 ? ' lacks' : 's lack'} a figure on a side; the report says why.`);
  say('');
  for (const [name, path] of Object.entries(paths)) say(`${`${name}:`.padEnd(10)} ${path}`);
}

/** `ha-acceptance compare` */
export function compareCommand(): Command {
  return new Command('compare')
    .description('compare runs of two or more environments, or before and after, from their records alone: HTML, Markdown and JSON')
    .argument('<run...>', 'folders, <environment>/<run id> or <environment>/latest; each environment is a side')
    .option('--against <run...>', 'the runs of the other side, where both sides are the same environment before and after a change')
    .option('--margin <[[row.]measurement or phase=]duration>', 'the largest difference that nobody would mind, declared before you look; repeat it for single measurements', gatherMargin)
    .option('--events <row=number>', 'how often a year it happens, for the estimate of availability (default: once for each row)', gatherEvents)
    .option('--out <folder>', 'where the files go (default: reports/comparisons/<time>)')
    .option('--png', 'draw each chart as PNG, too')
    .option('--json', 'print the comparison as one JSON document')
    .addHelpText('after', `
At least 6 runs (or repeats) a side are needed before anything is called different or equivalent.
Runs made with other settings are not mixed: a side is either the defaults or equalised settings.

Examples:
  $ npx --no ha-acceptance compare reports/pve/2026* reports/hyperv/2026*
  $ npx --no ha-acceptance compare --margin outage=500ms --margin node-failure.outage=5s reports/pve/2026* reports/hyperv/2026*
  $ npx --no ha-acceptance compare pve/20261101T020000Z-abcd --against pve/latest
  $ npx --no ha-acceptance compare --events live-migration=52 --events node-failure=0.5 --json pve/latest hyperv/latest

Exit codes: 0 compared, whatever it says; 3 these runs cannot be compared, and why; 64 wrong input.`)
    .action(async (runs: string[], options: CompareCommandOptions) => {
      try {
        await runCompare(runs, options);
      } catch (error) {
        if (!(error instanceof CannotCompare)) throw error;
        complain(error.message);
        process.exitCode = exitCode.refused;
      }
    });
}
