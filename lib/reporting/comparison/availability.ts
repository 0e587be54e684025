import { rowNames } from '../../record/types.ts';
import type { RowName } from '../../record/types.ts';
import type { Availability, ComparedCell } from './comparison-schema.ts';

/** How often a year what a row does happens to a guest. */
export type EventsPerYear = Partial<Record<RowName, number>>;

/** Milliseconds of a year of 365.25 days. */
const yearMs = 365.25 * 24 * 3600 * 1000;

/** What an estimate rests on, for people. */
export const availabilityAssumption = 'Each row is taken to happen to the guest so often a year, each time with the median (or the worst) outage that was measured, of the worst of its variants; nothing else is taken to go wrong. Rows without a figure on every side are left out on all. This is arithmetic on an assumption, not a forecast.';

type Cell = Pick<ComparedCell, 'row' | 'guest' | 'of' | 'measurement' | 'moves' | 'sides'>;

/** Cells of the outage that a row's own guest felt. */
function outagesOf(cells: readonly Cell[], guest: string, row: RowName): Cell[] {
  return cells.filter((cell) => cell.row === row && cell.guest === guest && (cell.of ?? guest) === guest && cell.measurement === 'outage');
}

/** Expected downtime of each guest, of every side, under declared frequencies; rows that are not declared happen once a year. */
export function availabilityOf(cells: readonly Cell[], sides: number, events: EventsPerYear): Availability[] {
  const guests = [...new Set(cells.flatMap(({ guest }) => guest ?? []))];
  return guests.flatMap((guest): Availability[] => {
    const rows: Availability['rows'] = [];
    const leftOut: string[] = [];
    for (const row of rowNames) {
      const ofRow = outagesOf(cells, guest, row);
      const eventsPerYear = events[row] ?? 1;
      if (ofRow.length === 0 || eventsPerYear === 0) continue;
      const over = (value: (cell: Cell, side: number) => number | null | undefined): (number | null)[] => Array.from({ length: sides }, (_, side) => ofRow.map((cell) => value(cell, side)).reduce<number | null>((most, next) => (most === null || next === null || next === undefined ? null : Math.max(most, next)), 0));
      const [median, worst] = [over((cell, side) => cell.sides[side]?.median), over((cell, side) => cell.sides[side]?.worst)].map((values) => values.filter((value) => value !== null));
      if (median?.length === sides && worst?.length === sides) rows.push({ row, eventsPerYear, median, worst });
      else leftOut.push(row);
    }
    if (rows.length === 0) return [];
    const sum = (figures: 'median' | 'worst', side: number): number => rows.reduce((total, row) => total + row.eventsPerYear * (row[figures][side] ?? 0), 0);
    const perYear = Array.from({ length: sides }, (_, side) => {
      const [medianMs, worstMs] = [sum('median', side), sum('worst', side)];
      return { medianMs, worstMs, availability: 1 - medianMs / yearMs, worstAvailability: 1 - worstMs / yearMs };
    });
    return [{ guest, rows, leftOut, perYear }];
  });
}
