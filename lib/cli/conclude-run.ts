import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { exitCodeOf } from '../judgement/exit-code.ts';
import { writeAtomically } from '../record/atomic-file.ts';
import { readDescription, readRun } from '../record/run-reader.ts';
import type { RunWriter } from '../record/run-writer.ts';
import type { RunEvent } from '../record/types.ts';
import { deriveAll } from '../reporting/derive-all.ts';
import { renderTable } from '../reporting/table.ts';
import type { Selected } from '../scenario/selection.ts';
import { exitCode, worstCode } from './exit-code.ts';
import { isRestored } from './mending.ts';
import type { Restoration } from './mending.ts';
import { reportsFolder } from './places.ts';
import { complain, say, wordsOut } from './say.ts';
import { describeStop } from './stop.ts';
import type { StopReason } from './stop.ts';
import type { SuitesEnd } from './suites-process.ts';

export interface Conclusion {
  writer: RunWriter;
  stopped: StopReason | null;
  runnerEnded: SuitesEnd;
  restoration: Restoration;
  scenarios: Selected[];
}

function why({ stopped, runnerEnded }: Conclusion): string {
  if (stopped !== null) return `stopped: ${describeStop(stopped)}`;
  return `the process that conducts the scenarios ended early (${runnerEnded.signal ?? `exit code ${runnerEnded.code}`}); see runner.log`;
}

/** Scenarios that have begun and not ended get their end from us, so that the record says what happened to them. */
function endOpenScenarios(conclusion: Conclusion, events: readonly RunEvent[]): string[] {
  const { writer, restoration } = conclusion;
  const open = new Set<string>();
  for (const event of events) {
    if (event.kind === 'scenario-started') open.add(event.scenario);
    if (event.kind === 'scenario-ended') open.delete(event.scenario);
  }
  for (const { entry, outcome } of restoration.results) {
    if (outcome !== 'moot' && entry.runFolder === writer.folder) writer.event({ kind: 'fault-reverted', scenario: entry.scenario, fault: entry.fault, target: entry.target, verified: outcome === 'reverted' });
  }
  for (const scenario of open) writer.event({ kind: 'scenario-ended', scenario, outcome: 'inconclusive', reason: `${why(conclusion)}; ${isRestored(restoration) ? 'what it had broken was mended afterwards' : 'not everything could be mended'}`, missingCapability: null });
  return [...open];
}

/** Scenarios that were planned and never begun although nobody stopped the run: the runner itself failed. */
function neverBegun({ stopped, scenarios }: Conclusion, events: readonly RunEvent[]): string[] {
  const begun = new Set(events.filter((event) => event.kind === 'scenario-started').map((event) => event.scenario));
  return stopped === null ? scenarios.map(({ id }) => id).filter((id) => !begun.has(id)) : [];
}

/** Puts the engines that really probed into run.json, and why these. */
function describeProber(folder: string, events: readonly RunEvent[]): void {
  const description = readDescription(folder);
  const started = events.filter((event) => event.kind === 'probe-started');
  const engines = new Map(started.map(({ engine, engineReason }) => [engine, engineReason ?? description.prober.reason]));
  if (engines.size === 0) return;
  writeAtomically(join(folder, 'run.json'), `${JSON.stringify({ ...description, prober: { ...description.prober, engine: [...engines.keys()].join(', '), reason: [...engines].map(([engine, reason]) => `${engine}: ${reason}`).join('. ') } }, null, 2)}\n`);
}

/** The last lines of the runner's own log, without colours. */
function lastWords(folder: string): string {
  const path = join(folder, 'runner.log');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return stripVTControlCharacters(text).trimEnd().split('\n').slice(-lastLines).join('\n');
}

const lastLines = 15;

/** Ends the record, derives verdicts and reports, prints the table. Returns the exit code of the verdicts. */
export async function concludeRun(conclusion: Conclusion): Promise<number> {
  const { writer, stopped, runnerEnded } = conclusion;
  const { events } = readRun(writer.folder);
  const cutOff = endOpenScenarios(conclusion, events);
  const missing = neverBegun(conclusion, events);
  const runnerFailed = stopped === null && (missing.length > 0 || cutOff.length > 0);
  const reason = stopped === null ? (runnerFailed || runnerEnded.code === null ? 'runner-died' : 'completed') : stopped.kind === 'time-cap' ? 'time-cap' : 'interrupted';
  writer.event({ kind: 'run-ended', scenario: null, reason });
  if (runnerFailed) complain(`${missing.length + cutOff.length} scenario(s) were not conducted to their end: ${why(conclusion)}. Its last lines:\n${lastWords(writer.folder)}`);
  describeProber(writer.folder, events);
  const { verdicts, paths, trouble } = await deriveAll(writer.folder, { onProgress: say, latestBelow: reportsFolder() });
  wordsOut().write(`\n${renderTable(verdicts, { color: wordsOut().isTTY, width: wordsOut().columns ?? 120 })}\n`);
  say(trouble === null ? `report:  ${paths.allure}` : `report:  it could not be made: ${trouble}`);
  say(`record:  ${writer.folder}`);
  return worstCode([exitCodeOf(verdicts), runnerFailed ? exitCode.internal : exitCode.pass]);
}
