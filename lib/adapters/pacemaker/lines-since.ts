const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Moment {
  month: number;
  rest: string;
}

/** Moment of a line in the form `Nov 21 02:45:58`, which has no year; null when the line has none. */
function momentOf(line: string): Moment | null {
  const match = /^(?:\[?\d+\]? )?([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d)/.exec(line);
  const month = months.indexOf(match?.[1] ?? '');
  return match === null || month < 0 ? null : { month, rest: `${(match[2] ?? '').padStart(2, '0')} ${match[3]}` };
}

function before(one: Moment, other: Moment): boolean {
  // Half a year is the most that logs and run lie apart: January comes after December.
  const months = (other.month - one.month + 12) % 12;
  return months === 0 ? one.rest < other.rest : months < 6;
}

/** The lines of a log from a moment on, in the node's own local time and the log's own form. A log without moments is given whole. */
export function linesSince(text: string, since: string): string {
  const from = momentOf(since);
  if (from === null) return text;
  const lines = text.split('\n');
  const first = lines.findIndex((line) => {
    const at = momentOf(line);
    return at !== null && !before(at, from);
  });
  if (first >= 0) return lines.slice(first).join('\n');
  return lines.some((line) => momentOf(line) !== null) ? '' : text;
}
