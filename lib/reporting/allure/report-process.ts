import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openResultsList, writeReportPlan } from './report-plan.ts';
import type { ReportPlan } from './report-plan.ts';
import { startNode } from './run-node.ts';

/** The process that makes a report of results, while they are written. */
export interface Generation {
  /** The folder in which its results are listed (report-plan.ts). */
  folder: string;
  /** Says what to make. */
  begin(plan: ReportPlan): void;
  /** Resolves when the report is there, and rejects with what the process printed when it is not. The list must have its end. */
  end(): Promise<void>;
  /** Ends it without a report; nothing happens behind its end. */
  abandon(): Promise<void>;
}

/** What a result was made of is thrown away at once: with more room for it than this, MB, the process takes half as much memory again, and no less time. */
const nodeOptions = ['--max-semi-space-size=2'];

/** Starts that process: until it is told what to make, it loads the generator. */
export function startGeneration(): Generation {
  const folder = mkdtempSync(join(tmpdir(), 'ha-acceptance-allure-'));
  const program = startNode(nodeOptions, fileURLToPath(new URL('./generate.ts', import.meta.url)), [folder, String(process.pid)], folder);
  // It may fail long before somebody asks.
  const outcome = program.ended.then(() => null, (error: Error) => error);
  const finish = async (): Promise<Error | null> => {
    const failure = await outcome;
    rmSync(folder, { recursive: true, force: true });
    return failure;
  };
  return {
    folder,
    begin: (plan) => writeReportPlan(folder, plan),
    async end() {
      const failure = await finish();
      if (failure !== null) throw failure;
    },
    async abandon() {
      program.kill();
      await finish();
    },
  };
}

/** Makes a report of all results that lie in folders. @throws Error with what the generator printed when it failed. */
export async function generateReport(plan: ReportPlan, folders: readonly string[]): Promise<void> {
  const generation = startGeneration();
  try {
    generation.begin(plan);
    const list = openResultsList(generation.folder);
    for (const folder of folders) for (const name of readdirSync(folder)) list.add(join(folder, name));
    list.end();
  } catch (error) {
    await generation.abandon();
    throw error;
  }
  await generation.end();
}
