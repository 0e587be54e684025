import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement, ScenarioVerdict, Verdicts } from '../record/types.ts';

const hashOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

/** Whether a run has the events that its verdicts were derived from. */
export function hasEvents(folder: string): boolean {
  return existsSync(join(folder, 'events.jsonl'));
}

function sealOf(sealedOrNot: Verdicts, folder: string): string {
  const { seal: _, ...verdicts } = sealedOrNot;
  return hashOf(`${JSON.stringify(verdicts)}\n${hasEvents(folder) ? hashOf(readFileSync(join(folder, 'events.jsonl'))) : 'no events'}`);
}

/**
 * Verdicts with their seal: a hash over them and the events of the run in this folder. It shows that one of them was changed since; it is
 * no signature, and whoever can write the folder can make another one.
 */
export function sealed(verdicts: Verdicts, folder: string): Verdicts {
  return { ...verdicts, seal: sealOf(verdicts, folder) };
}

/** Whether verdicts, as they stand in their file, and the events of their run are those that were sealed; null: they have no seal, as early ones. */
export function keepsSeal(stored: Verdicts, folder: string): boolean | null {
  return stored.seal === undefined ? null : stored.seal === sealOf(stored, folder);
}

const figuresOf = ({ name, guest = null, probe = null, from, to, lo, hi, limit, verdict }: Measurement): unknown[] => [name, guest, probe, from, to, lo, hi, limit, verdict];
const conclusionsOf = ({ id, verdict, measurements, phases }: ScenarioVerdict): string => JSON.stringify([id, verdict, measurements.map(figuresOf), phases.map(({ name, lo, hi }) => [name, lo, hi])]);

/** What two judgements of the same run do not say alike, in words; null: verdicts and figures are the same. */
export function differenceOf(stored: Verdicts, derived: Verdicts): string | null {
  const known = new Map(stored.scenarios.map((scenario) => [scenario.id, conclusionsOf(scenario)]));
  const others = derived.scenarios.filter((scenario) => known.get(scenario.id) !== conclusionsOf(scenario)).map(({ id }) => id);
  const gone = stored.scenarios.filter(({ id }) => !derived.scenarios.some((scenario) => scenario.id === id)).map(({ id }) => id);
  const all = [...others, ...gone];
  if (all.length > 0) return `verdicts or figures of ${all.slice(0, 3).join(', ')}${all.length > 3 ? ` and ${all.length - 3} more` : ''}`;
  return stored.verdict === derived.verdict && stored.incomplete === derived.incomplete ? null : 'the verdict of the whole run';
}
