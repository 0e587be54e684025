/** A path of lines alone, as the plotting library draws series: absolute moves and lines, and closings. */
const ofLines = /^(?:[ML]-?\d+(?:\.\d+)?,-?\d+(?:\.\d+)?|Z)+$/;
const step = /([MLZ])(?:(-?[\d.]+),(-?[\d.]+))?/g;

/** Tenths of a px as a number: `-0.4`, `12`. */
function sayTenths(tenths: number): string {
  return String(tenths / 10);
}

/** Lines as steps from point to point, to a tenth of a px. Each point is rounded by itself, so errors do not add up. */
function compact(path: string): string {
  let said = '';
  let [x, y] = [0, 0];
  for (const [, command = '', xText = '0', yText = '0'] of path.matchAll(step)) {
    if (command === 'Z') {
      said += 'Z';
      continue;
    }
    const [toX, toY] = [Math.round(Number(xText) * 10), Math.round(Number(yText) * 10)];
    said += command === 'M' ? `M${sayTenths(toX)},${sayTenths(toY)}` : `l${sayTenths(toX - x)},${sayTenths(toY - y)}`;
    [x, y] = [toX, toY];
  }
  return said;
}

/**
 * The same drawing in fewer letters: a report of a thousand scenarios holds a thousand timelines of a thousand points. Only paths of
 * lines are written anew; every point stays within 0.05 px.
 */
export function compactPaths(svg: string): string {
  return svg.replace(/ d="([^"]*)"/g, (whole, path: string) => (ofLines.test(path) && !/Z[L]/.test(path) ? ` d="${compact(path)}"` : whole));
}
