import type { Environment } from '../../environment/environment.ts';
import { openProxmox } from '../../platforms/proxmox/client.ts';
import { testClock } from '../../platforms/proxmox/testing/clock.ts';
import type { TestClock } from '../../platforms/proxmox/testing/clock.ts';
import { recordedData } from '../../platforms/proxmox/testing/recorded.ts';
import { replay } from '../../platforms/proxmox/testing/replay.ts';
import { startStandIn } from '../../platforms/proxmox/testing/stand-in.ts';
import type { StandIn, StandInAnswer, StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { readTimeline } from '../../platforms/proxmox/testing/timeline.ts';
import { answerCommand } from '../../platforms/proxmox/testing/model/node-commands.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import type { SshFleet, SshHost } from '../../transports/ssh.ts';
import type { ProxmoxContext } from './context.ts';

/** An environment of the recorded cluster, with one guest of it; for tests. */
export const environment: Environment = {
  schema: 1, name: 'recorded', platform: 'proxmox', arm: 'lab', identity: 'SHA256:x', disposable: false, endpoints: [], credentials: {},
  nodes: ['pve1', 'pve2', 'pve3'].map((name, index) => ({ name, address: `192.0.2.1${index}`, disks: [] })),
  guests: [{ name: 'web', id: '100', kind: 'vm', address: '192.0.2.80', probes: [] }],
  allow: { faults: [], nodes: [], guests: [], maxSimultaneous: 1, windows: [] }, limits: {}, limitFiles: [], policy: { backupWarnings: 'fail', unprotectedGuests: 'refuse' },
  probe: { periodMs: 10, waitMs: 10_000, lateAfterMs: null }, platformOptions: {}, source: { path: 'environments/recorded.yaml', document: {} },
};

export interface ReplayedCluster {
  cluster: StandIn;
  context: ProxmoxContext;
  clock: TestClock;
  close(): Promise<void>;
}

/** What was recorded beside the timelines, for questions that the poller did not ask. */
function besides({ call }: StandInRequest): StandInAnswer {
  switch (call) {
    case 'GET /nodes/{node}/certificates/info': return { data: recordedData('certs') };
    case 'GET /cluster/ha/resources': return { data: recordedData('ha-resources') };
    case 'GET /cluster/ha/rules': return { data: recordedData('ha-rules') };
    // Not recorded: invented in the documented shape.
    case 'GET /cluster/config/nodes': return { data: ['pve1', 'pve2', 'pve3'].map((node) => ({ node, name: node, nodeid: '1', quorum_votes: '1' })) };
    case 'GET /cluster/config/qdevice': return { data: {} };
    case 'GET /cluster/options': return { data: recordedData('options-get') };
    case 'GET /nodes/{node}/status': return { data: recordedData('node-status') };
    case 'GET /nodes/{node}/time': return { data: { time: Math.floor(Date.now() / 1000), localtime: 0, timezone: 'UTC' } };
    default: return { status: 500, reason: 'binary not installed: /usr/bin/ceph-mon' };
  }
}

/**
 * The recorded cluster behind the stand-in API, at the seconds of a timeline that the clock tells.
 *
 * @param died node that lost power or link at the timeline's mark
 * @param answer goes before the recorded answers where it is not null
 */
export async function replayedCluster(file: string, died: string | null = null, answer: (request: StandInRequest) => StandInAnswer | null = () => null): Promise<ReplayedCluster> {
  const timeline = readTimeline(file);
  const played = replay(timeline, 100, died === null ? null : { node: died, atS: timeline.marks[0]?.atS ?? 0 });
  const clock = testClock(1000);
  const cluster = await startStandIn({
    clock,
    answer: (request) => {
      const special = answer(request);
      if (special !== null) return special;
      const recorded = played.answer(request, clock.now() / 1000);
      return 'status' in recorded && recorded.status === 501 ? besides(request) : recorded;
    },
  });
  const context: ProxmoxContext = { environment, client: openProxmox(cluster.target, clock.now), clock, major: 9, ceph: null, withoutCeph: new Set(), settings: {}, fleet: null };
  return { cluster, context, clock, close: () => cluster.close() };
}

/** The adapter over a model, by the model's time. */
export function contextOfModel({ cluster }: Pick<Played, 'cluster'>): ProxmoxContext {
  return { environment, client: openProxmox(cluster.standIn.target, cluster.clock.now), clock: cluster.clock, major: 9, ceph: { node: null }, withoutCeph: new Set(), settings: {}, fleet: null };
}

/** The shells of the model's nodes, and what they were told: `pve1: pvecm status`. @param spoil goes behind each command; what it throws is thrown */
export function shellsOf({ cluster }: Pick<Played, 'cluster'>, spoil: (command: string) => void = () => undefined): { fleet: SshFleet; told: string[] } {
  const told: string[] = [];
  const hosts = new Map([...cluster.world.nodes.keys()].map((name): [string, SshHost] => [name, {
    name,
    exec: async (words) => {
      const command = words.join(' ');
      told.push(`${name}: ${command}`);
      const answer = await answerCommand(cluster, name, command);
      spoil(command);
      return { ...answer, ms: 1 };
    },
    close: async () => undefined,
  }]));
  const each: SshFleet['each'] = async (words, options) => new Map(await Promise.all([...hosts].map(async ([name, host]) => [name, await host.exec(words, options)] as const)));
  const any: SshFleet['any'] = async (words, options) => {
    const [first] = hosts.values();
    if (first === undefined) throw new Error('the model has no node');
    return { ...(await first.exec(words, options)), host: first.name };
  };
  return { fleet: { hosts, unreachable: () => new Map(), any, each, close: async () => undefined }, told };
}
