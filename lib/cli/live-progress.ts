import { join } from 'node:path';
import { styleText } from 'node:util';
import type { RowName, RunEvent } from '../record/types.ts';
import { followLines } from './follow-lines.ts';
import { followProbe } from './live-probe.ts';
import type { LiveProbe } from './live-probe.ts';
import { sayPause, sayStatus } from './live-status.ts';
import type { LiveState } from './live-status.ts';
import { plainView, terminalView } from './live-view.ts';
import type { LiveView } from './live-view.ts';
import { printable, wordsOut } from './say.ts';

/** Follows events.jsonl and the samples while they grow and shows them: live lines on a terminal, plain lines elsewhere. */
export interface LiveProgress {
  /** No live lines any more: others say something now. What happens is still told. */
  quiet(): void;
  stop(): void;
}

export interface Watched {
  /** The run's folder, and its events. */
  folder: string;
  eventsFile: string;
  /** How long each scenario is expected to take, ms, by its id. */
  expectedMs: ReadonlyMap<string, number>;
  /** The limit of a row's outage that judges the run, ms; null: none. */
  outageLimitMs: (row: RowName) => number | null;
}

const pollMs = 200;
/** The samples are looked at less often: a prober writes them in batches. */
const probesEveryMs = 1000;
const heartbeatMs = 15_000;
const marks: Record<string, string> = { completed: 'done', blocked: 'blocked', inconclusive: 'inconclusive', error: 'error', 'not-applicable': 'not applicable' };

interface Following extends LiveState {
  row: RowName | null;
  running: Map<string, { probe: LiveProbe; isEcho: boolean }>;
}

/** What an event says to people, in a line of its own; null for most. */
function lineOf(event: RunEvent, { since }: LiveState): string | null {
  if (event.kind === 'scenario-started') return `${styleText('bold', event.scenario)}  ${event.title}`;
  if (event.kind === 'step-started') return `  ${event.title} ...`;
  if (event.kind === 'progress') return styleText('dim', `    ${event.message}`);
  if (event.kind === 'expectation' && event.ok !== true) return styleText(event.ok === null ? 'yellow' : 'red', `    ${event.ok === null ? 'cannot tell' : 'NOT SO'}: ${event.title} (${event.detail})`);
  if (event.kind === 'fault-injected') return styleText('magenta', `    fault in place: ${event.fault} on ${event.target.disk ?? event.target.node ?? 'the cluster'}`);
  if (event.kind === 'fault-reverted') return styleText('magenta', `    ${event.verified ? 'mended and verified' : 'NOT mended'}: ${event.fault}`);
  if (event.kind === 'note') return `  ${event.level}: ${event.message}`;
  if (event.kind === 'scenario-ended') return `  ${marks[event.outcome] ?? event.outcome} after ${((performance.now() - since) / 1000).toFixed(1)} s${event.reason === null ? '' : `: ${event.reason}`}`;
  return null;
}

/** Keeps what the live lines need of an event. */
function keep(event: RunEvent, state: Following, { folder, expectedMs }: Watched): void {
  const now = performance.now();
  if (event.kind === 'scenario-planned') state.planned += 1;
  if (event.kind === 'scenario-started') Object.assign(state, { scenario: event.scenario, row: event.row, since: now, step: '', note: '', expectedMs: expectedMs.get(event.scenario) ?? null, running: new Map() });
  if (event.kind === 'step-started') Object.assign(state, { step: event.title, stepSince: now, note: '' });
  if (event.kind === 'progress') state.note = event.message;
  if (event.kind === 'probe-started') state.running.set(event.probe, { probe: followProbe(join(folder, event.file), event.periodMs), isEcho: event.probeKind === 'icmp' });
  if (event.kind === 'probe-stopped') state.running.delete(event.probe);
  if (event.kind === 'scenario-ended') {
    state.ended += 1;
    state.scenario = '';
  }
}

/** An event of a line, its texts fit for a terminal; null for a torn one, which a full disk leaves. */
function parse(line: string): RunEvent | null {
  try {
    return JSON.parse(line, (_, value: unknown) => (typeof value === 'string' ? printable(value) : value)) as RunEvent;
  } catch {
    return null;
  }
}

function begin(expectedMs: ReadonlyMap<string, number>): Following {
  const now = performance.now();
  const whole = [...expectedMs.values()].reduce((sum, ms) => sum + ms, 0);
  return { scenario: '', row: null, since: now, step: '', stepSince: now, note: '', ended: 0, planned: 0, runSince: now, expectedMs: null, expectedRunMs: whole > 0 ? whole : null, probes: [], running: new Map() };
}

/** Starts to follow a run. Its files need not exist yet. */
export function followProgress(watched: Watched, out: NodeJS.WriteStream = wordsOut()): LiveProgress {
  const onTerminal = out.isTTY && process.env['CI'] === undefined;
  const view: LiveView = onTerminal ? terminalView(out) : plainView(out);
  const state = begin(watched.expectedMs);
  const follower = followLines(watched.eventsFile);
  let beat = performance.now();
  let looked = 0;
  let isQuiet = false;
  const readMore = (): void => {
    for (const text of follower.read()) {
      const event = parse(text);
      if (event === null) continue;
      const line = lineOf(event, state);
      keep(event, state, watched);
      if (line !== null) view.print(line);
      beat = performance.now();
    }
  };
  const lookAtProbes = (): void => {
    looked = performance.now();
    const limitMs = state.row === null ? null : watched.outageLimitMs(state.row);
    state.probes = [...state.running].map(([name, { probe, isEcho }]) => ({ name, figures: probe.look(), limitMs: isEcho ? limitMs : null }));
  };
  const tick = (): void => {
    readMore();
    const now = performance.now();
    if (now - looked >= probesEveryMs) lookAtProbes();
    const lines = isQuiet ? [] : sayStatus(state, now);
    view.status(lines);
    if (!onTerminal && now - beat > heartbeatMs) {
      beat = now;
      view.print(`    ... ${(lines.length > 0 ? lines : [sayPause(state, now)]).map((line) => line.trim()).join('; ')}`);
    }
  };
  const timer = setInterval(tick, pollMs);
  return {
    quiet: () => {
      isQuiet = true;
      tick();
    },
    stop: () => {
      clearInterval(timer);
      readMore();
      view.status([]);
    },
  };
}
