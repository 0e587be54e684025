/** An invented cluster for tests of pure rules: three nodes, two guests, storage with three copies. No platform answered this. */
import type { Snapshot } from '../adapters/hypervisor.ts';
import type { Environment } from '../environment/environment.ts';

const nodeNames = ['n1', 'n2', 'n3'];

/** A whole cluster, with the parts that a test wants otherwise. */
export function inventedSnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    fromNs: 0,
    toNs: 1,
    quorate: true,
    votes: { expected: 3, present: 3, needed: 2, byNode: { n1: 1, n2: 1, n3: 1 } },
    nodes: nodeNames.map((name, index) => ({ name, online: true, unclean: false, drained: false, role: index === 0 ? 'coordinator' : 'worker', clockOffset: { ms: 1, errorMs: 2 } })),
    guests: ['dns', 'web'].map((name) => ({ name, kind: 'vm', haManaged: true, haState: 'started', assignedTo: 'n2', runningOn: ['n2'] })),
    storage: [
      {
        name: 'pool',
        healthy: true,
        redundant: true,
        redundancyShare: 1,
        serving: true,
        repairing: false,
        copies: { wanted: 3, minimum: 2 },
        disks: nodeNames.map((node, index) => ({ id: `disk.${index}`, node, up: true, inUse: true })),
        detail: [],
      },
    ],
    operations: [],
    fencings: [],
    failures: [],
    configuration: ['property a=1'],
    settings: {},
    versions: {},
    unread: [],
    ...changes,
  };
}

/** An environment that allows everything on it. */
export function inventedEnvironment(changes: Partial<Environment> = {}): Environment {
  return {
    schema: 1,
    name: 'invented',
    platform: 'pacemaker',
    arm: 'INVENTED',
    identity: 'SHA256:invented',
    disposable: true,
    endpoints: [],
    credentials: {},
    nodes: nodeNames.map((name, index) => ({ name, address: `192.0.2.${11 + index}`, disks: [] })),
    guests: ['dns', 'web'].map((name, index) => ({ name, id: name, kind: 'vm', address: `192.0.2.${80 + index}`, probes: [{ kind: 'icmp' }] })),
    allow: { faults: ['live-migration', 'node-power', 'disk-removal', 'backup'], nodes: nodeNames, guests: ['dns', 'web'], maxSimultaneous: 1, windows: [] },
    limits: {},
    limitFiles: [],
    policy: { backupWarnings: 'pass', unprotectedGuests: 'refuse' },
    probe: { periodMs: 10, waitMs: 10_000, lateAfterMs: null },
    platformOptions: {},
    source: { path: 'environments/invented.yaml', document: {} },
    ...changes,
  };
}
