/** What befalls the way of the harness in the middle of a whole run, and what the run may say of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpFault } from '../../transports/testing/http-fault-proxy.ts';
import type { WireFault } from '../../transports/testing/wire-fault-proxy.ts';
import type { HostileWay } from './hostile-way.ts';
import { until } from './run-watch.ts';
import type { RunWatch } from './run-watch.ts';

export interface PathFault {
  /** What happens, in words for the table. */
  what: string;
  /** Arguments of `run --env lab`. */
  run: string[];
  /** Waits for its moment, spoils the way, and heals it. Returns as early as the run has ended. */
  befall(way: HostileWay, watch: RunWatch, ended: Promise<unknown>): Promise<void>;
  /** Whether the run may pass all the same: what was lost was asked for again, or read back, and everything was measured. */
  mayPass: boolean;
}

const powerRun = ['--suite', 'node-failure', '--guest', 'web'];
const diskRun = ['--suite', 'disk-removal'];
const migrationRun = ['--suite', 'live-migration', '--guest', 'web'];

/** How long the way stays spoiled, ms: longer than the deadline of one request, shorter than that of a mending. */
const spoiledMs = 20_000;

const baseline = /"kind":"baseline"/;
const injected = /"kind":"fault-injected"/;

type Spoil = (way: HostileWay) => void;

const bmcWire = (fault: WireFault): Spoil => (way) => {
  for (const node of way.nodes) node.bmcWire.setFault(fault);
};
const bmcApi = (fault: HttpFault, only?: string): Spoil => (way) => {
  for (const node of way.nodes) node.bmc.setFault(fault, only);
};
const sshWire = (fault: WireFault): Spoil => (way) => {
  for (const node of way.nodes) node.ssh.setFault(fault);
};
const heal: Spoil = (way) => {
  for (const spoil of [bmcWire({ kind: 'none' }), bmcApi('none'), sshWire({ kind: 'none' })]) spoil(way);
};

/** Spoils the way from an event on, for a while. */
function during(event: RegExp, spoil: Spoil, ms = spoiledMs): PathFault['befall'] {
  return async (way, watch, ended) => {
    await Promise.race([watch.event(event), ended]);
    spoil(way);
    await Promise.race([sleep(ms), ended]);
    heal(way);
  };
}

/** Spoils the answers of the BMC from the moment that the fault is in place; the mending that follows meets them first. */
function whileMending(spoil: Spoil): PathFault['befall'] {
  return async (way, watch, ended) => {
    await Promise.race([watch.event(injected), ended]);
    spoil(way);
    await Promise.race([watch.event(/"kind":"fault-reverting"/), ended]);
    await Promise.race([sleep(spoiledMs), ended]);
    heal(way);
  };
}

/** Cuts every connection once, in the middle of a command, which goes on. */
function cutOnce(moment: (watch: RunWatch) => Promise<void>, inMs: number): PathFault['befall'] {
  return async (way, watch, ended) => {
    await Promise.race([moment(watch), ended]);
    await sleep(inMs);
    sshWire({ kind: 'reset' })(way);
    heal(way);
  };
}

const wires: { name: string; fault: WireFault }[] = [
  { name: 'reset', fault: { kind: 'reset' } },
  { name: 'hang', fault: { kind: 'hang' } },
  { name: 'slow drip', fault: { kind: 'drip', everyMs: 100 } },
  { name: 'cut in the answer', fault: { kind: 'cut', afterBytes: 1500 } },
];
/** What a request survives when the wire is healed before its deadline, or is sent again. */
const heals = new Set(['hang', 'slow drip']);
const answers: { name: string; fault: HttpFault }[] = [
  { name: '500', fault: 'status-500' },
  { name: 'truncated body', fault: 'truncated' },
  { name: 'wrong JSON', fault: 'wrong-json' },
];

/** Every fault of the way. */
export const pathFaults: PathFault[] = [
  ...answers.map(({ name, fault }): PathFault => ({ what: `Redfish, ${name} while the fault is injected`, run: powerRun, befall: during(baseline, bmcApi(fault)), mayPass: false })),
  ...wires.map(({ name, fault }): PathFault => ({ what: `Redfish, ${name} while the fault is injected`, run: powerRun, befall: during(baseline, bmcWire(fault)), mayPass: heals.has(name) })),
  { what: 'Redfish, the node is switched off and the answer never comes', run: powerRun, befall: during(baseline, bmcApi('lost-answer', 'POST'), 60_000), mayPass: true },
  ...answers.map(({ name, fault }): PathFault => ({ what: `Redfish, ${name} while it is mended`, run: powerRun, befall: whileMending(bmcApi(fault)), mayPass: true })),
  ...wires.map(({ name, fault }): PathFault => ({ what: `Redfish, ${name} while it is mended`, run: powerRun, befall: whileMending(bmcWire(fault)), mayPass: true })),
  ...wires.map(({ name, fault }): PathFault => ({ what: `ssh, ${name} with a disk out`, run: diskRun, befall: during(injected, sshWire(fault)), mayPass: true })),
  ...wires.map(({ name, fault }): PathFault => ({ what: `ssh, ${name} before a disk is taken out`, run: diskRun, befall: during(baseline, sshWire(fault)), mayPass: true })),
  { what: 'ssh, cut in the middle of a migration, which goes on', run: migrationRun, befall: cutOnce(async (watch) => watch.event(/"title":"migration \S+ to \S+ begins"/), 300), mayPass: true },
  { what: 'ssh, cut in the middle of a backup, which goes on', run: ['--suite', 'backup', '--guest', 'web'], befall: cutOnce(async (watch) => until('an undo is open', () => watch.text('journal.jsonl').includes('"op":"open"')), 700), mayPass: true },
  { what: 'the first endpoint is the node that loses its power', run: ['--suite', 'node-failure', '--guest', '@first'], befall: async () => undefined, mayPass: true },
];
