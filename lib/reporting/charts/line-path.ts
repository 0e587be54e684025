/** A path of straight lines that grows point by point. */
export interface LinePath {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  close(): void;
  /** What stands in a path's `d`; empty when nothing was drawn. */
  text(): string;
}

function spell(tenths: number): string {
  const text = String(tenths / 10);
  return tenths > -10 && tenths < 10 && tenths !== 0 ? text.replace('0.', '.') : text;
}

/** A chart's width and more. */
const most = 10_000;
const spelled: string[] = [];

/** Tenths of a px as a number in the fewest letters: `-.4`, `12`. Spelt once: a report writes millions of them, and most are alike. */
function sayTenths(tenths: number): string {
  return Math.abs(tenths) > most ? spell(tenths) : (spelled[tenths + most] ??= spell(tenths));
}

/**
 * A path as steps from point to point, each point rounded by itself to a tenth of a px, so that errors do not add up. A number is parted from
 * the one before only where it must be: a report of a thousand scenarios holds a thousand timelines of hundreds of points.
 */
export function linePath(): LinePath {
  let said = '';
  let command = '';
  let [atX, atY] = [0, 0];
  const to = (next: string, x: number, y: number, fromX: number, fromY: number): void => {
    [atX, atY] = [Math.round(x * 10), Math.round(y * 10)];
    const [sayX, sayY] = [sayTenths(atX - fromX), sayTenths(atY - fromY)];
    said += `${next === command ? (sayX.startsWith('-') ? '' : ' ') : next}${sayX}${sayY.startsWith('-') ? '' : ' '}${sayY}`;
    command = next;
  };
  return {
    moveTo(x, y) {
      command = '';
      to('M', x, y, 0, 0);
    },
    lineTo: (x, y) => to('l', x, y, atX, atY),
    close() {
      said += 'Z';
      command = 'Z';
    },
    text: () => said,
  };
}
