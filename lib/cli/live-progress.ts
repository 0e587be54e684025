import { styleText } from 'node:util';
import type { RunEvent } from '../record/types.ts';
import { followLines } from './follow-lines.ts';
import { printable, wordsOut } from './say.ts';

/** Follows events.jsonl while it grows and shows it: one live line on a terminal, plain lines elsewhere. */
export interface LiveProgress {
  stop(): void;
}

const pollMs = 200;
const heartbeatMs = 15_000;
const marks: Record<string, string> = { completed: 'done', blocked: 'blocked', inconclusive: 'inconclusive', error: 'error', 'not-applicable': 'not applicable' };

interface View {
  print(line: string): void;
  status(line: string): void;
}

function terminalView(out: NodeJS.WriteStream): View {
  let current = '';
  const draw = (): void => void out.write(`\r\u001B[2K${current.slice(0, (out.columns ?? 80) - 1)}`);
  return {
    print: (line) => {
      out.write(`\r\u001B[2K${line}\n`);
      draw();
    },
    status: (line) => {
      current = line;
      draw();
    },
  };
}

function plainView(out: NodeJS.WriteStream): View {
  return { print: (line) => void out.write(`${line}\n`), status: () => undefined };
}

/** Shows one event; keeps what the live line needs. */
function show(event: RunEvent, view: View, state: { scenario: string; since: number; note: string }): void {
  if (event.kind === 'scenario-started') {
    state.scenario = event.scenario;
    state.since = performance.now();
    state.note = '';
    view.print(`${styleText('bold', event.scenario)}  ${event.title}`);
  }
  if (event.kind === 'step-started') {
    state.note = event.title;
    view.print(`  ${event.title} ...`);
  }
  if (event.kind === 'progress') {
    state.note = event.message;
    view.print(styleText('dim', `    ${event.message}`));
  }
  if (event.kind === 'expectation' && event.ok !== true) view.print(styleText(event.ok === null ? 'yellow' : 'red', `    ${event.ok === null ? 'cannot tell' : 'NOT SO'}: ${event.title} (${event.detail})`));
  if (event.kind === 'fault-injected') view.print(styleText('magenta', `    fault in place: ${event.fault} on ${event.target.disk ?? event.target.node ?? 'the cluster'}`));
  if (event.kind === 'fault-reverted') view.print(styleText('magenta', `    ${event.verified ? 'mended and verified' : 'NOT mended'}: ${event.fault}`));
  if (event.kind === 'note') view.print(`  ${event.level}: ${event.message}`);
  if (event.kind === 'scenario-ended') {
    view.print(`  ${marks[event.outcome] ?? event.outcome} after ${((performance.now() - state.since) / 1000).toFixed(1)} s${event.reason === null ? '' : `: ${event.reason}`}`);
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

/** Starts to follow the file. It need not exist yet. */
export function followProgress(eventsFile: string, out: NodeJS.WriteStream = wordsOut()): LiveProgress {
  const onTerminal = out.isTTY && process.env['CI'] === undefined;
  const view = onTerminal ? terminalView(out) : plainView(out);
  const state = { scenario: '', since: 0, note: '' };
  const follower = followLines(eventsFile);
  let beat = performance.now();
  const readMore = (): void => {
    for (const line of follower.read()) {
      const event = parse(line);
      if (event !== null) show(event, view, state);
      beat = performance.now();
    }
  };
  const tick = (): void => {
    readMore();
    if (state.scenario === '') return view.status('');
    const seconds = Math.floor((performance.now() - state.since) / 1000);
    view.status(`${state.scenario}  ${seconds} s  ${state.note}`);
    if (!onTerminal && performance.now() - beat > heartbeatMs) {
      beat = performance.now();
      view.print(`    ... ${state.scenario}, ${seconds} s`);
    }
  };
  const timer = setInterval(tick, pollMs);
  return {
    stop: () => {
      clearInterval(timer);
      readMore();
      view.status('');
      if (onTerminal) out.write('\r\u001B[2K');
    },
  };
}
