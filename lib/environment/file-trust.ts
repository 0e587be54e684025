import { readFileSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { describeFile } from './problem.ts';

/** Who we are, as numbers of users. */
export interface Ourselves {
  /** By whose rights everything is done. Undefined on Windows, which has no such owners. */
  user: number | undefined;
  /** Who called sudo to become that one. */
  behindSudo: number | undefined;
  /** Whose our own program files are. */
  program: number;
}

function ourselves(): Ourselves {
  const { SUDO_UID } = process.env;
  return { user: process.geteuid?.(), behindSudo: SUDO_UID === undefined ? undefined : Number(SUDO_UID), program: statSync(import.meta.filename).uid };
}

const modeOf = ({ mode }: Pick<Stats, 'mode'>): string => (mode & 0o7777).toString(8);

/**
 * Why a file that decides what we do may not belong to whom it belongs; null when it may. It may be ours or root's, who can do anything
 * here anyway, and for root also of the user who called sudo: the rule by which git trusts a repository (safe.directory). It may also
 * belong to the owner of our own program files: that one decides already what is run, as with a checkout that a CI runner made, or
 * that is mounted into a container, and that another user runs.
 */
export function ownerProblem(path: string, { uid }: Pick<Stats, 'uid'>, { user, behindSudo, program }: Ourselves = ourselves()): string | null {
  if (user === undefined || uid === 0 || uid === user || uid === program || (user === 0 && uid === behindSudo)) return null;
  return `${describeFile(path)} belongs to another user (uid ${uid}), who may change at any time what is done and broken here. Look at what is in it, then run: ${user === 0 ? '' : 'sudo '}chown ${user} ${describeFile(path)}`;
}

/**
 * Whether a group has no member but the owner of the file, by the texts of /etc/passwd and /etc/group: it is the first group of that
 * user and of nobody else, and names nobody else. One that stands in neither (LDAP) is not known to be private.
 */
export function isPrivateGroup({ uid, gid }: Pick<Stats, 'uid' | 'gid'>, passwd: string, group: string): boolean {
  const users = passwd.split('\n').map((line) => line.split(':')).filter((fields) => fields.length >= 4);
  const owner = users.find((fields) => Number(fields[2]) === uid)?.[0];
  const first = users.filter((fields) => Number(fields[3]) === gid).map(([name]) => name);
  const named = group.split('\n').map((line) => line.split(':')).find((fields) => fields.length >= 4 && Number(fields[2]) === gid)?.[3]?.split(',').filter((name) => name !== '');
  return owner !== undefined && named !== undefined && first.length > 0 && [...first, ...named].every((name) => name === owner);
}

function isPrivate(stats: Stats): boolean {
  try {
    return isPrivateGroup(stats, readFileSync('/etc/passwd', 'utf8'), readFileSync('/etc/group', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Why an environment file is not to be trusted; null when it is. It decides which programs are run, as root mostly, and what may be
 * broken: whoever can write it can do both. So it must belong to us, and neither others nor a group of several may write it or put
 * another file in its place.
 *
 * Its own group may where that is the user's private one: with the umask 002 that goes with private groups, git and editors leave every
 * file of a checkout group-writable, and nobody is let in by it (OpenSSH of Debian takes authorized_keys by the same rule). Files with
 * secrets and host keys come from no checkout; for them no group is let in at all.
 *
 * @throws Error of the file system
 */
export function environmentFileProblem(path: string): string | null {
  const stats = statSync(path);
  const stranger = ownerProblem(path, stats);
  if (stranger !== null) return stranger;
  const shown = describeFile(path);
  const why = 'and so decide what is run and broken here';
  if (process.platform === 'win32') return null;
  if ((stats.mode & 0o002) !== 0) return `every user may change ${shown} (mode ${modeOf(stats)}) ${why}. Run: chmod 644 ${shown}`;
  if ((stats.mode & 0o020) !== 0 && !isPrivate(stats)) return `the members of a group may change ${shown} (mode ${modeOf(stats)}, gid ${stats.gid}) ${why}. Run: chmod g-w ${shown}`;
  const folder = statSync(dirname(path));
  // In a folder with the sticky bit only the owner of a file may replace it.
  if ((folder.mode & 0o1002) === 0o002) return `every user may put another file in the place of ${shown} (mode ${modeOf(folder)} of its folder) ${why}. Run: chmod o-w ${describeFile(dirname(path))}`;
  return null;
}
