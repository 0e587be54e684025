import { sayInterval, sayValue } from '../../judgement/wording.ts';
import type { Block } from '../document.ts';
import { sayJudged, sayVerdicts } from './cell-verdicts.ts';
import type { CellSide, Comparison, Condition } from './comparison-schema.ts';
import { sayCell, sayEffect } from './pairs.ts';
import { unequalLimits } from './reservations.ts';
import { conclusionWords, gaveNone, sayMany } from './samples.ts';

/** How many scenarios gave no figure, behind `before`; empty where all gave one. */
function sayGaveNone(side: CellSide, before: string): string {
  const without = gaveNone(side);
  return without === 0 ? '' : `${before}${without} gave none`;
}

/** A side's figures of one cell in a line: median, interval, worst, n. */
function sayFigures(side: CellSide): string {
  const { n, median, interval, worst, unended, missing } = side;
  if (missing !== null) return `none: ${missing.replace(/\.$/, '')}`;
  const many = `n = ${sayMany(side)}${sayGaveNone(side, '; ')}`;
  if (median === null || worst === null) return `${unended} of ${n} had no end; ${many}`;
  return `${sayValue(median, 'ms')}; ${interval === null ? 'no interval' : `95 %: ${sayInterval(interval, 'ms')}`}; worst ${sayValue(worst, 'ms')}; ${many}`;
}

/** The same with how they were judged. */
function saySide(side: CellSide): string {
  const judged = sayJudged(side);
  return `${sayFigures(side)}${judged === '' ? '' : `; verdict: ${judged}`}`;
}

/** By which limits the verdicts were given that are not the same everywhere. */
function otherLimits(names: readonly string[], limits: readonly Condition[]): Block[] {
  if (limits.length === 0) return [];
  return [{ text: 'These limits are not the same everywhere, so that verdicts that rest on them cannot be held against each other:' }, { table: { head: ['Limit', ...names], rows: limits.map(({ what, values }) => [what.replace('limit of ', ''), ...values.map((value) => value ?? 'no figure')]) } }];
}

/** The verdicts of each row, and each measurement of every side: median, interval, worst, N and verdict. */
export function matrixBlocks({ sides, cells, verdicts, conditions: all }: Comparison): Block[] {
  const names = sides.map(({ name }) => name);
  return [
    { heading: 'Verdicts by row' },
    { table: { head: ['Row', ...names], rows: verdicts.map((effect) => [sayEffect(effect), ...effect.sides.map(sayVerdicts)]) } },
    ...otherLimits(names, unequalLimits(all)),
    { heading: 'Measurements side by side' },
    { table: { head: ['Measurement', ...names, 'Conclusion'], rows: cells.map((cell) => [sayCell(cell), ...cell.sides.map(saySide), cell.pairs.map(({ first, second, word }) => `${names.length > 2 ? `${names[first] ?? ''} and ${names[second] ?? ''}: ` : ''}${conclusionWords[word]}`).join('; ')]) } },
  ];
}
