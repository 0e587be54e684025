/** The kinds of state that a run on the lab goes through, and how to bring a run into each and keep it there until the blow has fallen. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostileWay, NodeWay } from './hostile-way.ts';
import { until } from './run-watch.ts';
import type { RunWatch } from './run-watch.ts';

export interface LabCrashState {
  row: 'node-failure' | 'disk-removal' | 'live-migration' | 'backup';
  /** The state, in words for the table. */
  state: string;
  /** How many undos are open then. */
  open: number;
  /** What is spoiled from the beginning. */
  prepare?(way: HostileWay): void;
  /** Returns when the run is in this state. */
  reach(watch: RunWatch, way: HostileWay): Promise<void>;
  /** Right after the blow. By default nothing is held any more. */
  afterwards?(way: HostileWay): Promise<void>;
}

/** The undo on disk; a migration or backup is then asked for within this time, ms. */
const underWayMs = 700;
/** How long after a death what it had sent arrives, ms. */
const lateMs = 2000;

const bmcs = (way: HostileWay, action: (node: NodeWay) => void): void => {
  for (const node of way.nodes) action(node);
};
const holdPower = (way: HostileWay): void => bmcs(way, ({ bmc }) => bmc.setFault('hold', 'POST'));
const loseAnswer = (way: HostileWay): void => bmcs(way, ({ bmc }) => bmc.setFault('lost-answer', 'POST'));
const asked = async (way: HostileWay): Promise<void> => until('the BMC is asked', () => way.nodes.some(({ bmc }) => bmc.held() > 0));
const carried = async (way: HostileWay, times: number): Promise<void> => until('the BMC has switched', () => way.nodes.some(({ bmc }) => bmc.carried('POST') >= times));

const started = /"kind":"scenario-started"/;
const injected = /"kind":"fault-injected"/;
const reverting = /"kind":"fault-reverting"/;
const reverted = /"kind":"fault-reverted"/;

const undoOpen = async (watch: RunWatch): Promise<void> => until('an undo is open', () => /"op":"open"/.test(watch.text('journal.jsonl')));

const power: Omit<LabCrashState, 'row'>[] = [
  { state: 'before the undo is written', open: 0, reach: async (watch) => watch.event(started) },
  {
    state: 'undo open, the command at the door of the BMC and never carried out', open: 1, prepare: holdPower, reach: async (_, way) => asked(way),
    afterwards: async (way) => bmcs(way, ({ bmc }) => void [bmc.drop(), bmc.setFault('none')]),
  },
  {
    state: 'undo open, the command arrives after the death', open: 1, prepare: holdPower, reach: async (_, way) => asked(way),
    afterwards: async (way) => {
      await sleep(lateMs);
      bmcs(way, ({ bmc }) => bmc.setFault('none'));
    },
  },
  { state: 'fault in place, its answer on the way', open: 1, prepare: loseAnswer, reach: async (_, way) => carried(way, 1) },
  { state: 'fault in place and confirmed', open: 1, reach: async (watch) => watch.event(injected) },
  {
    state: 'mending, the command at the door of the BMC', open: 1,
    reach: async (watch, way) => {
      await watch.event(injected);
      holdPower(way);
      await asked(way);
    },
  },
  {
    state: 'mended, the undo not closed yet', open: 1,
    reach: async (watch, way) => {
      await watch.event(injected);
      loseAnswer(way);
      await carried(way, 2);
    },
  },
  { state: 'undo closed, the cluster not whole yet', open: 0, reach: async (watch) => watch.event(reverted) },
];

const handAt = (when: 'before' | 'after', action: string): Pick<LabCrashState, 'prepare' | 'reach'> => ({
  prepare: (way) => way.holdHand(when, action),
  reach: async (_, way) => until(`the hand has come to ${when} ${action}`, () => way.handCame(when, action)),
});
/** The orphan of the hand stays at its gate: who mends must see to it. */
const leaveHeld = async (): Promise<void> => undefined;

const disk: Omit<LabCrashState, 'row'>[] = [
  { state: 'before the undo is written', open: 0, reach: async (watch) => watch.event(started) },
  { state: 'undo open, the hand at work and nothing done yet', open: 1, ...handAt('before', 'remove'), afterwards: leaveHeld },
  { state: 'undo open, the command arrives after the death', open: 1, ...handAt('before', 'remove') },
  { state: 'fault in place, its answer on the way', open: 1, ...handAt('after', 'remove'), afterwards: leaveHeld },
  { state: 'fault in place and confirmed', open: 1, reach: async (watch) => watch.event(injected) },
  { state: 'mending, the hand at work', open: 1, ...handAt('before', 'insert') },
  { state: 'mended, the undo not closed yet', open: 1, ...handAt('after', 'insert') },
  { state: 'undo closed, the cluster not whole yet', open: 0, reach: async (watch) => watch.event(reverted) },
];

const operation: Omit<LabCrashState, 'row'>[] = [
  { state: 'before the undo is written', open: 0, reach: async (watch) => watch.event(started) },
  { state: 'undo open', open: 1, reach: async (watch) => undoOpen(watch) },
  { state: 'mending', open: 1, reach: async (watch) => watch.event(reverting) },
];

const migrations: Omit<LabCrashState, 'row'>[] = [
  {
    state: 'under way', open: 1,
    reach: async (watch) => {
      await watch.event(/"title":"migration \S+ to \S+ begins"/);
      await sleep(underWayMs);
    },
  },
  { state: 'between two migrations', open: 1, reach: async (watch) => watch.event(/"title":"migration \S+ to \S+ done"/) },
];

const backups: Omit<LabCrashState, 'row'>[] = [
  {
    state: 'under way', open: 1,
    reach: async (watch) => {
      await undoOpen(watch);
      await sleep(underWayMs);
    },
  },
];

/** Every kind of state, by row. */
export const labCrashStates: LabCrashState[] = [
  ...power.map((state): LabCrashState => ({ row: 'node-failure', ...state })),
  ...disk.map((state): LabCrashState => ({ row: 'disk-removal', ...state })),
  ...[...operation, ...migrations].map((state): LabCrashState => ({ row: 'live-migration', ...state })),
  ...[...operation, ...backups].map((state): LabCrashState => ({ row: 'backup', ...state })),
];

/** Whose death. */
export const victims = ['child', 'parent', 'both'] as const;
export type Victim = (typeof victims)[number];
