/** For tests: carries out what an example for a CI system does, with this tool and npm replaced by programs that only note their arguments. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface PlayedRunner {
  /** The working folder of the job. */
  folder: string;
  /** Carries a script out as CI systems do, which stop at the first command that fails. Returns its exit code. */
  sh(script: string): number;
  /** The commands of this tool that were called, in order. */
  called(): string[];
  /** The records that were gathered, and their JUnit reports. */
  gathered(): string[];
}

const stub = `#!/bin/sh
shift 2
echo "$*" >> "$CALLS"
case " $FAILING " in *" $1 "*) exit 4;; esac
`;

/** A runner on which an earlier run and one of this job are kept, and on which these commands of the tool fail. */
export function playRunner(...failing: string[]): PlayedRunner {
  const root = mkdtempSync(join(tmpdir(), 'runner-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const [folder, programs, calls] = [join(root, 'job'), join(root, 'programs'), join(root, 'calls')];
  for (const path of [folder, programs]) mkdirSync(path);
  for (const [name, text] of [['npx', stub], ['npm', '#!/bin/sh\n']] as const) {
    writeFileSync(join(programs, name), text);
    chmodSync(join(programs, name), 0o755);
  }
  for (const [at, id] of [[1000, '20260101T221500Z-aaaa'], [3000, '20260102T221500Z-bbbb']] as const) {
    const run = join(root, 'kept', 'prod-a', id);
    mkdirSync(run, { recursive: true });
    for (const file of ['junit.xml', 'run.json', 'summary.md']) writeFileSync(join(run, file), id);
    utimesSync(run, at, at);
  }
  writeFileSync(join(folder, '.begun'), '');
  utimesSync(join(folder, '.begun'), 2000, 2000);
  const env = { ...process.env, PATH: `${programs}:${process.env['PATH'] ?? ''}`, CALLS: calls, FAILING: failing.join(' '), ENVIRONMENT: 'prod-a', CLUSTER: 'CLUSTER-A', HA_ACCEPTANCE_REPORTS: join(root, 'kept'), GITHUB_STEP_SUMMARY: join(folder, 'step-summary.md') };
  return {
    folder,
    sh: (script) => spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd: folder, env }).status ?? -1,
    called: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : []),
    gathered: () => globSync('reports/*/2*/junit.xml', { cwd: folder }),
  };
}

/** What `gathered` says of a job that gathered its own run, and not the one before. */
export const ownRun = ['reports/prod-a/20260102T221500Z-bbbb/junit.xml'];
