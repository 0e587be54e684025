import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { StorageWarning } from '../adapters/storage-state.ts';
import { readRun } from '../record/run-reader.ts';
import type { RunEvent } from '../record/types.ts';
import { deadlineMs } from '../safety/deadlines.ts';
import type { Scenario } from './scenario.ts';
import type { Session } from './session.ts';

/** How long a new warning is watched before it is one that stays, and the pause between readings, ms. Some come and go while a storage settles. */
export interface WarningTimes {
  staysMs: number;
  pauseMs: number;
}

const usualTimes = (): WarningTimes => ({ staysMs: deadlineMs(60_000), pauseMs: 2000 });

interface Warned {
  storage: string;
  warning: StorageWarning;
}

const told = ({ storage, warning: { name } }: Warned): string => `storage ${storage} has not come to warn of ${name}`;
const noted = ({ storage, warning: { name } }: Warned): string => `storage ${storage} has come to warn of ${name} `;
const inWords = ({ warning: { name, says } }: Warned): string => `${name}: ${says}`;

const warnedIn = (snapshot: Pick<Snapshot, 'storage'>): Warned[] => snapshot.storage.flatMap(({ name, warnings = [] }) => warnings.map((warning) => ({ storage: name, warning })));
const isIn = (snapshot: Pick<Snapshot, 'storage'>, { storage, warning }: Warned): boolean => warnedIn(snapshot).some((other) => other.storage === storage && other.warning.name === warning.name);

/** Whether the record says it already: each new warning is told once in a run, of the row in which it came. */
const isTold = (events: readonly RunEvent[], warned: Warned): boolean => events.some((event) => (event.kind === 'expectation' && event.title === told(warned)) || (event.kind === 'note' && event.message.startsWith(noted(warned))));

/** Whether it comes with time, or a loss of this run, of this row or one before it, leaves it behind. Ceph tells of a crash up to ten minutes later. */
function isLeftOver(events: readonly RunEvent[], { warning: { follows } }: Warned): boolean {
  if (follows === undefined) return false;
  return follows === 'time' || events.some((event) => event.kind === 'fault-injecting' && (event.target.disk !== null || (follows === 'any-loss' && event.target.node !== null)));
}

/** Which of them stay; those that cannot be read again are neither here nor there. */
async function watch(session: Session, fresh: readonly Warned[], { staysMs, pauseMs }: WarningTimes): Promise<{ stayed: Warned[]; unread: string | null }> {
  const until = performance.now() + staysMs;
  let stayed = [...fresh];
  let unread: string | null = null;
  while (stayed.length > 0 && performance.now() < until) {
    await sleep(pauseMs, undefined, { signal: session.signal });
    try {
      const now = await session.hypervisor.snapshot('storage', { signal: session.signal });
      unread = now.unread[0]?.why ?? null;
      if (unread === null) stayed = stayed.filter((warned) => isIn(now, warned));
    } catch (error) {
      session.signal.throwIfAborted();
      unread = (error as Error).message;
    }
  }
  return { stayed, unread };
}

/**
 * What a storage warns of beside its data and service is compared with the reading before the run: what is new and stays is a finding
 * of the row in which it came. What a loss of this run leaves behind by itself (a crash of what served a disk), and what comes with
 * time (a scrub that is overdue), is noted, not held against the row. Where no storage has such warnings, nothing is asked.
 */
export async function judgeStorageWarnings(session: Session, scenario: Pick<Scenario, 'id' | 'expect' | 'progress'>, now: Pick<Snapshot, 'storage'>, times: WarningTimes = usualTimes()): Promise<void> {
  if (now.storage.every(({ warnings }) => warnings === undefined)) return;
  const { events } = readRun(session.writer.folder);
  const fresh = warnedIn(now).filter((warned) => !isIn(session.before, warned) && !isTold(events, warned));
  const leftOver = fresh.filter((warned) => isLeftOver(events, warned));
  for (const warned of leftOver) session.writer.event({ kind: 'note', scenario: scenario.id, level: 'warning', message: `${noted(warned)}(${warned.warning.says}), as it does ${warned.warning.follows === 'time' ? 'with time, whatever is done to it' : 'behind such a loss'}; look into it, and acknowledge it in the storage` });
  const others = fresh.filter((warned) => !leftOver.includes(warned));
  if (others.length > 0) scenario.progress(`the storage warns of what it did not before; whether it stays is watched: ${others.map(inWords).join('; ')}`);
  const { stayed, unread } = await watch(session, others, times);
  const seconds = (times.staysMs / 1000).toFixed(0);
  for (const warned of stayed) {
    const detail = unread === null ? `${warned.warning.says}: it was not there before the run, and is still ${seconds} s behind this row` : `${warned.warning.says}: it was not there before the run, and the storage could not be read again: ${unread}`;
    scenario.expect(told(warned), unread === null ? false : null, detail, { common: true });
  }
  if (stayed.length > 0) return;
  const gone = others.length === 0 ? '' : `; came and went: ${others.map(inWords).join(', ')}`;
  const known = warnedIn(now).filter((warned) => !others.includes(warned));
  scenario.expect('no storage warns of anything new that stays', true, `${known.map(inWords).join('; ') || 'no warning'}${gone}`, { common: true });
}
