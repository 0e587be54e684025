import type { ListedBackup } from '../../platforms/proxmox/requests/storage.ts';

/** Stands in the notes of every archive of ours, and so in the first line of its task's log: by it they are found again. */
export const backupNotes = 'ha-acceptance';

/** Whether an archive is ours. */
export function isOurs({ notes }: Pick<ListedBackup, 'notes'>): boolean {
  return notes.trim() === backupNotes;
}

/** Whether a backup task is ours, by its log: `INFO: starting new backup job: vzdump 100 ... --notes-template ha-acceptance`. */
export function isOurJob(log: readonly string[]): boolean {
  return log.some((line) => line.includes('starting new backup job') && /--notes-template '?ha-acceptance'?(?: |$)/.test(line));
}
