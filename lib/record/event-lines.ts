import { eventSchema } from './event-schema.ts';
import { rowNames } from './types.ts';
import type { RunEvent } from './types.ts';

const kinds: ReadonlySet<string> = new Set(eventSchema.options.map(({ shape }) => shape.kind.value));

const torn = 'a line of events.jsonl cannot be read';
const again = 'a line of events.jsonl stands in it again';

type Stamp = Pick<RunEvent, 't' | 'wall' | 'by' | 'n'>;

/** What a line holds: an event, or at least when and by whom it was appended. */
interface ParsedLine {
  stamp: Stamp | null;
  event: RunEvent | null;
  /** What is wrong with the line, null when nothing is. */
  damage: string | null;
}

/**
 * The events of `events.jsonl` in the order of the file. What is missing between them is put in as `record-gap`: lines that cannot be
 * read, that are not as their kind is written, that were taken out, or that stand in it a second time. Kinds that this version does not
 * know are kept.
 */
export function parseEvents(text: string): RunEvent[] {
  const events: RunEvent[] = [];
  const last = new Map<string, Stamp>();
  const seen = new Map<string, Set<number>>();
  const damaged = new Map<string, number>();
  const gapBefore = (next: Stamp | undefined, from: number, lost: number, reason: string): void => {
    events.push({ t: next?.t ?? from, wall: next?.wall ?? new Date(0).toISOString(), kind: 'record-gap', scenario: null, from, lost, reason });
  };
  const count = (damage: string): void => void damaged.set(damage, (damaged.get(damage) ?? 0) + 1);
  const tellDamage = (next: Stamp | undefined): void => {
    const from = events.at(-1)?.t ?? 0;
    for (const [damage, lines] of damaged) gapBefore(next, from, damage === again ? 0 : lines, damage);
    damaged.clear();
  };
  /** Whether this writer's line of this number stood before it. */
  const isAgain = ({ by, n }: Stamp): boolean => {
    if (by === undefined || n === undefined) return false;
    const numbers = seen.get(by) ?? new Set();
    if (numbers.has(n)) return true;
    seen.set(by, numbers.add(n));
    return false;
  };
  /** Tells of the lines of a writer that are missing before this one. */
  const follow = (stamp: Stamp): void => {
    if (stamp.by === undefined || stamp.n === undefined) return;
    const before = last.get(stamp.by);
    const lost = stamp.n - (before?.n ?? 0) - 1;
    if (lost > 0) {
      tellDamage(stamp);
      gapBefore(stamp, before?.t ?? 0, lost, 'a line of events.jsonl was taken out');
    }
    last.set(stamp.by, stamp);
  };
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { stamp, event, damage } = parseLine(line);
    if (stamp !== null && isAgain(stamp)) {
      count(again);
      continue;
    }
    if (damage !== null) count(damage);
    if (stamp !== null) follow(stamp);
    if (event === null) continue;
    tellDamage(event);
    events.push(event);
  }
  tellDamage(events.at(-1));
  return events;
}

/** An event that was appended behind the remains of another one is still found: every line begins in the same way. */
function parseLine(line: string): ParsedLine {
  const nothing = { stamp: null, event: null, damage: torn };
  const begin = line.lastIndexOf('{"t":');
  if (begin < 0) return nothing;
  try {
    const event = JSON.parse(line.slice(begin)) as Partial<RunEvent>;
    const { t, wall, by, n } = event;
    if (typeof t !== 'number' || typeof wall !== 'string' || typeof event.kind !== 'string') return nothing;
    if (isAsWritten(event)) return { stamp: event as RunEvent, event: event as RunEvent, damage: begin === 0 ? null : torn };
    return { stamp: { t, wall, ...(typeof by === 'string' && typeof n === 'number' ? { by, n } : {}) }, event: null, damage: `an event "${event.kind}" of events.jsonl is not as this kind is written` };
  } catch {
    return nothing;
  }
}

/** Whether an event has what its kind has. A row that this version does not know is no damage: its scenario is to be seen in the reports. */
function isAsWritten(event: Partial<RunEvent>): boolean {
  if (!kinds.has(event.kind ?? '')) return true;
  return eventSchema.safeParse('row' in event && typeof event.row === 'string' ? { ...event, row: rowNames[0] } : event).success;
}
