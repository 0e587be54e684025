/**
 * The process that conducts the scenarios: vitest as the runner. It is started by the command, which stays outside as
 * the restorer. When that process is gone (its end of our standard input is closed), this one ends at once, with its
 * whole process group: it must not go on injecting without somebody who mends.
 */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startVitest } from 'vitest/node';
import type { TestSequencer, TestSpecification } from 'vitest/node';
import { rowNames } from '../record/types.ts';
import { suiteFile, suitesFolder } from './matrix.ts';
import { assignmentVariable } from './session.ts';
import type { Assignment } from './session.ts';

process.stdin.on('close', () => process.kill(-process.pid, 'SIGKILL'));
process.stdin.resume();

function position(specification: TestSpecification): number {
  return rowNames.findIndex((row) => basename(specification.moduleId) === `${row}.suite.ts`);
}

/** Suite files in the order of the matrix: read-only rows first. */
class MatrixOrder implements TestSequencer {
  async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files;
  }

  async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => position(one) - position(other));
  }
}

const { rows } = JSON.parse(process.env[assignmentVariable] ?? '{"rows":[]}') as Assignment;
const vitest = await startVitest('test', rows.map(suiteFile), {
  config: false,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  dir: suitesFolder,
  include: ['**/*.suite.ts'],
  watch: false,
  pool: 'forks',
  isolate: false,
  fileParallelism: false,
  maxWorkers: 1,
  setupFiles: [fileURLToPath(new URL('./vitest-setup.ts', import.meta.url))],
  sequence: { sequencer: MatrixOrder, concurrent: false, shuffle: false },
  reporters: ['tree'],
  hookTimeout: 600_000,
  teardownTimeout: 60_000,
});
await vitest.close();
process.exit(process.exitCode ?? 0);
