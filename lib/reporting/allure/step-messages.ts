import type { Status } from 'allure-js-commons';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import { sayInterval, sayMove } from '../../judgement/wording.ts';
import type { RunEvent } from '../../record/types.ts';
import type { DerivedScenario } from '../derive.ts';
import { oneLine } from '../plain-text.ts';
import { sayDuration } from '../words.ts';

const passed = 'passed' as Status;
const failed = 'failed' as Status;
const broken = 'broken' as Status;

/**
 * The steps of a scenario at their recorded times, with what was seen, done and expected below each. What lies outside of any step
 * stands beside them. A step that has no end in the record ends with the scenario, broken.
 */
export function stepMessages({ facts }: DerivedScenario, toEpochMs: (t: number) => number, stopMs: number): RuntimeMessage[] {
  const messages: RuntimeMessage[] = [];
  const open: { number: number; childFailed: boolean }[] = [];
  const end = (stop: number, status: Status, message: string | null): void => {
    messages.push({ type: 'step_stop', data: { stop, status, ...(message === null ? {} : { statusDetails: { message: oneLine(message) } }) } });
  };
  for (const event of facts.events) {
    const at = toEpochMs(event.t);
    if (event.kind === 'step-started') {
      messages.push({ type: 'step_start', data: { name: oneLine(event.title), start: at } });
      open.push({ number: event.step, childFailed: false });
    } else if (event.kind === 'step-ended') {
      while (open.some(({ number }) => number === event.step)) {
        const { number, childFailed } = open.pop() ?? { number: event.step, childFailed: false };
        const isThis = number === event.step;
        end(at, isThis && event.ok ? (childFailed ? failed : passed) : broken, isThis ? event.error : 'its end is missing in the record');
      }
    } else {
      const leaf = leafOf(event);
      if (leaf === null) continue;
      messages.push({ type: 'step_start', data: { name: oneLine(leaf.name), start: at } });
      end(at, leaf.status, leaf.message);
      if (leaf.status === failed) for (const step of open) step.childFailed = true;
    }
  }
  for (const _ of open) end(stopMs, broken, 'it has no end in the record');
  return messages;
}

interface Leaf {
  name: string;
  status: Status;
  message: string | null;
}

/** What an event says in one line below a step; null for events that are shown elsewhere. */
function leafOf(event: RunEvent): Leaf | null {
  switch (event.kind) {
    case 'expectation':
      return { name: `${event.title}${event.detail === '' ? '' : ` (${event.detail})`}`, status: event.ok === true ? passed : event.ok === null ? broken : failed, message: event.ok === true ? null : event.detail };
    case 'fault-injecting':
      return { name: `injecting ${event.fault}${event.target.node === null ? '' : ` on ${event.target.node}`}; its undo is on disk`, status: passed, message: null };
    case 'fault-injected':
      return { name: `${event.fault} is in place`, status: passed, message: null };
    case 'fault-reverted':
      return { name: event.verified ? `${event.fault} is mended and verified` : `${event.fault} could not be mended`, status: event.verified ? passed : broken, message: null };
    case 'phase':
      return { name: `phase ${event.phase} reached (${event.source})`, status: passed, message: null };
    case 'measured': {
      const move = sayMove({ from: event.fromNode, to: event.toNode });
      return { name: `${event.name} ${sayInterval(event, event.unit)}${move === '' ? '' : ` (${move})`}: ${event.source}`, status: passed, message: null };
    }
    case 'prober-blind':
      return { name: `the prober of ${event.probe} was blind for ${sayDuration((event.to - event.from) / 1e6)}: ${event.reason}`, status: broken, message: null };
    case 'mark':
      return { name: event.title, status: passed, message: null };
    case 'note':
      return { name: `${event.level}: ${event.message}`, status: event.level === 'error' ? broken : passed, message: null };
    default:
      return null;
  }
}
