import type { JudgedRun } from '../judged-run.ts';
import type { Condition } from './comparison-schema.ts';
import { settingsOf, valueOver } from './side.ts';
import type { Side } from './side.ts';

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

function condition(kind: Condition['kind'], what: string, values: Condition['values']): Condition {
  return { kind, what, values, equal: values.every((value) => value === values[0]) };
}

/** Names that any run of any side has a value for. */
function namesOver(sides: readonly Side[], of: (run: JudgedRun) => Record<string, string> | undefined): string[] {
  return [...new Set(sides.flatMap(({ runs }) => runs.flatMap((run) => Object.keys(of(run) ?? {}))))];
}

/** The conditions of all sides next to each other: what must be equal, versions, and the settings that explain timings. */
export function conditionsOf(sides: readonly Side[]): Condition[] {
  const of = (kind: Condition['kind'], what: string, value: (run: JudgedRun) => string | null | undefined): Condition => condition(kind, what, sides.map((side) => valueOver(side, value)));
  const guests = [...new Set(sides.flatMap(({ runs }) => runs.flatMap((run) => guestsOf(run).map(({ name }) => String(name)))))];
  return [
    of('must-be-equal', 'platform', ({ description }) => description.platform),
    ...guests.flatMap((guest) => machineParts.map((part) => of('must-be-equal', `${part} of guest ${guest}`, (run) => machineOf(run, guest, part)))),
    ...mustBeEqual.map(([what, value]) => of('must-be-equal', what, value)),
    ...namesOver(sides, ({ description }) => description.cluster?.versions).map((name) => of('version', name, ({ description }) => description.cluster?.versions[name])),
    ...namesOver(sides, ({ description }) => description.cluster?.settings).map((name) => of('setting', name, ({ description }) => description.cluster?.settings[name])),
  ];
}

/** Why the guest of that name is not the same machine on two sides, as the environment files declare it; null: nothing speaks against it. */
export function guestsDiffer(sides: readonly Side[], guest: string | null, first: number, second: number): string | null {
  const [one, other] = [sides[first], sides[second]];
  if (guest === null || one === undefined || other === undefined) return null;
  for (const part of machineParts) {
    const [value, otherValue] = [one, other].map((side) => valueOver(side, (run) => machineOf(run, guest, part)));
    if (value !== null && otherValue !== null && value !== otherValue) return `guest ${guest} is not the same: its ${part} is ${value} on ${one.name} and ${otherValue} on ${other.name}`;
  }
  return null;
}

/** What a reader must know before any figure: as sentences, the gravest first. */
export function reservationsOf(sides: readonly Side[], conditions: readonly Condition[]): string[] {
  const unknown = [...new Set(conditions.filter(({ kind, what, values }) => kind === 'must-be-equal' && / of guest /.test(what) && values.includes(null)).map(({ what }) => what.replace(/^.* of guest /, '')))];
  const unequal = conditions.filter(({ kind, what, values, equal }) => kind === 'must-be-equal' && what !== 'platform' && !equal && !values.includes(null));
  const incomplete = sides.flatMap(({ runs }) => runs.filter(({ verdicts }) => verdicts.incomplete).map(({ description }) => `${description.environment}/${description.run}`));
  const untold = sides.flatMap(({ runs }) => runs.filter((run) => settingsOf(run) === null).map(({ description }) => `${description.environment}/${description.run}`));
  const mixedVersions = conditions.filter(({ kind }) => kind === 'version').filter(({ what }) => sides.some(({ runs }) => new Set(runs.map(({ description }) => description.cluster?.versions[what])).size > 1));
  return [
    ...(sides.some(({ runs }) => runs.some(({ description }) => description.simulated)) ? ['the clusters are simulated: this proves nothing about real ones'] : []),
    ...unequal.map(({ what, values }) => `${what} is not the same: ${values.map((value, index) => `${value ?? 'unknown'} (${sides[index]?.name ?? ''})`).join(', ')}`),
    ...mixedVersions.map(({ what }) => `the version of ${what} changed between runs of one side`),
    ...(untold.length > 0 ? [`with which settings ${untold.join(', ')} ${untold.length === 1 ? 'was' : 'were'} made is not known`] : []),
    ...(incomplete.length > 0 ? [`${incomplete.length === 1 ? 'the record of' : 'the records of'} ${incomplete.join(', ')} ${incomplete.length === 1 ? 'is' : 'are'} incomplete`] : []),
    ...(unknown.length > 0 ? [`whether ${unknown.join(', ')} ${unknown.length === 1 ? 'is the same guest' : 'are the same guests'} everywhere is not known: declare image, vcpus, memory, nic and load under guests[].machine of every environment file`] : []),
  ];
}
