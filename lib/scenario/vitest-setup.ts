import { readFileSync } from 'node:fs';
import { assert, test } from 'vitest';
import { connectHypervisor } from '../adapters/connect.ts';
import type { Snapshot } from '../adapters/hypervisor.ts';
import { loadEnvironment } from '../environment/load.ts';
import { openProber } from '../probes/prober.ts';
import { openRun } from '../record/run-writer.ts';
import { conduct } from './conduct.ts';
import { onRow } from './row.ts';
import type { RegisteredRow } from './row.ts';
import { select } from './selection.ts';
import { assignmentVariable } from './session.ts';
import type { Assignment, Session } from './session.ts';

/** Time a test may take beyond its row's own deadline (which is ours, scaled, and ends in the record), ms. */
const runnerPatienceMs = 24 * 3_600_000;

function readAssignment(): Assignment {
  const text = process.env[assignmentVariable];
  if (text === undefined) throw new Error('The suites are started by "ha-acceptance run", which tells them what to do. Run that instead.');
  return JSON.parse(text) as Assignment;
}

async function openSession(assignment: Assignment): Promise<Session> {
  const environment = loadEnvironment(assignment.environment, { folder: assignment.environmentsFolder, ...(assignment.limitsFile === null ? {} : { limitsFile: assignment.limitsFile }) });
  const signal = new AbortController().signal;
  const hypervisor = await connectHypervisor(environment, { signal });
  const { name, identity } = await hypervisor.identify({ signal });
  const isThe = (one: { name: string; identity: string }): boolean => one.name === assignment.cluster.name && one.identity === assignment.cluster.identity;
  if (!isThe({ name, identity }) || !isThe({ name: environment.arm, identity: environment.identity })) {
    await hypervisor.close();
    throw new Error(`The run was begun on ${assignment.cluster.name} (${assignment.cluster.identity}). Now ${name} (${identity}) answers, and ${environment.source.path} means ${environment.arm} (${environment.identity}). Nothing was injected.`);
  }
  return {
    environment,
    hypervisor,
    writer: openRun(assignment.runFolder),
    prober: openProber(),
    identity: { name, identity },
    before: JSON.parse(readFileSync(assignment.before, 'utf8')) as Snapshot,
    armedWith: assignment.armedWith,
    expectedMs: assignment.expectedMs,
    lockRun: assignment.lockRun,
    signal,
  };
}

// Without the runner there is nobody who would end us: inject nothing more.
process.once('disconnect', () => process.exit(1));

const shared = globalThis as { haAcceptanceSession?: Promise<Session> };
const assignment = readAssignment();
const session = await (shared.haAcceptanceSession ??= openSession(assignment));

/** A test a scenario. The verdict is derived from the record afterwards; here it is only made visible in the runner's log. */
function registerTests(row: RegisteredRow): void {
  // Whatever file the runner has loaded: what was not planned is not carried out.
  if (!assignment.rows.includes(row.row)) return;
  // Only this row is known here: its suite file is the one that was just loaded.
  const { scenarios } = select({ profile: assignment.profile, suites: assignment.suites.length === 0 ? [] : [row.row], guests: assignment.guests, repeat: assignment.repeat }, session.environment, new Map([[row.row, row]]));
  for (const selected of scenarios) {
    test(selected.id, { timeout: runnerPatienceMs }, async ({ signal, skip }) => {
      const ending = await conduct(session, selected, signal);
      if (ending.outcome === 'blocked') skip(ending.reason ?? 'blocked');
      assert(ending.outcome === 'completed', ending.reason ?? ending.outcome);
    });
  }
}

onRow(registerTests);
