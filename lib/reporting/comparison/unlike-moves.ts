import { sayMove, sayValue } from '../../judgement/wording.ts';
import { median } from '../../measurement/statistics.ts';
import type { CellFigure, CellSide, ComparedCell, ComparedSide } from './comparison-schema.ts';
import { sayCell } from './pairs.ts';

/** From how many figures on a move has a median that says something about it. */
const leastFigures = 2;
/** Moves of which one takes so many times as long as another are not alike. */
const unlikeFrom = 2;

interface Move {
  name: string;
  median: number;
}

function movesOf(figures: readonly CellFigure[]): Move[] {
  const moves = new Map<string, number[]>();
  for (const { from, to, lo, hi } of figures) if (hi !== null) moves.set(sayMove({ from, to }), [...moves.get(sayMove({ from, to })) ?? [], (lo + hi) / 2]);
  return [...moves].filter(([, middles]) => middles.length >= leastFigures).map(([name, middles]) => ({ name, median: median(middles) ?? 0 })).toSorted((one, other) => one.median - other.median);
}

function unlikeOn({ figures, resolution }: CellSide): [Move, Move] | null {
  const moves = movesOf(figures);
  const [shortest, longest] = [moves[0], moves.at(-1)];
  return shortest === undefined || longest === undefined || longest.median < unlikeFrom * shortest.median || longest.median - shortest.median <= resolution ? null : [shortest, longest];
}

/** Cells that take moves together which are not alike on one side: the median of all stands for none of them, and hides how they differ. */
export function unlikeMoves(described: readonly Pick<ComparedSide, 'name'>[], cells: readonly ComparedCell[]): string[] {
  return cells.filter(({ moves }) => moves).flatMap((cell) => cell.sides.flatMap((side, index) => {
    const found = unlikeOn(side);
    if (found === null) return [];
    const [shortest, longest] = found;
    return [`the moves are not alike on ${described[index]?.name ?? ''} in ${sayCell(cell)} (medians: ${shortest.name} ${sayValue(shortest.median, 'ms')}, ${longest.name} ${sayValue(longest.median, 'ms')}): its median stands for none of them`];
  }));
}
