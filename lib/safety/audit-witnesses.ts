import { reachesHead, writtenAuditHead } from '../record/audit-head.ts';
import { readRun } from '../record/run-reader.ts';
import type { RunEvent, Target } from '../record/types.ts';
import { auditLines } from './audit.ts';
import type { AuditAction, AuditLine } from './audit.ts';
import { linesOfRun } from './journal.ts';
import type { JournalEntry, JournalLine } from './journal.ts';

/** A line that the audit log must have, because another file of the run says what it is about. */
interface Demand {
  actions: readonly AuditAction['action'][];
  /** Its undo in the journal, where the witness names it. */
  journal: string | null;
  about: { scenario: string; fault: string; target: Target } | null;
  says: string;
}

export interface Witnesses {
  /** What the log should have and has not, as sentences. */
  problems: string[];
  /** What is missing because the run ended right there. */
  explained: string[];
}

function isSame(about: NonNullable<Demand['about']>, line: AuditLine): boolean {
  return about.scenario === line.scenario && about.fault === line.fault && about.target.node === line.target.node && about.target.disk === line.target.disk;
}

/** Demands that no line answers; each line answers one. Lines of earlier versions do not name their undo and are known by what they are about. */
function unanswered<T extends Demand>(demands: readonly T[], lines: readonly AuditLine[]): T[] {
  const free = new Set(lines);
  return demands.filter(({ actions, journal, about }) => {
    const fits = (line: AuditLine): boolean => {
      if (!actions.includes(line.action)) return false;
      return journal !== null && line.journal !== undefined ? line.journal === journal : about !== null && isSame(about, line);
    };
    const found = [...free].find(fits);
    if (found !== undefined) free.delete(found);
    // A close whose opening is not in this journal cannot be compared with lines that name no undo.
    return found === undefined && (about !== null || lines.every((line) => line.journal !== undefined));
  });
}

function demandOf({ op, id, at, outcome }: JournalLine, entry: JournalEntry | undefined): Demand {
  const wanted: Record<JournalLine['op'], readonly AuditAction['action'][]> = { open: ['inject'], injected: ['injected'], attempt: ['not-reverted'], close: [outcome === 'moot' ? 'moot' : 'reverted'] };
  const words: Record<JournalLine['op'], string> = { open: 'was opened', injected: 'is noted as injected', attempt: 'was tried in vain', close: `was closed as ${outcome}` };
  return { actions: wanted[op], journal: id, about: entry ?? null, says: `by the journal "${entry?.undo.title ?? id}" ${words[op]} at ${at}` };
}

interface OfJournal extends Demand {
  op: JournalLine['op'];
  id: string;
}

function demandsOfJournal(lines: readonly JournalLine[]): OfJournal[] {
  const entries = new Map(lines.flatMap(({ op, id, entry }) => (op === 'open' && entry !== undefined ? [[id, entry] as const] : [])));
  return lines.map((line) => ({ op: line.op, id: line.id, ...demandOf(line, entries.get(line.id)) }));
}

function demandsOfEvents(events: readonly RunEvent[]): Demand[] {
  return events.flatMap((event): Demand[] => {
    if (event.kind !== 'fault-injecting' && event.kind !== 'fault-injected' && event.kind !== 'fault-reverted') return [];
    const { scenario, fault, target, wall } = event;
    const says = (what: string): string => `by events.jsonl ${fault} of ${scenario} ${what} at ${wall}`;
    const base = { journal: null, about: { scenario, fault, target } };
    if (event.kind === 'fault-injecting') return [{ ...base, journal: event.journal, actions: ['inject'], says: says('was about to be injected') }];
    if (event.kind === 'fault-injected') return [{ ...base, actions: ['injected'], says: says('was in place') }];
    return [{ ...base, actions: event.verified ? ['reverted'] : ['not-reverted', 'moot'], says: says(event.verified ? 'was mended' : 'was not mended') }];
  });
}

/**
 * Openings at the end of the journal that the death of the run explains: the undo is on disk before its line is in the log, and
 * nothing was sent yet. A run that came to its end did not die there.
 */
function diedThere(missing: readonly OfJournal[], journal: readonly JournalLine[], events: readonly RunEvent[]): Set<OfJournal> {
  if (events.some((event) => event.kind === 'run-ended' && event.reason === 'completed')) return new Set();
  const sent = new Set([...journal.flatMap(({ op, id }) => (op === 'injected' ? [id] : [])), ...events.flatMap((event) => (event.kind === 'fault-injecting' ? [event.journal] : []))]);
  const opened = journal.filter(({ op }) => op === 'open').map(({ id }) => id);
  const unwritten = new Map(missing.flatMap((demand) => (demand.op === 'open' && !sent.has(demand.id) ? [[demand.id, demand] as const] : [])));
  const last = opened.findLastIndex((id) => !unwritten.has(id));
  return new Set(opened.slice(last + 1).flatMap((id) => unwritten.get(id) ?? []));
}

/**
 * Compares a run's audit log with what else says what was done: its journal, its events, and the head that `verdicts.json` holds. A
 * chain shows that a line was changed or taken out of it; a log that ends early is whole in itself, and is found by these.
 *
 * @throws Error when the folder is not the record of a run
 */
export function compareWithWitnesses(runFolder: string): Witnesses {
  const lines = auditLines(runFolder);
  const journal = linesOfRun(runFolder);
  const { events } = readRun(runFolder);
  const missing = unanswered(demandsOfJournal(journal), lines);
  const died = diedThere(missing, journal, events);
  const say = ({ says, actions }: Demand): string => `${says}, and the log has no line "${actions.join('" or "')}" of it`;
  const gone = [...missing.filter((demand) => !died.has(demand)), ...unanswered(demandsOfEvents(events), lines)].map(say);
  const head = writtenAuditHead(runFolder);
  const short = head === null || reachesHead(runFolder, head) ? [] : [`verdicts.json was derived when the log had ${head.lines} line(s), and line ${head.lines} is gone or another one (its hash was ${head.head})`];
  return { problems: [...gone, ...short], explained: [...died].map((demand) => `${say(demand)}: the run ended there`) };
}
