import type { RunWriter } from '../record/run-writer.ts';
import { readRun } from '../record/run-reader.ts';
import { deriveAll } from '../reporting/derive-all.ts';
import { exitCodeOf } from '../judgement/exit-code.ts';
import { renderTable } from '../reporting/table.ts';
import type { Selected } from '../scenario/selection.ts';
import { isRestored } from './mending.ts';
import type { Restoration } from './mending.ts';
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
function endOpenScenarios(conclusion: Conclusion): void {
  const { writer, restoration } = conclusion;
  const { events } = readRun(writer.folder);
  const open = new Set<string>();
  for (const event of events) {
    if (event.kind === 'scenario-started') open.add(event.scenario);
    if (event.kind === 'scenario-ended') open.delete(event.scenario);
  }
  for (const { entry, outcome } of restoration.results) {
    if (outcome !== 'moot' && entry.runFolder === writer.folder) writer.event({ kind: 'fault-reverted', scenario: entry.scenario, fault: entry.fault, target: entry.target, verified: outcome === 'reverted' });
  }
  for (const scenario of open) writer.event({ kind: 'scenario-ended', scenario, outcome: 'inconclusive', reason: `${why(conclusion)}; ${isRestored(restoration) ? 'what it had broken was mended afterwards' : 'not everything could be mended'}`, missingCapability: null });
}

/** Ends the record, derives verdicts and reports, prints the table. Returns the exit code of the verdicts. */
export async function concludeRun(conclusion: Conclusion): Promise<number> {
  const { writer, stopped, runnerEnded } = conclusion;
  endOpenScenarios(conclusion);
  const reason = stopped === null ? (runnerEnded.code === null ? 'runner-died' : 'completed') : stopped.kind === 'time-cap' ? 'time-cap' : 'interrupted';
  writer.event({ kind: 'run-ended', scenario: null, reason });
  const { verdicts, paths } = await deriveAll(writer.folder, { onProgress: (line) => void process.stdout.write(`${line}\n`) });
  process.stdout.write(`\n${renderTable(verdicts, { color: process.stdout.isTTY, width: process.stdout.columns ?? 120 })}\n`);
  process.stdout.write(`report:  ${paths.allure}\nrecord:  ${writer.folder}\n`);
  return exitCodeOf(verdicts);
}
