import type { Evidence, NewsKind } from '../adapters/hypervisor.ts';
import type { Scenario } from './scenario.ts';

/**
 * How a storage daemon ends whose disk fails, in whatever words: Ceph 16 was seen to abort over "Unexpected IO error" and over
 * "unexpected aio return value" (KernelDevice.cc). One that is only told to be down does none of it.
 */
const lastWords: readonly NewsKind[] = ['io-error', 'assertion', 'crash'];

/**
 * A disk that was taken out must be missed by the storage itself, by an error of its own: a storage that was merely told so shows
 * nothing of how long it takes to notice. Asked where the cluster's logs tell that it took the disk for failed; elsewhere they keep
 * silent about disks altogether.
 */
export function judgeDiskErrors(scenario: Pick<Scenario, 'expect'>, evidence: readonly Evidence[], places: readonly { node: string | null; disk: string }[]): void {
  for (const { node, disk } of places) {
    const news = evidence.flatMap((item) => item.news ?? []);
    // The kernel names a disk by its own name for it.
    const found = news.find(({ kind, about }) => about === disk && lastWords.includes(kind)) ?? news.find((item) => item.kind === 'io-error' && item.node === node);
    const isMissed = evidence.some((item) => item.account?.some(({ about }) => about === disk) === true);
    if (found !== undefined) scenario.expect(`the storage met an error of ${disk} itself`, true, `${found.node}, log of ${found.log}: ${found.line}`);
    else if (isMissed) scenario.expect(`the storage met an error of ${disk} itself`, null, `its logs say that ${disk} failed, and nothing of an error: it may only have been told so`);
  }
}
