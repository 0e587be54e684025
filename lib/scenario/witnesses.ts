import type { Evidence, Snapshot } from '../adapters/hypervisor.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import { recordClusterAccount, recordGuestAccount } from './accounts.ts';
import { judgeIntegrity } from './integrity-judgement.ts';
import { judgeDiskErrors } from './disk-errors.ts';
import { judgeNews } from './news-judgement.ts';
import type { Preparation, RegisteredRow } from './row.ts';
import type { Scenario } from './scenario.ts';
import type { Session } from './session.ts';
import { nodesTaken } from './settling.ts';

/** Time for gathering the cluster's own account, ms. */
const evidenceTimeoutMs = 60_000;

/** A row that did something, or was about to. */
export interface Heard {
  row: Pick<RegisteredRow, 'gate' | 'expectedNews'>;
  /** Null when it did not come to be prepared. */
  preparation: Pick<Preparation, 'faults' | 'mayRestart' | 'expectedNews'> | null;
  /** The cluster as it was when the row was prepared. */
  snapshot: Snapshot | null;
  began: Date;
}

/** The cluster's own account of what happened: logs and events since the scenario began. Null when it cannot be got, which is noted. */
async function gatherEvidence(session: Session, scenario: Scenario, since: Date): Promise<Evidence[] | null> {
  try {
    const found = await session.hypervisor.evidence(since, { signal: session.signal, timeoutMs: deadlineMs(evidenceTimeoutMs) });
    for (const { title, mediaType, text } of found.filter((item) => item.text.trim() !== '')) scenario.evidence(title, `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.txt`, mediaType, text);
    return found;
  } catch (error) {
    session.writer.event({ kind: 'note', scenario: scenario.id, level: 'warning', message: `the cluster's own account could not be gathered: ${(error as Error).message}` });
    return null;
  }
}

/**
 * Every row is judged by two more witnesses than its own suite asks, so that none can forget them: the nodes' logs (where it wants
 * the cluster whole) and the guests' disks. What they say about when things happened is left beside what we saw ourselves.
 */
export async function hearWitnesses(session: Session, scenario: Scenario, { row, preparation, snapshot, began }: Heard): Promise<void> {
  const faults = preparation === null || !scenario.hasBegun() ? [] : preparation.faults;
  const taken = nodesTaken({ faults });
  const guest = scenario.guest?.name ?? null;
  const injectedAt = scenario.lastInjectedAt();
  if (row.gate) {
    const evidence = await gatherEvidence(session, scenario, began);
    judgeNews(scenario, { evidence, expected: [...(row.expectedNews ?? []), ...(preparation?.expectedNews ?? [])], taken });
    const nodes = faults.flatMap(({ target }) => (target.node === null || target.disk !== null ? [] : [target.node]));
    const places = faults.flatMap(({ target: { node, disk } }) => (disk === null ? [] : [{ node, disk }]));
    // Of several disks each is missed at its own time, and we watch for the last.
    const disks = places.length === 1 ? places.map(({ disk }) => disk) : [];
    if (injectedAt !== null) recordClusterAccount(scenario, evidence ?? [], { nodes, disks, guest, injectedAt });
    judgeDiskErrors(scenario, evidence ?? [], places);
  }
  const silent = session.environment.guests.filter(({ integrity }) => integrity === undefined).map(({ name }) => name);
  if (faults.length > 0 && silent.length > 0) session.writer.event({ kind: 'note', scenario: scenario.id, level: 'warning', message: `that no acknowledged write is lost is not known of ${silent.join(', ')}: no sequence of writes to read (guests[].integrity of the environment file)` });
  const restarted = (snapshot?.guests ?? []).filter(({ runningOn }) => runningOn.some((node) => taken.includes(node))).map(({ name }) => name);
  await judgeIntegrity(scenario, { restarted, mayRestart: scenario.hasBegun() ? (preparation?.mayRestart ?? []) : [], lostAt: scenario.injectedAt(), signal: session.signal });
  const watch = guest === null ? undefined : scenario.integrity.get(guest);
  if (injectedAt !== null && watch !== undefined) recordGuestAccount(scenario, watch.guest, watch.readings(), injectedAt);
}
