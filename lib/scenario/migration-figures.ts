import type { MigrationOutcome } from '../adapters/outcomes.ts';
import type { Scenario } from './scenario.ts';

/**
 * The platform's own figures of a migration, beside what the probes measured. One that the platform should have given and did not is
 * recorded without an upper end: a limit of it cannot be held, and the source says what is missing.
 */
export function recordMigrationFigures(scenario: Pick<Scenario, 'measured'>, { from, to, downtimeMs, downtimeErrorMs = 0, figures = [], source }: MigrationOutcome): void {
  const move = { fromNode: from, toNode: to };
  if (downtimeMs !== null) scenario.measured('platform-downtime', { lo: Math.max(0, downtimeMs - downtimeErrorMs), hi: downtimeMs + downtimeErrorMs }, { source, ...move });
  for (const { name, lo, hi, source: told } of figures) scenario.measured(name, { lo, hi }, { source: told, ...move });
}
