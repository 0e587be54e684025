import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupOutcome } from '../adapters/hypervisor.ts';
import type { GuestConfig } from '../environment/environment.ts';
import { measureGuests } from './disks.ts';
import type { Scenario } from './scenario.ts';

const marginMs = 1000;

/** Backs the running guest up; every guest is measured meanwhile. */
export async function backUpGuest(scenario: Scenario, guest: GuestConfig): Promise<BackupOutcome> {
  const start = scenario.now();
  const operation = await scenario.hypervisor.backUp(guest.name, { signal: scenario.signal });
  const outcome = await operation.done;
  const ended = scenario.now();
  await sleep(marginMs, undefined, { signal: scenario.signal });
  scenario.evidence('Log of the backup', 'backup.log', 'text/plain', operation.log().join('\n'));
  scenario.evidence('What became of the backup', 'backup.json', 'application/json', JSON.stringify(outcome, null, 2));
  scenario.measured('backup-time', { lo: outcome.durationMs, hi: Math.max(outcome.durationMs, (ended - start) / 1e6) }, { source: 'task begun to archive verified' });
  await measureGuests(scenario, start, scenario.now());
  return outcome;
}

/** Exit status under the environment's policy, archive listed, plausible and verified. */
export function judgeBackup(scenario: Pick<Scenario, 'environment' | 'expect'>, outcome: BackupOutcome): void {
  const { status, warnings } = outcome;
  // A platform that kept no account of the job proves nothing, neither way.
  const accepted = /^unknown\b/i.test(status) ? null : status === 'OK' || (warnings > 0 && scenario.environment.policy.backupWarnings === 'pass');
  scenario.expect('the backup ended OK', accepted, `exit status ${status}${warnings > 0 ? `, ${warnings} warning(s), policy.backupWarnings: ${scenario.environment.policy.backupWarnings}` : ''}`);
  scenario.expect('the archive is listed', outcome.listed, outcome.archive);
  scenario.expect('the archive is plausible in size', outcome.bytes > 0 && outcome.bytes <= outcome.guestDiskBytes * 1.1, `${outcome.bytes} bytes of a disk of ${outcome.guestDiskBytes}`);
  scenario.expect('the archive is verified', outcome.verified, outcome.verification);
}
