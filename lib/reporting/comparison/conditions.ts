import { sayValue } from '../../judgement/wording.ts';
import { measurementNames, rowNames } from '../../record/types.ts';
import type { MeasurementName, RowName } from '../../record/types.ts';
import type { JudgedRun } from '../judged-run.ts';
import type { Condition } from './comparison-schema.ts';
import { profileOf } from './profile.ts';
import { heldBy } from './side.ts';
import type { Held, Side } from './side.ts';

interface GuestDefinition {
  name?: unknown;
  machine?: Record<string, unknown>;
}

/** What a guest is made of, as its environment file declares it. */
export const machineParts = ['image', 'vcpus', 'memory', 'nic', 'load'] as const;

export function guestsOf({ description }: JudgedRun): GuestDefinition[] {
  const { guests } = description.environmentFile;
  return Array.isArray(guests) ? (guests as GuestDefinition[]) : [];
}

export function machineOf(run: JudgedRun, guest: string, part: string): string | null {
  const value = guestsOf(run).find(({ name }) => name === guest)?.machine?.[part];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** What a fair comparison wants to be the same on all sides. */
const mustBeEqual: readonly (readonly [string, (run: JudgedRun) => string | null])[] = [
  ['prober host', ({ description: { host } }) => host.name],
  ["prober host's kernel", ({ description: { host } }) => host.kernel],
  ["prober host's cores", ({ description: { host } }) => String(host.cores)],
  ['prober engine', ({ description: { prober } }) => prober.engine],
  ['probe period', ({ description: { prober } }) => `${prober.periodMs} ms`],
  ['wait until a probe is lost', ({ description: { prober } }) => `${prober.waitMs} ms`],
  ['late after', ({ description: { prober } }) => (prober.lateAfterMs === null ? 'by the baseline' : `${prober.lateAfterMs} ms`)],
  ['version of the tool', ({ description }) => description.tool],
];

/** The condition that one version of the tool derived figures and verdicts of all runs. */
export const judgingVersion = 'version of the tool that judged';

/** Which version judged a run. One that did not say is another than one that did, and where none did nothing is known. */
function judgedBy(sides: readonly Side[]): (run: JudgedRun) => string | null {
  const said = sides.some(({ runs }) => runs.some(({ verdicts }) => verdicts.derivedBy !== undefined));
  return ({ verdicts }) => verdicts.derivedBy ?? (said ? 'one that did not say' : null);
}

/** Equal where every run of every side has the same; what is mixed within a side equals nothing. */
function condition(kind: Condition['kind'], what: string, held: readonly Held[]): Condition {
  return { kind, what, values: held.map(({ said }) => said), equal: held.every(({ said, mixed }) => !mixed && said === held[0]?.said), mixed: held.some(({ mixed }) => mixed) };
}

/** Names that any run of any side has a value for. */
function namesOver(sides: readonly Side[], of: (run: JudgedRun) => Record<string, string> | undefined): string[] {
  return [...new Set(sides.flatMap(({ runs }) => runs.flatMap((run) => Object.keys(of(run) ?? {}))))];
}

/** What judged a measurement of a row in a run, in words; undefined where the run has no such figure. */
function limitOf({ verdicts }: JudgedRun, row: RowName, name: MeasurementName): string | undefined {
  const measured = verdicts.scenarios.flatMap((scenario) => (scenario.row === row ? scenario.measurements.filter((measurement) => measurement.name === name) : []));
  return measured.length === 0 ? undefined : [...new Set(measured.map(({ limit, unit }) => (limit === null ? 'none' : sayValue(limit, unit))))].join(', ');
}

/** The limits that judged what was measured, of each row and measurement that several sides have: verdicts by other limits are other verdicts. */
function limitsOf(sides: readonly Side[]): Condition[] {
  return rowNames.flatMap((row) => measurementNames.flatMap((name): Condition[] => {
    const held = sides.map((side) => heldBy(side, (run) => limitOf(run, row, name)));
    const told = held.filter(({ said }) => said !== null);
    return told.length < 2 || told.every(({ said }) => said === 'none') ? [] : [{ ...condition('limit', `limit of ${row}: ${name}`, held), equal: condition('limit', '', told).equal }];
  }));
}

/** The conditions of all sides next to each other: what must be equal, versions, and the settings that explain timings. */
export function conditionsOf(sides: readonly Side[]): Condition[] {
  const of = (kind: Condition['kind'], what: string, value: (run: JudgedRun) => string | null): Condition => condition(kind, what, sides.map((side) => heldBy(side, value)));
  const guests = [...new Set(sides.flatMap(({ runs }) => runs.flatMap((run) => guestsOf(run).map(({ name }) => String(name)))))];
  return [
    of('must-be-equal', 'platform', ({ description }) => description.platform),
    of('must-be-equal', 'profile of the settings', profileOf),
    ...guests.flatMap((guest) => machineParts.map((part) => of('must-be-equal', `${part} of guest ${guest}`, (run) => machineOf(run, guest, part)))),
    ...mustBeEqual.map(([what, value]) => of('must-be-equal', what, value)),
    of('must-be-equal', judgingVersion, judgedBy(sides)),
    ...limitsOf(sides),
    ...namesOver(sides, ({ description }) => description.cluster?.versions).map((name) => of('version', name, ({ description }) => description.cluster?.versions[name] ?? null)),
    ...namesOver(sides, ({ description }) => description.cluster?.settings).map((name) => of('setting', name, ({ description }) => description.cluster?.settings[name] ?? null)),
  ];
}

/** Why the guest of that name is not the same machine in all runs of two sides, as the environment files declare it; null: nothing speaks against it. */
export function guestsDiffer(sides: readonly Side[], guest: string | null, first: number, second: number): string | null {
  const [one, other] = [sides[first], sides[second]];
  if (guest === null || one === undefined || other === undefined) return null;
  for (const part of machineParts) {
    const held = [one, other].map((side) => ({ name: side.name, ...heldBy(side, (run) => machineOf(run, guest, part)) }));
    const mixed = held.find((side) => side.mixed);
    if (mixed !== undefined) return `guest ${guest} is not the same in all runs of ${mixed.name}: its ${part} is ${mixed.said ?? ''}`;
    const [value, otherValue] = held.map(({ said }) => said);
    if (typeof value === 'string' && typeof otherValue === 'string' && value !== otherValue) return `guest ${guest} is not the same: its ${part} is ${value} on ${one.name} and ${otherValue} on ${other.name}`;
  }
  return null;
}
