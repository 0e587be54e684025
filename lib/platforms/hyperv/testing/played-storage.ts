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
