import { recordedText } from './recorded.ts';

/** A recorded course of events: what each question was answered with, from when on. */
export interface Timeline {
  /** When every question had been asked once, and the last change: seconds since the poller began. */
  firstS: number;
  endS: number;
  /** What was done to the cluster, and when; to the second. */
  marks: { atS: number; text: string }[];
  /** The newest answer to a question at a moment; null before the first. */
  at(key: TimelineKey, second: number): unknown;
}

const keys = ['ha', 'mgr', 'cs', 'res', 'tasks'] as const;
export type TimelineKey = (typeof keys)[number];

const wallSeconds = (wall: string): number => wall.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

/** The poller wrote its own failures in the place of an answer: `["TimeoutError", ...]`. */
function isAnswer(value: unknown): boolean {
  return !(Array.isArray(value) && typeof value[0] === 'string' && value[0].endsWith('Error'));
}

/** @param name of a file in recorded/ */
export function readTimeline(name: string): Timeline {
  const lines = recordedText(name).split('\n').filter((line) => line !== '');
  const first = lines.map((line) => /^(\d\d:\d\d:\d\d) \+ *([\d.]+)s/.exec(line)).find((match) => match !== null);
  const zero = wallSeconds(first?.[1] ?? '') - Number(first?.[2]);
  const changes: { atS: number; key: string; value: unknown }[] = [];
  const marks: Timeline['marks'] = [];
  for (const line of lines) {
    const [, seconds, key = '', json = ''] = /^\S+ \+ *([\d.]+)s (\w+) (.*)$/.exec(line) ?? [];
    if (seconds === undefined) marks.push({ atS: wallSeconds(line.slice(0, 8)) - zero, text: line.slice(9) });
    else if (keys.some((known) => known === key)) changes.push({ atS: Number(seconds), key, value: JSON.parse(json) as unknown });
  }
  return {
    firstS: Math.max(...keys.map((key) => changes.find((change) => change.key === key)?.atS ?? 0)),
    endS: changes.at(-1)?.atS ?? 0,
    marks,
    at: (key, second) => changes.findLast((change) => change.key === key && change.atS <= second && isAnswer(change.value))?.value ?? null,
  };
}
