import type { Environment, GuestConfig } from '../environment/environment.ts';
import type { RowName } from '../record/types.ts';
import { profiles, rowsOf } from './matrix.ts';
import type { Profile, ProfileName } from './matrix.ts';
import type { RegisteredRow } from './row.ts';
import { uniqueSlugs } from './unique-slugs.ts';

/** What the operator asked for. */
export interface Wish {
  profile: string | null;
  suites: string[];
  guests: string[];
  repeat: number | null;
}

/** A scenario that was selected. */
export interface Selected {
  id: string;
  row: RegisteredRow;
  guest: GuestConfig | null;
  /** Which of the row's variants, null for a row without. */
  variant: string | null;
  repeat: number;
}

/** A name that does not exist, with those that do. */
export class UnknownName extends Error {
  readonly exitCode = 64;
}

function known(kind: string, name: string, names: readonly string[]): void {
  if (!names.includes(name)) throw new UnknownName(`There is no ${kind} "${name}". There is: ${names.join(', ')}.`);
}

function profileOf(wish: Wish): { name: ProfileName | null; profile: Profile } {
  if (wish.profile === null) return { name: wish.suites.length === 0 ? 'gate' : null, profile: profiles.gate };
  known('profile', wish.profile, Object.keys(profiles));
  const name = wish.profile as ProfileName;
  return { name, profile: profiles[name] };
}

/**
 * Resolves a wish to scenarios in the order of the matrix: rows, then guests, then variants, then repeats.
 * Without profile and suites it is the profile `gate`. Throws UnknownName (exit code 64).
 */
export function select(wish: Wish, environment: Environment, registered: ReadonlyMap<RowName, RegisteredRow>): { profile: ProfileName | null; scenarios: Selected[] } {
  const { name, profile } = profileOf(wish);
  for (const suite of wish.suites) known('suite', suite, [...registered.keys()]);
  for (const guest of wish.guests) known('guest', guest, environment.guests.map((candidate) => candidate.name));
  const rows = rowsOf(wish.suites.length > 0 ? { ...profile, rows: wish.suites as RowName[] } : profile, registered);
  const repeats = wish.repeat ?? profile.repeat;
  // Scenario ids match `[a-z0-9._-]+`; a guest's name is brought into that form, the same in every process.
  const slugs = new Map(uniqueSlugs(environment.guests.map((guest) => guest.name)).map((slug, index) => [environment.guests[index]?.name, slug]));
  const scenarios: Selected[] = [];
  for (const rowName of rows) {
    const row = registered.get(rowName);
    if (row === undefined) continue;
    const able = environment.guests.filter(({ kind }) => row.kind === undefined || kind === row.kind);
    const chosen = wish.guests.length > 0 ? able.filter((guest) => wish.guests.includes(guest.name)) : able.slice(-(profile.guests[rowName] ?? able.length));
    const guests: (GuestConfig | null)[] = row.per === 'cluster' || able.length === 0 ? [null] : chosen;
    const variants = row.variants?.filter((variant) => profile.variants?.[rowName]?.includes(variant) !== false) ?? [null];
    for (const guest of guests) {
      for (const variant of variants) {
        const name = [rowName, guest === null ? 'cluster' : slugs.get(guest.name), ...(variant === null ? [] : [variant])].join('.');
        for (let repeat = 1; repeat <= (row.gate ? repeats : 1); repeat += 1) scenarios.push({ id: `${name}.r${repeat}`, row, guest, variant, repeat });
      }
    }
  }
  if (scenarios.length === 0) throw new UnknownName('Nothing was selected. Name suites and guests that exist, or leave the options away.');
  return { profile: name, scenarios };
}
