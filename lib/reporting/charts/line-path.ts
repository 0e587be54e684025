/** A path of straight lines that grows point by point. */
export interface LinePath {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  close(): void;
  /** What stands in a path's `d`; empty when nothing was drawn. */
  text(): string;
}

/** Tenths of a px as a number in the fewest letters: `-.4`, `12`. */
function sayTenths(tenths: number): string {
  if (tenths % 10 === 0) return String(tenths / 10);
  const text = String(tenths / 10);
  return tenths > -10 && tenths < 10 ? text.replace('0.', '.') : text;
}

/**
 * A path as steps from point to point, each point rounded by itself to a tenth of a px, so that errors do not add up: a report of a thousand
 * scenarios holds a thousand timelines, and each number counts.
 */
export function linePath(): LinePath {
  const said: string[] = [];
  let [atX, atY] = [0, 0];
  const to = (command: string, x: number, y: number, fromX: number, fromY: number): void => {
    const [tenthsX, tenthsY] = [Math.round(x * 10), Math.round(y * 10)];
    said.push(command, sayTenths(tenthsX - fromX), ',', sayTenths(tenthsY - fromY));
    [atX, atY] = [tenthsX, tenthsY];
  };
  return {
    moveTo: (x, y) => to('M', x, y, 0, 0),
    lineTo: (x, y) => to('l', x, y, atX, atY),
    close: () => void said.push('Z'),
    text: () => said.join(''),
  };
}
