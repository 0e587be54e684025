import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { tellEnd, tellHealth, tellMigration, tellNodeFailure } from '../../reporting/testing/story.ts';
import { beginSynthetic } from '../../reporting/testing/synthetic-run.ts';
import { projectRoot } from '../places.ts';
import { currentLoad } from './load.ts';
import { markdown, round } from './table.ts';
import { largestMegabytes, megabytes, processorSeconds } from './usage.ts';

/**
 * What the reports of a big run take: a made-up record, written by the real writers, of live migrations and at every tenth place a
 * power loss, each with its samples every 10 ms, is reported by the command itself. One argument: how many scenarios.
 */
const everyNthFails = 10;
const lookMs = 50;
/** Room for a migration and a power loss on the record's clock, ms. */
const scenarioMs = 70_000;

function tell(root: string, scenarios: number): string {
  const run = beginSynthetic(root, { limits: { 'live-migration': { outage: 500, lost: 20 }, 'node-failure': { outage: 60_000 } } });
  tellHealth(run, 10);
  for (let index = 1; index < scenarios; index++) {
    const beginMs = 2000 + index * scenarioMs;
    if (index % everyNthFails === 0) tellNodeFailure(run, beginMs, `node-failure.web.r${index}`);
    else tellMigration(run, beginMs, `live-migration.web.r${index}`, 'web');
  }
  tellEnd(run, (scenarios + 1) * scenarioMs);
  return run.writer.folder;
}

const scenarios = Number(process.argv[2] ?? '1000');
const root = mkdtempSync(join(tmpdir(), 'ha-acceptance-bench-'));
try {
  const folder = tell(root, scenarios);
  const loadBefore = currentLoad();
  const beganMs = performance.now();
  const child = spawn(process.execPath, [join(projectRoot, 'lib/cli/ha-acceptance.mjs'), 'report', folder], { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HA_ACCEPTANCE_REPORTS: root } });
  const pids = [child.pid ?? 0];
  const parts = [{ name: 'starting', fromMs: 0, largest: 0 }];
  createInterface({ input: child.stderr }).on('line', (name) => void parts.push({ name, fromMs: performance.now() - beganMs, largest: 0 }));
  const most = { together: 0, processor: 0 };
  const timer = setInterval(() => {
    most.together = Math.max(most.together, megabytes(pids));
    const part = parts.at(-1);
    if (part !== undefined) part.largest = Math.max(part.largest, largestMegabytes(pids));
    most.processor = Math.max(most.processor, processorSeconds(pids));
  }, lookMs);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearInterval(timer);
  const tookMs = performance.now() - beganMs;
  if (code !== 0) throw new Error(`The command ended with exit code ${code ?? 'none'}; the last that it said: ${parts.at(-1)?.name ?? 'nothing'}.`);
  const html = statSync(join(folder, 'allure-report', 'index.html')).size / 2 ** 20;
  process.stdout.write(`\nReports of ${scenarios} scenarios (load of the machine ${loadBefore} before):\n\n`);
  process.stdout.write(markdown(['scenarios', 'seconds', 'seconds on a processor', 'largest process, MB', 'all processes at once, MB', 'report, MB'], [[String(scenarios), round(tookMs / 1000), round(most.processor), round(Math.max(...parts.map(({ largest }) => largest))), round(most.together), round(html)]]));
  process.stdout.write(`\n${markdown(['part', 'seconds', 'largest process up to then, MB'], parts.map(({ name, fromMs, largest }, index) => [name, round(((parts[index + 1]?.fromMs ?? tookMs) - fromMs) / 1000), round(largest)]))}`);
} finally {
  rmSync(root, { recursive: true });
}
