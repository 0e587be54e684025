import type { Verdict } from '../../record/types.ts';
import { recordHashes } from '../judged-run.ts';
import type { RecordHashes } from '../judged-run.ts';
import { availabilityOf } from './availability.ts';
import type { EventsPerYear } from './availability.ts';
import { countVerdicts } from './cell-verdicts.ts';
import { cellsOf, effectOf } from './cells.ts';
import type { CellPair, ComparedCell, ComparedSide, Comparison, EffectKey } from './comparison-schema.ts';
import { conditionsOf, guestsDiffer } from './conditions.ts';
import { judgePair, sayCell } from './pairs.ts';
import type { Margins } from './pairs.ts';
import { phasesOf } from './phases.ts';
import { refuseProfiles } from './profile.ts';
import { reservationsOf } from './reservations.ts';
import { CannotCompare, refuseMixed } from './side.ts';
import type { Side } from './side.ts';

export interface CompareOptions {
  margins: Margins;
  events: EventsPerYear;
  tool: string;
  /** The command that makes the comparison again. */
  command: string;
  /** What the files of a run's folder hash to; from disk where it is absent. */
  hashesOf?: (folder: string) => RecordHashes;
}

function describe({ name, runs }: Side, hashesOf: (folder: string) => RecordHashes): ComparedSide {
  return {
    name,
    platform: [...new Set(runs.map(({ description }) => description.platform))].join(', '),
    runs: runs.map(({ folder, description: { environment, run, anchor, tool, profile, simulated }, verdicts }) => {
      const { events, verdicts: verdictsSha256 } = hashesOf(folder);
      return { environment, run, startedAt: anchor.wall, tool, ...(verdicts.derivedBy === undefined ? {} : { derivedBy: verdicts.derivedBy }), profile, simulated, incomplete: verdicts.incomplete, eventsSha256: events, verdictsSha256 };
    }),
  };
}

/** What all sides have comes first, and what the row's own guest felt before what others did. */
function rank({ sides, guest, of }: ComparedCell): number {
  return (sides.some(({ missing }) => missing !== null) ? 2 : 0) + (guest !== null && of !== null && of !== guest ? 1 : 0);
}

/** How often each verdict was given, of every row that any side has. */
function verdictsOf(sides: readonly Side[]): Comparison['verdicts'] {
  const effects = new Map<string, { key: EffectKey; counts: Record<Verdict, number>[] }>();
  for (const [index, { runs }] of sides.entries()) {
    for (const scenario of runs.flatMap(({ verdicts }) => verdicts.scenarios)) {
      const key = { ...effectOf(scenario), role: null };
      const effect = effects.get(JSON.stringify(key)) ?? { key, counts: sides.map(() => countVerdicts([])) };
      effects.set(JSON.stringify(key), effect);
      const counts = effect.counts[index];
      if (counts !== undefined) counts[scenario.verdict] += 1;
    }
  }
  return [...effects.values()].map(({ key, counts }) => ({ ...key, sides: counts }));
}

/** The conclusions counted: `2 different, 1 equivalent, 3 not enough data`. */
export function sayWords(pairs: readonly Pick<CellPair, 'word'>[]): string {
  const words = ['different', 'equivalent', 'below-resolution', 'not-enough-data', 'not-comparable'] as const;
  return words.map((word) => [word, pairs.filter((pair) => pair.word === word).length] as const).filter(([, count]) => count > 0).map(([word, count]) => `${count} ${word.replaceAll('-', ' ')}`).join(', ');
}

/**
 * Compares sides by the effect of what was done to them. Every pair of sides is compared in every cell.
 *
 * @throws CannotCompare when runs must not be taken together, or no cell has figures on two sides.
 */
export function compare(sides: readonly Side[], { margins, events, tool, command, hashesOf = recordHashes }: CompareOptions): Comparison {
  refuseMixed(sides);
  refuseProfiles(sides);
  const names = sides.map(({ name }) => name);
  const context = { names, margins, guestsDiffer: (guest: string | null, first: number, second: number) => guestsDiffer(sides, guest, first, second) };
  const cells = cellsOf(sides).map((cell): ComparedCell => ({ ...cell, pairs: sides.flatMap((_, second) => Array.from({ length: second }, (__, first) => judgePair(cell, first, second, context))) }));
  if (!cells.some(({ sides: ofCell }) => ofCell.filter(({ n }) => n > 0).length > 1)) {
    throw new CannotCompare(`No figure of one side has a counterpart on another one, so there is nothing to compare. ${names.map((name, index) => `${name} has: ${cells.filter((cell) => (cell.sides[index]?.n ?? 0) > 0).slice(0, 4).map(sayCell).join('; ') || 'no figure'}`).join('. ')}. Run the same rows with guests of the same names on both.`);
  }
  const conditions = conditionsOf(sides);
  const pairs = cells.flatMap((cell) => cell.pairs);
  const phases = phasesOf(sides, context);
  const described = sides.map((side) => describe(side, hashesOf));
  const reservations = reservationsOf(sides, { described, conditions, cells, phases });
  const later = [...new Set(phases.flatMap((effect) => effect.pairs.find(({ word }) => word === 'different')?.phase ?? []))];
  return {
    schema: 1,
    tool,
    command,
    sides: described,
    headline: `${reservations.length === 0 ? '' : 'With reservations: '}${names.join(' versus ')}: ${sayWords(pairs)}${later.length === 0 ? '' : `; recoveries differ from ${later.join(' and ')} on`}`,
    reservations,
    cells: cells.toSorted((left, right) => rank(left) - rank(right)),
    verdicts: verdictsOf(sides),
    phases,
    conditions,
    availability: availabilityOf(cells, sides.length, events),
  };
}
