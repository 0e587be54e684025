import { setTimeout as sleep } from 'node:timers/promises';
import { connectHypervisor } from '../../adapters/connect.ts';
import type { Snapshot } from '../../adapters/hypervisor.ts';
import type { Environment } from '../../environment/environment.ts';
import { loadEnvironment } from '../../environment/load.ts';
import { checkHands } from '../../faults/check-hands.ts';
import { verifyAudit } from '../../safety/audit.ts';
import { differences, wholeness } from '../../safety/invariants.ts';
import { openEntries, openIdsOfRun } from '../../safety/journal.ts';
import { readUnsettled } from '../../safety/unsettled.ts';
import { environmentsFolder } from '../places.ts';

/** The lab as it is, by the straight way. */
export interface LabState {
  environment: Environment;
  snapshot: Snapshot;
  /** The lock on the cluster, null when nobody holds it. */
  lock: string | null;
  /** What is not whole. */
  problems: string[];
}

/** A moment's warning of the storage, or a clock read badly, is over within this time, ms. */
const patienceMs = 20_000;

async function look(environment: Environment, signal: AbortSignal): Promise<LabState> {
  const hypervisor = await connectHypervisor(environment, { signal });
  try {
    const snapshot = await hypervisor.snapshot('full', { signal });
    const findings = [...wholeness(snapshot, environment), ...(await checkHands(environment, { signal }))];
    const problems = findings.filter(({ ok }) => ok !== true).map(({ title, detail }) => `not so: ${title} (${detail})`);
    return { environment, snapshot, lock: (await hypervisor.notice?.read({ signal })) ?? null, problems };
  } finally {
    await hypervisor.close();
  }
}

/** Reads the lab, and again for a while when something is not whole. */
export async function readLab(): Promise<LabState> {
  const environment = loadEnvironment('lab', { folder: environmentsFolder() });
  const { signal } = new AbortController();
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const state = await look(environment, signal);
    if (state.problems.length === 0 || performance.now() > deadline) return state;
    await sleep(1000);
  }
}

/** What is not as it was before, or left open; empty when all is well. Where guests run may be another place: a failover moves them. */
export function judgeLab(before: LabState, after: LabState, runFolder: string | null): string[] {
  const { identity } = before.environment;
  const unsettled = readUnsettled(identity);
  return [
    ...after.problems,
    ...differences(before.snapshot, after.snapshot),
    ...openEntries(identity).map(({ undo }) => `open in the state folder: ${undo.title}`),
    ...(unsettled === null ? [] : [unsettled]),
    ...(runFolder === null ? [] : [...openIdsOfRun(runFolder).map((id) => `open in the journal of the run: ${id}`), ...verifyAudit(runFolder).problems]),
  ];
}
