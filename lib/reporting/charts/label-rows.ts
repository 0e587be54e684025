/** A label to be put above the timeline at `x`, px. */
export interface Label {
  x: number;
  text: string;
}

export interface PlacedLabel extends Label {
  /** 0 is the row nearest to the timeline. */
  row: number;
  /** Towards which side of `x` the text runs. */
  anchor: 'start' | 'end';
}

/** Width of a character of the charts' font at 11 px, px: measured on DejaVu Sans and Arial, rounded up. */
const characterPx = 6.2;
const gapPx = 8;

/** Width that a label takes, px. */
export function labelWidth(text: string): number {
  return text.length * characterPx + gapPx;
}

/**
 * Staggers labels over rows so that none overlaps another or stands on the line that leads from another one down to its moment,
 * the earlier labels of the list first. A label that would leave the right edge runs to the left. Labels that find no room are left out.
 */
export function staggerLabels(labels: readonly Label[], { widthPx, rows }: { widthPx: number; rows: number }): PlacedLabel[] {
  const placed: (PlacedLabel & { from: number; to: number })[] = [];
  for (const { x, text } of labels) {
    const width = labelWidth(text);
    const anchor = x + width > widthPx ? 'end' : 'start';
    const [from, to] = anchor === 'start' ? [x, x + width] : [x - width, x];
    for (let row = 0; row < rows; row += 1) {
      const collides = placed.some((other) => (other.row === row && to > other.from && from < other.to) || (other.row < row && x > other.from && x < other.to) || (other.row > row && other.x > from && other.x < to));
      if (collides) continue;
      placed.push({ x, text, row, anchor, from, to });
      break;
    }
  }
  return placed.map(({ x, text, row, anchor }) => ({ x, text, row, anchor }));
}
