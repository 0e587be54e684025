import { settingsProfiles } from '../../record/settings-profile.ts';
import type { SettingsProfile } from '../../record/settings-profile.ts';
import type { JudgedRun } from '../judged-run.ts';
import { CannotCompare, identityOf } from './side.ts';
import type { Side } from './side.ts';

/** Whether a run's cluster had its defaults or equalised settings, as its environment file declared it; null: it did not. */
export function profileOf({ description }: JudgedRun): SettingsProfile | null {
  const declared = (description.environmentFile['comparison'] as { profile?: unknown } | null | undefined)?.profile;
  return settingsProfiles.find((profile) => profile === declared) ?? null;
}

/** Whether the sides are of several environments: before and after a change in one of them, profiles may differ on purpose. */
function acrossEnvironments(sides: readonly Side[]): boolean {
  return new Set(sides.flatMap(({ runs }) => runs.map(({ description }) => description.environment))).size > 1;
}

/**
 * Refuses defaults and equalised settings within a side, and between sides of several environments.
 *
 * @throws CannotCompare
 */
export function refuseProfiles(sides: readonly Side[]): void {
  const across = acrossEnvironments(sides);
  for (const runs of across ? [sides.flatMap((side) => side.runs)] : sides.map((side) => side.runs)) {
    const declared = runs.flatMap((run) => ({ run: identityOf(run), profile: profileOf(run) })).filter(({ profile }) => profile !== null);
    const other = declared.find(({ profile }) => profile !== declared[0]?.profile);
    if (declared[0] === undefined || other === undefined) continue;
    throw new CannotCompare(`Run ${declared[0].run} is declared as made with ${say(declared[0].profile)}, run ${other.run} with ${say(other.profile)} (comparison.profile of the environment file): the two are never compared${across ? ' across environments' : ' as one side'}. Name runs of one profile${across ? '' : ', or compare the profiles with --against'}.`);
  }
}

const say = (profile: SettingsProfile | null): string => (profile === 'equalised' ? 'equalised settings' : 'the defaults');

/** What is not known about the profiles, as a sentence without its full stop; empty where all is declared, or one environment is compared with itself. */
export function profileReservations(sides: readonly Side[]): string[] {
  const undeclared = sides.filter(({ runs }) => runs.some((run) => profileOf(run) === null)).map(({ name }) => name);
  return undeclared.length === 0 || !acrossEnvironments(sides) ? [] : [`whether ${undeclared.join(' and ')} ran with ${undeclared.length === 1 ? 'its' : 'their'} defaults or with equalised settings is not known: declare comparison.profile in ${undeclared.length === 1 ? 'the environment file' : 'the environment files'}`];
}
