import { AdapterError } from '../adapters/adapter-error.ts';
import type { Snapshot } from '../adapters/hypervisor.ts';
import { readRun } from '../record/run-reader.ts';
import { passGate } from './gate.ts';
import { groundFindings } from './ground-findings.ts';
import { askInterlocks } from './injection.ts';
import { intentsOf } from './intents.ts';
import { Blocked, Inconclusive, Stopped } from './outcome.ts';
import { startProbing } from './probing.ts';
import type { Probing } from './probing.ts';
import { rowDeadline } from './row-deadline.ts';
import type { Preparation } from './row.ts';
import { createScenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import type { Selected } from './selection.ts';
import type { Session } from './session.ts';
import { settle } from './settling.ts';
import { keepStatesFresh, recordStates } from './states-over-time.ts';
import { hearWitnesses } from './witnesses.ts';

const noTarget = { node: null, role: null, disk: null };

type Ending = { outcome: 'completed' | 'blocked' | 'inconclusive' | 'error'; reason: string | null };

function endingOf(error: unknown): Ending {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Blocked) return { outcome: 'blocked', reason };
  const isAnybodys = error instanceof AdapterError && error.fault.blame === 'unknown';
  if (isAnybodys || error instanceof Inconclusive || error instanceof Stopped) return { outcome: 'inconclusive', reason };
  return { outcome: 'error', reason };
}

/** What cluster-health or prerequisites found is not waited for: it is said at once. Throws Blocked. */
function refuseUnhealthy(session: Session): void {
  const findings = groundFindings(readRun(session.writer.folder).events);
  if (findings.length > 0) throw new Blocked(`${findings.map(({ row, found }) => `${row} found: ${found.join('; ')}`).join('; ')}. Nothing was injected; mend that first.`);
}

interface Prepared {
  preparation: Preparation;
  /** The cluster as it was when the row was prepared. */
  snapshot: Snapshot;
  run(scenario: Scenario): Promise<void>;
}

async function prepare(session: Session, selected: Selected, scenario: Scenario): Promise<Prepared> {
  const snapshot = await session.hypervisor.snapshot('full', { signal: scenario.signal });
  const prepared = selected.row.prepare({ environment: session.environment, snapshot, capabilities: session.hypervisor.capabilities(), guest: selected.guest, variant: selected.variant });
  const { preparation } = prepared;
  scenario.target(preparation.target);
  const intents = intentsOf(preparation, selected.guest?.name ?? null);
  if (intents.length > 0) await askInterlocks(intents, { session, scenario: scenario.id, expectedMs: Math.max(session.expectedMs?.[selected.id] ?? selected.row.expectedMs, preparation.atLeastMs ?? 0), signal: scenario.signal, progress: scenario.progress });
  return { ...prepared, snapshot };
}

/** Conducts one scenario from its gate to its settled end. Never throws: everything ends in the record. */
export async function conduct(session: Session, selected: Selected, testSignal: AbortSignal): Promise<Ending> {
  const { writer } = session;
  const { id, row, guest, variant, repeat } = selected;
  const began = new Date();
  const beganNs = Number(process.hrtime.bigint());
  writer.event({ kind: 'scenario-started', scenario: id, row: row.row, guest: guest?.name ?? null, variant, repeat, title: row.title, fault: null, target: noTarget });
  const missing = row.needs.find((capability) => !session.hypervisor.capabilities().has(capability));
  if (missing !== undefined) {
    const why = session.hypervisor.whyNot?.(missing) ?? null;
    writer.event({ kind: 'scenario-ended', scenario: id, outcome: 'not-applicable', reason: `The platform lacks ${missing}${why === null ? '' : `: ${why}`}.`, missingCapability: missing });
    return { outcome: 'completed', reason: null };
  }
  const deadline = rowDeadline(row.deadlineMs);
  const signal = AbortSignal.any([testSignal, session.signal, deadline.signal]);
  let ending: Ending = { outcome: 'completed', reason: null };
  let probing: Probing | null = null;
  let states: ReturnType<typeof keepStatesFresh> | null = null;
  try {
    if (row.gate) refuseUnhealthy(session);
    if (row.gate) states = keepStatesFresh(session.hypervisor);
    probing = await startProbing(session, id);
    const scenario = createScenario({ session, selected, signal, probes: probing.probes, integrity: probing.integrity, probeQuality: probing.quality });
    let prepared: Prepared | null = null;
    try {
      if (row.gate) {
        const { reached } = await passGate({ ...scenario, probeQuality: probing.quality }, 'nothing was injected');
        writer.event({ kind: 'baseline', scenario: id, from: scenario.sinceAnchor(reached.firstAfter), to: scenario.now() });
      }
      prepared = await prepare(session, selected, scenario);
      await prepared.run(scenario);
    } catch (error) {
      if (error instanceof AdapterError && error.fault.blame === 'cluster') scenario.expect('the cluster does what it is asked to', false, `${error.fault.phase} of ${error.fault.target}: ${error.message}`);
      ending = endingOf(signal.aborted && !session.signal.aborted ? new Inconclusive(`given up after ${deadline.seconds().toFixed(0)} s: ${(error as Error).message}`) : error);
    }
    deadline.stop();
    const hasBegun = scenario.hasBegun();
    if (hasBegun || ending.outcome !== 'blocked') {
      if (row.gate) await settle(session, scenario, { preparation: prepared?.preparation ?? { faults: [], permissions: [] }, hasBegun });
      await hearWitnesses(session, scenario, { row, preparation: prepared?.preparation ?? null, snapshot: prepared?.snapshot ?? null, began });
    }
  } catch (error) {
    ending = ending.outcome === 'completed' ? endingOf(error) : ending;
  }
  deadline.stop();
  await probing?.stop();
  await states?.stop();
  if (states !== null) recordStates(session.hypervisor, writer, id, beganNs);
  writer.event({ kind: 'scenario-ended', scenario: id, ...ending, missingCapability: null });
  return ending;
}
