import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the supervisor of a world said of its failure, as a sentence to add to a message; empty when it said nothing. */
export function lastWords(logs: string): string {
  const file = join(logs, 'supervisor.log');
  const failed = existsSync(file) ? readFileSync(file, 'utf8').split('\n').findLast((line) => line.includes(' failed: ')) : undefined;
  return failed === undefined ? '' : ` It said: ${failed.slice(failed.indexOf('failed: ') + 8)}`;
}
