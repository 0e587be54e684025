/** An invented session for tests of how scenarios are conducted: a real record and journal in a temporary folder, an invented cluster. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Evidence, Hypervisor, Snapshot } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';
import type { Prober } from '../probes/prober.ts';
import type { ProbeSpec, RunningProbe } from '../probes/probe.ts';
import { readRun } from '../record/run-reader.ts';
import { createRun } from '../record/run-writer.ts';
import { syntheticDescription } from '../record/testing.ts';
import type { RowName, RunEvent } from '../record/types.ts';
import { inventedEnvironment, inventedSnapshot } from '../safety/invented-cluster.ts';
import type { RegisteredRow } from './row.ts';
import type { Selected } from './selection.ts';
import type { Session } from './session.ts';

export interface TestBench {
  session: Session;
  /** Calls of the hypervisor that change something, in their order. */
  calls: string[];
  events: () => RunEvent[];
}

export interface TestBenchOptions {
  /** The cluster as it is now. */
  snapshot?: () => Snapshot;
  /** Its own account of what happened. Throws when it cannot be got. */
  evidence?: () => Evidence[];
  environment?: Partial<Environment>;
  prober?: Partial<Prober>;
}

const now = (): number => Number(process.hrtime.bigint());

/** A probe that was just answered, always. `answered` never resolves unless told otherwise. */
export function inventedProbe(spec: ProbeSpec, changes: Partial<RunningProbe> = {}): RunningProbe {
  return {
    spec,
    engine: 'invented',
    engineReason: 'a test',
    status: () => ({ sent: 1, answered: 1, lastSentNs: now(), lastAnsweredNs: now(), blind: [] }),
    answered: async (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      }),
    stop: async () => undefined,
    ...changes,
  };
}

/** A probe that is never answered and whose prober could not see in all the time. */
export function blindProbe(reason = 'no probe was sent: the prober was not scheduled in time'): Partial<RunningProbe> {
  return { status: () => ({ sent: 1, answered: 0, lastSentNs: now(), lastAnsweredNs: null, blind: [{ fromNs: 0, toNs: now(), reason }] }) };
}

/** What is sent is answered, 1 ms later. */
export const answered: RunningProbe['answered'] = async (sinceNs) => ({ sentNs: sinceNs, receivedNs: sinceNs + 1e6 });

/** A cluster that is read this often, and then no more. */
export function readUpTo(times: number, snapshot: () => Snapshot): () => Snapshot {
  let reading = 0;
  return () => {
    reading += 1;
    if (reading > times) throw new Error('no node answers');
    return snapshot();
  };
}

/** State and reports go below a folder that is deleted when the calling test ends. */
export function testBench({ snapshot = () => inventedSnapshot(), evidence = () => [], environment: changes = {}, prober = {} }: TestBenchOptions = {}): TestBench {
  const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  process.env['XDG_STATE_HOME'] = join(folder, 'state');
  const environment = inventedEnvironment(changes);
  const calls: string[] = [];
  const hypervisor = {
    capabilities: () => new Set(),
    snapshot: async () => ({ ...snapshot(), fromNs: now(), toNs: now() }),
    clearFailures: async () => void calls.push('clearFailures'),
    clearPlacement: async (guest: string) => void calls.push(`clearPlacement ${guest}`),
    evidence: async () => evidence(),
  } as unknown as Hypervisor;
  const writer = createRun({ root: join(folder, 'reports'), description: syntheticDescription() });
  const session: Session = {
    environment,
    hypervisor,
    writer,
    prober: { startProbe: async (spec) => inventedProbe(spec), close: async () => undefined, ...prober },
    identity: { name: 'invented', identity: 'SHA256:invented' },
    before: inventedSnapshot(),
    armedWith: null,
    lockRun: null,
    signal: new AbortController().signal,
  };
  return { session, calls, events: () => readRun(writer.folder).events };
}

/** A scenario of an invented row. */

export function selectedRow(row: RowName, run: Awaited<ReturnType<RegisteredRow['prepare']>>['run'], more: Partial<RegisteredRow> = {}): Selected {
  const target = { node: null, role: null, disk: null };
  return {
    id: `${row}.cluster.r1`,
    guest: null,
    variant: null,
    repeat: 1,
    row: { row, title: row, per: 'cluster', needs: [], gate: true, expectedMs: 1, deadlineMs: 60_000, prepare: () => ({ preparation: { target, faults: [], permissions: [], steps: [] }, run }), ...more },
  };
}

/** The expectations of a record by title. */
export function expectations(events: readonly RunEvent[]): Record<string, boolean | null> {
  return Object.fromEntries(events.flatMap((event) => (event.kind === 'expectation' ? [[event.title, event.ok]] : [])));
}
