/*
 * Storage Spaces Direct as read-storage.ps1 hands it over. The codes are documented (MSFT_* classes); sizes, names and serial numbers are
 * invented. That a storage node is called by its full name is not documented: both must be understood.
 */
const gib = 2 ** 30;

/** Two disks a node in one pool with a three-way mirror; a completed job lingers, as documented. */
export function playedStorage(nodes: readonly string[]): Record<string, unknown> {
  const disks = nodes.flatMap((node) => [1, 2].map((index) => ({ id: `${node}-disk${index}-unique`, serial: `${node}-disk${index}`, name: 'Msft Virtual Disk', node: `${node}.example.test`, health: 0, op: [2], usage: 1, size: String(100 * gib) })));
  return {
    subsystems: 1,
    pools: [{ name: 'S2D on HVCLUSTER', health: 0, op: [2], size: String(600 * gib), allocated: String(300 * gib), readOnly: false, retireMissing: 'Auto' }],
    virtualDisks: [{ name: 'Volume1', id: 'v1', health: 0, op: [2], detached: 1, copies: 3, size: String(80 * gib), resiliency: 'Mirror', survives: 2, domain: 3, tiers: [] }, { name: 'ClusterPerformanceHistory', id: 'v2', health: 0, op: [2], detached: 1, copies: 3, size: String(20 * gib), resiliency: '', survives: null, domain: null, tiers: { resiliency: 'Mirror', survives: 2, domain: 3 } }],
    physicalDisks: disks,
    jobs: [{ id: 'j1', name: 'Volume1-Repair', state: 7, percent: 100, total: '1000', done: '1000' }],
    volumes: nodes.map((node) => ({ name: 'Cluster Virtual Disk (Volume1)', node, state: 'FileSystemRedirected', fileSystemReason: 'FileSystemReFs', blockReason: 'NotBlockRedirected' })),
    faults: [],
  };
}

interface PlayedDisk {
  serial: string;
  node: string;
  health: number;
  op: number[];
}

/** What a played storage shows: disks that are out, nodes without power, and disks whose copies were made anew elsewhere. */
interface Shown {
  dark: ReadonlySet<string>;
  out: ReadonlySet<string>;
  repairing: boolean;
  remade?: ReadonlySet<string>;
}

/** Has a played storage show the disks that are out and those of nodes without power, and what that makes of the virtual disks. */
export function showStorage(storage: Record<string, unknown>, { dark, out, repairing, remade = new Set() }: Shown): void {
  const disks = storage['physicalDisks'] as PlayedDisk[];
  const isGone = ({ serial, node }: PlayedDisk): boolean => out.has(serial) || dark.has(node.split('.')[0] ?? '');
  for (const disk of disks) Object.assign(disk, isGone(disk) ? { health: 1, op: [13] } : { health: 0, op: [2] });
  const gone = disks.filter(isGone);
  const missing = gone.filter(({ serial }) => !remade.has(serial));
  // Degraded while copies are missing; In Service while they are made again.
  for (const virtual of storage['virtualDisks'] as { health: number; op: number[] }[]) Object.assign(virtual, missing.length > 0 && !repairing ? { health: 1, op: [3] } : repairing ? { health: 1, op: [11] } : { health: 0, op: [2] });
  storage['faults'] = gone.map(({ serial }) => ({ id: `fault-${serial}`, type: 'Microsoft.Health.FaultType.PhysicalDisk.LostCommunication', severity: 5, object: serial, reason: 'Le disque physique ne communique plus.' }));
  storage['jobs'] = repairing ? [{ id: 'j2', name: 'Volume1-Repair', state: 4, percent: 40, total: '1000', done: '400' }] : [{ id: 'j1', name: 'Volume1-Repair', state: 7, percent: 100, total: '1000', done: '1000' }];
}

/** Documented: a retired disk keeps its data and stays in its pool; a use is given by the words of Set-PhysicalDisk. */
export function useDisk(storage: Record<string, unknown>, isMeant: (disk: { id: string; serial: string }) => boolean, usage: number): number | null {
  const disk = (storage['physicalDisks'] as { id: string; serial: string; usage: number }[]).find(isMeant);
  if (disk === undefined) return null;
  const was = disk.usage;
  disk.usage = usage;
  return was;
}
