import type { Clock } from '../../clock.ts';
import { recordedData } from '../recorded.ts';
import type { Rights } from '../permits.ts';
import type { SchemaVersion } from '../schema.ts';
import { allRights, startStandIn } from '../stand-in.ts';
import type { StandIn, StandInAnswer, StandInOptions, StandInRequest } from '../stand-in.ts';
import { clusterAnswers } from './answers/cluster.ts';
import { guestAnswers } from './answers/guests.ts';
import { haAnswers } from './answers/ha.ts';
import type { Handler } from './answers/handler.ts';
import { storageAnswers } from './answers/storage.ts';
import { taskAnswers } from './answers/tasks.ts';
import { createWorld } from './create-world.ts';
import type { WorldOptions } from './create-world.ts';
import { cutPower, givePower } from './membership.ts';
import { isUp, nodeOf } from './world.ts';
import type { World } from './world.ts';

const answers: Readonly<Record<string, Handler>> = { ...clusterAnswers, ...haAnswers, ...guestAnswers, ...taskAnswers, ...storageAnswers };

/** A cluster that lives: what is asked of it changes it, and its clock carries it on. */
export interface ModelCluster {
  standIn: StandIn;
  world: World;
  /** The clock that it was given; endpoints are settled whenever somebody has slept by it. */
  clock: Clock;
  /** Brings the model and its endpoints to the clock's present. */
  settle(): Promise<void>;
  /** What only hands can do. Each settles first and afterwards. */
  power(node: string, to: 'on' | 'off'): Promise<void>;
  link(node: string, isLinked: boolean): Promise<void>;
  disk(id: string, isPresent: boolean): Promise<void>;
  maintenance(node: string, isOn: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface ModelOptions extends Omit<WorldOptions, 'epochS'> {
  clock: Clock;
  version?: SchemaVersion;
  rights?: Rights;
  listenOn?: StandInOptions['listenOn'];
  way?: StandInOptions['way'];
  /** Goes before the model's answers where it is not null. */
  answer?: (request: StandInRequest, world: World) => StandInAnswer | null;
}

/**
 * Starts a model of a cluster of three nodes behind the stand-in API, whose time is the clock's: one that tests move, or an
 * accelerated one. Its timeline after a node's death, its queues and its stale rows are those that were recorded (model/timings.ts).
 */
export async function startModelCluster({ clock, version = '9.1', rights = allRights, answer: special = () => null, listenOn, way, ...options }: ModelOptions): Promise<ModelCluster> {
  const startMs = clock.now();
  const { world, advanceTo } = createWorld({ ...options, epochS: startMs / 1000 - 60 });
  const catchUp = (): void => advanceTo(60 + (clock.now() - startMs) / 1000);
  const answer = (request: StandInRequest): StandInAnswer => {
    catchUp();
    const node = nodeOf(world, request.node);
    if (request.node !== request.endpoint && request.call.includes('{node}')) {
      if (node.power !== 'on' || !node.linked || !nodeOf(world, request.endpoint).linked) return { status: 595, reason: 'No route to host' };
      if (!isUp(world, node)) return { status: 595, reason: 'Connection refused' };
    }
    const said = special(request, world);
    if (said !== null) return said;
    if (request.call === 'GET /nodes/{node}/certificates/info') return { data: recordedData('certs') };
    if (request.call === 'GET /access/permissions') return { data: Object.fromEntries(Object.entries(rights).map(([path, privileges]) => [path, Object.fromEntries(privileges.map((privilege) => [privilege, 1]))])) };
    const handler = answers[request.call];
    return handler === undefined ? { status: 501, reason: `Method '${request.call}' not implemented` } : handler(world, request);
  };
  const standIn = await startStandIn({ clock, answer, version, rights, nodes: [...world.nodes.keys()], ...(listenOn === undefined ? {} : { listenOn }), ...(way === undefined ? {} : { way }) });
  const listening = new Map([...world.nodes.keys()].map((name) => [name, true]));
  const settle = async (): Promise<void> => {
    catchUp();
    for (const node of world.nodes.values()) {
      const isListening = isUp(world, node);
      if (listening.get(node.name) === isListening) continue;
      listening.set(node.name, isListening);
      await standIn.setEndpoint(node.name, isListening ? 'up' : 'refused');
    }
  };
  const change = async (act: () => void): Promise<void> => {
    await settle();
    act();
    await settle();
  };
  return {
    standIn,
    world,
    clock: { now: () => clock.now(), sleep: async (ms, signal) => {
      await clock.sleep(ms, signal);
      await settle();
    } },
    settle,
    power: (node, to) => change(() => (to === 'off' ? cutPower(world, node) : givePower(world, node))),
    link: (node, isLinked) => change(() => { nodeOf(world, node).linked = isLinked; }),
    disk: (id, isPresent) => change(() => {
      for (const osd of world.osds) if (osd.id === id) osd.present = isPresent;
      for (const disk of world.zpools.flatMap(({ disks }) => disks)) if (disk.id === id && disk.present !== isPresent) Object.assign(disk, { present: isPresent, changedS: world.nowS });
    }),
    maintenance: (node, isOn) => change(() => { nodeOf(world, node).maintenance = isOn; }),
    close: () => standIn.close(),
  };
}
