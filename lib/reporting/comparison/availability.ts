import { leastFigures } from '../../judgement/difference.ts';
import { rowNames } from '../../record/types.ts';
import type { RowName } from '../../record/types.ts';
import type { Availability, CellSide, ComparedCell } from './comparison-schema.ts';

/** How often a year what a row does happens to a guest. */
export type EventsPerYear = Partial<Record<RowName, number>>;

/** Milliseconds of a year of 365.25 days. */
const yearMs = 365.25 * 24 * 3600 * 1000;

/** What an estimate rests on, for people. */
export const availabilityAssumption = `Each row is taken to happen to the guest so often a year, each time with the median (or the worst) outage that was measured, of the worst of its variants; nothing else is taken to go wrong. Rows that cannot be compared, and those with fewer than ${leastFigures} figures on a side, are left out on all, and so are rows without a figure on every side; where an outage had no end there is no sum. This is arithmetic on an assumption, not a forecast.`;

type Cell = Pick<ComparedCell, 'row' | 'guest' | 'of' | 'measurement' | 'moves' | 'sides' | 'pairs'>;

/** Cells of the outage that a row's own guest felt. */
function outagesOf(cells: readonly Cell[], guest: string, row: RowName): Cell[] {
  return cells.filter((cell) => cell.row === row && cell.guest === guest && (cell.of ?? guest) === guest && cell.measurement === 'outage');
}

const noEnd = 'an outage had no end';

/** Why the outages of a row say nothing about a year on every side; null: they do. */
function whyLeftOut(cells: readonly Cell[]): string | null {
  const forbidden = cells.flatMap(({ pairs }) => pairs).find(({ word }) => word === 'not-comparable');
  if (forbidden !== undefined) return forbidden.because;
  const fewest = Math.min(...cells.flatMap(({ sides }) => sides.map(({ n }) => n)));
  if (fewest < leastFigures) return `${fewest} figure${fewest === 1 ? '' : 's'} on one side, ${leastFigures} are needed`;
  return cells.some(({ sides }) => sides.some(({ unended }) => unended > 0)) ? noEnd : null;
}

/** Expected downtime of each guest, of every side, under declared frequencies; rows that are not declared happen once a year. */
export function availabilityOf(cells: readonly Cell[], sides: number, events: EventsPerYear): Availability[] {
  const guests = [...new Set(cells.flatMap(({ guest }) => guest ?? []))];
  return guests.flatMap((guest): Availability[] => {
    const rows: Availability['rows'] = [];
    const leftOut: string[] = [];
    const because: string[] = [];
    for (const row of rowNames) {
      const ofRow = outagesOf(cells, guest, row);
      const eventsPerYear = events[row] ?? 1;
      if (ofRow.length === 0 || eventsPerYear === 0) continue;
      const why = whyLeftOut(ofRow);
      if (why !== null) {
        leftOut.push(row);
        because.push(why);
        continue;
      }
      const over = (most: (values: readonly number[]) => number, value: (side: CellSide) => number): number[] => Array.from({ length: sides }, (_, side) => most(ofRow.flatMap((cell) => cell.sides[side] ?? []).map(value)));
      const greatest = (values: readonly number[]): number => Math.max(...values);
      rows.push({ row, eventsPerYear, n: over((values) => Math.min(...values), ({ n }) => n), median: over(greatest, ({ median }) => median ?? 0), worst: over(greatest, ({ worst }) => worst ?? 0) });
    }
    if (rows.length === 0 && leftOut.length === 0) return [];
    const sum = (figures: 'median' | 'worst', side: number): number => rows.reduce((total, row) => total + row.eventsPerYear * (row[figures][side] ?? 0), 0);
    const perYear = Array.from({ length: sides }, (_, side) => {
      const [medianMs, worstMs] = [sum('median', side), sum('worst', side)];
      return { medianMs, worstMs, availability: 1 - medianMs / yearMs, worstAvailability: 1 - worstMs / yearMs };
    });
    // An outage without an end is longer than any that was measured: a sum without it would flatter the side that did not come back.
    return [{ guest, rows, leftOut, because, perYear: rows.length === 0 || because.includes(noEnd) ? [] : perYear }];
  });
}
