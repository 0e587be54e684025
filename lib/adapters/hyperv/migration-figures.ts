import type { MigrationFigure } from '../outcomes.ts';
import type { MigrationEvent } from '../../platforms/hyperv/readings.ts';

/** An event about the machine that was moved, and the node that logged it. */
export type MoveEvent = MigrationEvent & { node: string };

/** A duration as an event has it, ms, and how far the way it is written leaves it open: one unit of its last place. */
interface Written {
  ms: number;
  errorMs: number;
}

/**
 * A duration in seconds. Field reports: the message of 20415 reads "... with a blackout time of <property> seconds (VMID ...)", and a
 * brownout of 22508 was published as "19.43 seconds". Either decimal sign: a property may be text of the host's language.
 */
export function secondsOf(text: string): Written | null {
  const [, whole, fraction = ''] = /^(\d+)(?:[.,](\d+))?(?: ?s)?$/.exec(text.trim()) ?? [];
  return whole === undefined ? null : { ms: Math.round(Number(`${whole}.${fraction === '' ? '0' : fraction}`) * 1e6) / 1e3, errorMs: 1000 / 10 ** fraction.length };
}

/** Whether a part of a migration can be true: none is longer than the whole, as we saw it from the request to the arrival. */
export function fits({ ms, errorMs }: Written, wholeMs: number): boolean {
  return ms - errorMs <= wholeMs;
}

/** Hyper-V-Worker-Admin (field reports): the brownout; the blackout with its dirty pages. */
const worker = { brownout: 22508, blackout: 22509 } as const;

const isMachine = (property: string, machine: string): boolean => property.replaceAll(/^\{|\}$/g, '').toLowerCase() === machine;

/** Whether an event is about a machine. Its id may stand in braces. */
export function isAbout({ properties }: Pick<MigrationEvent, 'properties'>, machine: string): boolean {
  return properties.some((property) => isMachine(property, machine));
}

type Told = { written: Written; words: string } | { why: string };

/**
 * The duration in an event of the worker process. Where it stands among the properties is not documented: it is the one property behind
 * the machine's id that has decimals. A whole number may be pages as well as a time, and is none.
 */
function durationIn({ id, node, properties }: MoveEvent, machine: string, wholeMs: number): Told {
  const behind = properties.slice(properties.findIndex((property) => isMachine(property, machine)) + 1);
  const found = behind.filter((property) => /[.,]/.test(property)).flatMap((property) => secondsOf(property) ?? []);
  const [written] = found;
  const said = `event ${id} of Hyper-V-Worker-Admin on ${node} says ${behind.map((property) => `"${property}"`).join(', ') || 'nothing'}`;
  if (written === undefined || found.length > 1) return { why: `${said}, of which no duration can be told` };
  if (!fits(written, wholeMs)) return { why: `${said}, which is longer than the whole migration` };
  return { written, words: `event ${id} of Hyper-V-Worker-Admin on ${node}: ${(written.ms / 1000).toString()} s` };
}

interface Asked {
  machine: string;
  /** From the request to the arrival, as we saw it, ms. */
  wholeMs: number;
  /** The nodes that were read, and what could not be. */
  nodes: readonly string[];
  unread: readonly string[];
  /** Whether the downtime is told already, by another log. */
  hasDowntime: boolean;
}

function figure(name: MigrationFigure['name'], what: string, id: number, ours: readonly MoveEvent[], { machine, wholeMs, nodes, unread }: Asked): MigrationFigure {
  const told = ours.filter((event) => event.id === id).map((event) => durationIn(event, machine, wholeMs));
  const good = told.flatMap((one) => ('written' in one ? [one] : []));
  if (good.length > 0) {
    // Both ends may log it: between them lies the truth.
    const ends = good.map(({ written: { ms, errorMs } }) => ({ lo: Math.max(0, ms - errorMs), hi: ms + errorMs }));
    return { name, lo: Math.min(...ends.map(({ lo }) => lo)), hi: Math.max(...ends.map(({ hi }) => hi)), source: `${what} by ${good.map(({ words }) => words).join('; ')}` };
  }
  const why = [...told.flatMap((one) => ('why' in one ? [one.why] : [])), ...(told.length === 0 ? [`no event ${id} of the machine on ${nodes.join(' or ') || 'any node'}`] : []), ...unread];
  return { name, lo: 0, hi: null, source: `${what} is missing: ${why.join('; ')}` };
}

/**
 * What the worker processes measured of a move: the brownout, and the blackout where nobody else told it. What is missing is a figure
 * without an upper end that says so. Pure.
 */
export function migrationFigures(ours: readonly MoveEvent[], asked: Asked): MigrationFigure[] {
  return [
    figure('platform-brownout', "Hyper-V's brownout (its memory is transferred, the guest runs)", worker.brownout, ours, asked),
    ...(asked.hasDowntime ? [] : [figure('platform-downtime', "Hyper-V's blackout", worker.blackout, ours, asked)]),
  ];
}
