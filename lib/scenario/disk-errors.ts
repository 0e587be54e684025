import type { Evidence } from '../adapters/hypervisor.ts';
import type { Scenario } from './scenario.ts';

/** How a daemon gives up over a disk that fails (Ceph's KernelDevice.cc: "Unexpected IO error"). */
const overIo = /\bI\/?O error\b/i;

/**
 * A disk that was taken out must be missed by the storage itself, by an I/O error of its own: a storage that was merely told so shows
 * nothing of how long it takes to notice. Asked where the cluster's logs tell that it took the disk for failed; elsewhere they keep
 * silent about disks altogether.
 */
export function judgeDiskErrors(scenario: Pick<Scenario, 'expect'>, evidence: readonly Evidence[], disks: readonly string[]): void {
  for (const disk of disks) {
    const found = evidence.flatMap((item) => item.news ?? []).find(({ kind, about, line }) => about === disk && (kind === 'io-error' || overIo.test(line)));
    const isMissed = evidence.some((item) => item.account?.some(({ about }) => about === disk) === true);
    if (found !== undefined) scenario.expect(`the storage met an error of ${disk} itself`, true, `${found.node}, log of ${found.log}: ${found.line}`);
    else if (isMissed) scenario.expect(`the storage met an error of ${disk} itself`, null, `its logs say that ${disk} failed, and nothing of an I/O error: it may only have been told so`);
  }
}
