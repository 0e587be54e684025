import type { MigrationOutcome } from '../adapters/outcomes.ts';

/**
 * Whether a guest is proven to have arrived by live migration: by the hypervisor's own statistics, or by the guest itself, whose
 * boot goes on. The history of the HA manager alone says what was asked for, not what happened: then it is not known (null).
 */
export function arrivedLive({ proof, source }: Pick<MigrationOutcome, 'proof' | 'source'>, boots: { before: string | null; after: string | null }): { ok: true | null; detail: string } {
  if (proof === 'hypervisor') return { ok: true, detail: source };
  if (boots.before !== null && boots.before === boots.after) return { ok: true, detail: `the guest's boot ${boots.before} goes on; ${source}` };
  return { ok: null, detail: `the hypervisor shows no statistics of a migration, and the guest shows no boot that goes on; ${source}` };
}
