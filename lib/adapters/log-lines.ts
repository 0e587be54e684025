const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dayMs = 86_400_000;

/** How the lines of a node's logs are to be dated: its time zone, and its clock minus ours with the error of reading it, ms. */
export interface NodeClock {
  zoneMinutes: number;
  offset: { ms: number; errorMs: number };
}

/** Between which moments a line was written, ms since the epoch on our own clock. */
export interface Span {
  earliestMs: number;
  latestMs: number;
}

const isoLine = /^(?:\[?\d+\]? )?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?/;
const syslogLine = /^(?:\[?\d+\]? )?([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d)(\.\d+)?/;

/** Minutes east of Greenwich of `+0130`, `-05:00` or `Z`. */
export function zoneMinutesOf(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  return match === null ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** Resolution of a stamp with these decimals of a second, ms. */
function resolutionMs(decimals: string | undefined): number {
  return 1000 / 10 ** ((decimals ?? '.').length - 1);
}

/** The moment of a line on the node's own clock, ms since the epoch, with the log's resolution; null for a line without a stamp. */
function stampOf(line: string, nowMs: number, zoneMinutes: number): { ms: number; resolutionMs: number } | null {
  const iso = isoLine.exec(line);
  if (iso !== null) {
    const [, day, time, decimals, zone] = iso;
    return { ms: Date.parse(`${day}T${time}Z`) + Number(`0${decimals ?? ''}`) * 1000 - (zone === undefined ? zoneMinutes : zoneMinutesOf(zone)) * 60_000, resolutionMs: resolutionMs(decimals) };
  }
  const syslog = syslogLine.exec(line);
  const month = months.indexOf(syslog?.[1] ?? '');
  if (syslog === null || month < 0) return null;
  const [, , day, time, decimals] = syslog;
  const inYear = (year: number): number => Date.parse(`${year}-${String(month + 1).padStart(2, '0')}-${(day ?? '').padStart(2, '0')}T${time}Z`) + Number(`0${decimals ?? ''}`) * 1000 - zoneMinutes * 60_000;
  // Such a stamp has no year: it is of the year that does not put it into the future.
  const thisYear = new Date(nowMs).getUTCFullYear();
  const candidates = [thisYear + 1, thisYear, thisYear - 1].map(inYear).filter((ms) => ms <= nowMs + dayMs);
  const [ms] = candidates;
  return ms === undefined ? null : { ms, resolutionMs: resolutionMs(decimals) };
}

/** When a line of a log was written; null for a line without a stamp. */
export function spanOf(line: string, { zoneMinutes, offset }: NodeClock, nowMs: number): Span | null {
  const stamp = stampOf(line, nowMs, zoneMinutes);
  if (stamp === null) return null;
  const ours = stamp.ms - offset.ms;
  return { earliestMs: ours - offset.errorMs, latestMs: ours + offset.errorMs + stamp.resolutionMs };
}

/** The lines of a log from a moment of our clock on; lines without a stamp go with the one before. A log without stamps is given whole. */
export function linesSince(text: string, sinceMs: number, clock: NodeClock, nowMs: number): string {
  const lines = text.split('\n');
  const spans = lines.map((line) => spanOf(line, clock, nowMs));
  const first = spans.findIndex((span) => span !== null && span.latestMs >= sinceMs);
  if (first >= 0) return lines.slice(first).join('\n');
  return spans.some((span) => span !== null) ? '' : text;
}
