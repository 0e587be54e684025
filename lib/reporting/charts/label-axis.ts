import { wrapText } from './wrap-text.ts';

/** Width of a character of a label, px: wide letters included. */
const characterPx = 6.6;
/** The widest column of labels, px; what is longer goes on in the next line. */
const widestPx = 380;
const linePx = 13;
const paddingPx = 20;

/** How labels stand left of a chart, whatever their length. */
export interface LabelAxis {
  marginLeft: number;
  /** The least height of a row that holds each of them, px. */
  leastRowHeight: number;
  /** A label in lines. */
  say: (label: string) => string;
}

/** The column that labels need, in as few lines as fit. Nothing is cut. */
export function labelAxis(labels: readonly string[]): LabelAxis {
  const most = Math.floor((widestPx - paddingPx) / characterPx);
  const linesOf = (label: string): string[] => label.split('\n').flatMap((line) => wrapText(line, most));
  const wrapped = labels.map(linesOf);
  const longest = Math.max(0, ...wrapped.flat().map((line) => line.length));
  return {
    marginLeft: Math.min(widestPx, Math.ceil(paddingPx + characterPx * longest)),
    leastRowHeight: linePx * Math.max(1, ...wrapped.map(({ length }) => length)) + 4,
    say: (label) => linesOf(label).join('\n'),
  };
}
