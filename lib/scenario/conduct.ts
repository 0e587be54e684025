import { AdapterError } from '../adapters/adapter-error.ts';
import { differences, wholeness } from '../safety/invariants.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { openEntries } from '../safety/journal.ts';
import { waitForSteadyState } from '../safety/steady-state.ts';
import { lostWrites, newErrors } from '../measurement/integrity.ts';
import { askInterlocks } from './injection.ts';
import { Blocked, Inconclusive, Stopped } from './outcome.ts';
import { startProbing } from './probing.ts';
import type { Probing } from './probing.ts';
import type { Preparation } from './row.ts';
import { createScenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import type { Selected } from './selection.ts';
import type { Session } from './session.ts';

/** Window in which everything must be good before a fault, and the time to wait for it, ms. */
const gateWindowMs = 3000;
const gateTimeoutMs = 180_000;
const noTarget = { node: null, role: null, disk: null };

type Ending = { outcome: 'completed' | 'blocked' | 'inconclusive' | 'error'; reason: string | null };

function endingOf(error: unknown): Ending {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Blocked) return { outcome: 'blocked', reason };
  if (error instanceof Inconclusive || error instanceof Stopped) return { outcome: 'inconclusive', reason };
  return { outcome: 'error', reason };
}

/** Waits for the steady state with the probes on; the good window is the baseline. Throws Blocked. */
async function passGate(session: Session, scenario: Scenario, probing: Probing): Promise<void> {
  await scenario.step('The cluster is whole and the guests answer (steady-state gate)', async () => {
    const state = await waitForSteadyState({ environment: session.environment, hypervisor: session.hypervisor, windowMs: gateWindowMs, timeoutMs: deadlineMs(gateTimeoutMs), signal: scenario.signal, progress: scenario.progress, probeQuality: probing.quality });
    if (!state.ok) throw new Blocked(`The cluster is not whole, so nothing was injected: ${state.findings.map((finding) => `${finding.title} - ${finding.detail}`).join('; ')}.`);
    session.writer.event({ kind: 'baseline', scenario: scenario.id, from: scenario.sinceAnchor(state.reached.firstAfter), to: scenario.now() });
  });
}

async function prepare(session: Session, selected: Selected, scenario: Scenario): Promise<{ preparation: Preparation; run(scenario: Scenario): Promise<void> }> {
  const snapshot = await session.hypervisor.snapshot('full', { signal: scenario.signal });
  const prepared = selected.row.prepare({ environment: session.environment, snapshot, capabilities: session.hypervisor.capabilities(), guest: selected.guest });
  const { preparation } = prepared;
  scenario.target(preparation.target);
  const guest = selected.guest?.name ?? null;
  const intents = [
    ...preparation.permissions.map((fault) => ({ fault, target: noTarget, guest })),
    ...preparation.faults.map((fault) => ({ fault: fault.name, target: fault.target, guest })),
  ];
  if (intents.length > 0) await askInterlocks(intents, { session, scenario: scenario.id, signal: scenario.signal, progress: scenario.progress });
  return prepared;
}

/** Whatever happened: undo, wait until the cluster is whole again, and compare it with the snapshot before. */
async function settle(session: Session, scenario: Scenario): Promise<void> {
  if (session.signal.aborted) return;
  if (openEntries(session.identity.identity).some((entry) => entry.scenario === scenario.id && entry.runFolder === session.writer.folder)) await scenario.mend();
  await session.hypervisor.clearFailures({ signal: session.signal });
  const state = await waitForSteadyState({ environment: session.environment, hypervisor: session.hypervisor, windowMs: gateWindowMs, timeoutMs: deadlineMs(gateTimeoutMs), signal: session.signal, progress: scenario.progress });
  if (!state.ok) {
    scenario.expect('the cluster is whole again', state.findings.some((finding) => finding.ok === false) ? false : null, state.findings.map((finding) => `${finding.title}: ${finding.detail}`).join('; '));
    return;
  }
  scenario.expect('the cluster is whole again', true, wholeness(state.snapshot, session.environment).map((finding) => finding.title).join('; '));
  const changed = differences(session.before, state.snapshot);
  scenario.expect('configuration and HA protection are as before', changed.length === 0, changed.join('; ') || 'equal to the snapshot before the run');
}

/** Time for gathering the cluster's own account, ms. */
const evidenceTimeoutMs = 60_000;

/** The cluster's own account of what happened: logs and events since the scenario began. Failing to get it is noted and fails nothing. */
async function gatherEvidence(session: Session, scenario: Scenario, since: Date): Promise<void> {
  try {
    const found = await session.hypervisor.evidence(since, { signal: session.signal, timeoutMs: deadlineMs(evidenceTimeoutMs) });
    for (const { title, mediaType, text } of found) scenario.evidence(title, `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.txt`, mediaType, text);
  } catch (error) {
    session.writer.event({ kind: 'note', scenario: scenario.id, level: 'warning', message: `the cluster's own account could not be gathered: ${(error as Error).message}` });
  }
}

/** Judges what the guests' own disks say about the whole scenario. */
function judgeIntegrity(scenario: Scenario): void {
  for (const watch of scenario.integrity.values()) {
    const readings = watch.readings();
    if (readings.length < 2) {
      scenario.expect(`${watch.guest}: no acknowledged write lost, no I/O error`, null, `its write sequence was read ${readings.length} time(s) only`);
      continue;
    }
    const lost = lostWrites(readings);
    const errors = newErrors(readings);
    const boots = new Set(readings.map((reading) => reading.boot)).size;
    const figures = `sequence ${readings[0]?.ack} to ${readings.at(-1)?.ack}, ${readings.length} readings, ${boots} boot(s)`;
    scenario.expect(`${watch.guest}: no acknowledged write lost`, lost === 0, `${lost} lost; ${figures}`);
    scenario.expect(`${watch.guest}: no I/O or verification error`, errors === 0, `${errors} error(s); ${figures}`);
  }
}

/** Conducts one scenario from its gate to its settled end. Never throws: everything ends in the record. */
export async function conduct(session: Session, selected: Selected, testSignal: AbortSignal): Promise<Ending> {
  const { writer } = session;
  const { id, row, guest, repeat } = selected;
  const began = new Date();
  writer.event({ kind: 'scenario-started', scenario: id, row: row.row, guest: guest?.name ?? null, repeat, title: row.title, fault: null, target: noTarget });
  const missing = row.needs.find((capability) => !session.hypervisor.capabilities().has(capability));
  if (missing !== undefined) {
    writer.event({ kind: 'scenario-ended', scenario: id, outcome: 'not-applicable', reason: `The platform lacks ${missing}.`, missingCapability: missing });
    return { outcome: 'completed', reason: null };
  }
  const signal = AbortSignal.any([testSignal, session.signal, AbortSignal.timeout(deadlineMs(row.deadlineMs))]);
  let ending: Ending = { outcome: 'completed', reason: null };
  let probing: Probing | null = null;
  try {
    probing = await startProbing(session, id);
    const scenario = createScenario({ session, selected, signal, probes: probing.probes, integrity: probing.integrity });
    try {
      if (row.gate) await passGate(session, scenario, probing);
      const prepared = await prepare(session, selected, scenario);
      await prepared.run(scenario);
    } catch (error) {
      if (error instanceof AdapterError && error.fault.blame === 'cluster') scenario.expect('the cluster does what it is asked to', false, `${error.fault.phase} of ${error.fault.target}: ${error.message}`);
      ending = endingOf(signal.aborted && !session.signal.aborted ? new Inconclusive(`given up after ${(deadlineMs(row.deadlineMs) / 1000).toFixed(0)} s: ${(error as Error).message}`) : error);
    }
    if (row.gate && ending.outcome !== 'blocked') {
      await settle(session, scenario);
      await gatherEvidence(session, scenario, began);
    }
    judgeIntegrity(scenario);
  } catch (error) {
    ending = ending.outcome === 'completed' ? endingOf(error) : ending;
  }
  await probing?.stop();
  writer.event({ kind: 'scenario-ended', scenario: id, ...ending, missingCapability: null });
  return ending;
}
