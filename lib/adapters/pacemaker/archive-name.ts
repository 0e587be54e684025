import { createHash } from 'node:crypto';

const prefix = 'ha-acceptance-';

/** What the names of all our files of a guest begin with. The digest keeps guests with similar or hostile names apart. */
export function archivePrefix(guestId: string): string {
  return `${prefix}${createHash('sha256').update(guestId).digest('hex').slice(0, 10)}-`;
}

/** Name of an archive, or of another file of a backup: whose, when (UTC), of what. Letters that mean something to a shell or a path are replaced. */
export function archiveName(guestId: string, at: Date, what: string): string {
  const plain = (text: string): string => text.replaceAll(/[^\w.-]/g, '_').slice(0, 60);
  return `${archivePrefix(guestId)}${plain(guestId)}-${at.toISOString().replaceAll(/[-:]/g, '').replace('.', '')}-${plain(what)}`;
}

/** What the name of the definition of a guest ends with, in the place of a disk and its format. */
export const definitionSuffix = 'domain.xml';

/** Path of the definition that was backed up with these archives (path by disk). */
export function definitionName(folder: string, archives: ReadonlyMap<string, string>): string {
  const [target, path] = [...archives][0] ?? ['', folder];
  return path.slice(0, path.length - `${target}.qcow2`.length) + definitionSuffix;
}
