/** What the log of a `qmigrate` task tells of a migration: the platform's own account, beside what is measured from outside. */
export interface MigrationFigures {
  /** QEMU moved a running guest; false for a migration of a guest that was off, which the task calls a success too. */
  live: boolean;
  /** For how long QEMU held the guest still, ms; its users feel more. Null when it is not told. */
  downtimeMs: number | null;
  /** From the begin of the task to its end, ms, to the second. */
  totalMs: number | null;
}

/** @param log lines of the task, each with its date before it or without */
export function migrationFigures(log: readonly string[]): MigrationFigures {
  const find = (pattern: RegExp): RegExpExecArray | null => log.map((line) => pattern.exec(line)).find((match) => match !== null) ?? null;
  // "migration downtime limit: 100 ms" stands there too, and is a wish.
  const downtime = find(/\bdowntime (\d+) ms\b/)?.[1];
  const [, hours, minutes, seconds] = find(/migration finished successfully \(duration (\d+):(\d\d):(\d\d)\)/) ?? [];
  return {
    live: find(/starting online\/live migration on /) !== null && find(/migration status: completed/) !== null,
    downtimeMs: downtime === undefined ? null : Number(downtime),
    totalMs: hours === undefined ? null : ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000,
  };
}
