import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stampSimulated } from '../../reporting/charts/svg.ts';
import { renderPhaseStack } from '../../reporting/charts/phase-stack.ts';
import { compare } from '../../reporting/comparison/compare.ts';
import { comparisonDocument } from '../../reporting/comparison/comparison-document.ts';
import { sidesOf } from '../../reporting/comparison/side.ts';
import { chartsOf } from '../../reporting/document.ts';
import type { Document } from '../../reporting/document.ts';
import { historyDocument } from '../../reporting/history/history-document.ts';
import { historyOf } from '../../reporting/history/history.ts';
import { answerOf } from '../../reporting/site/site.ts';
import type { Site } from '../../reporting/site/site.ts';
import { around, judgedRun, judgedScenario, keepRun } from '../../reporting/testing/judged.ts';
import { startBrowser } from '../../reporting/testing/browser.ts';
import type { JudgedRun } from '../../reporting/judged-run.ts';
import type { ScenarioVerdict } from '../../record/types.ts';
import { toolVersion } from '../../record/tool-version.ts';
import { livePicture } from './live-picture.ts';
import { stripsPicture } from './strips-picture.ts';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const likewise = { simulated: true, environmentFile: { guests: [{ name: 'web', machine: { image: 'sha256:aa', vcpus: 2, memory: '2GiB', nic: 'virtio', load: 'idle' } }] } };

/** Invented runs of an environment, and so marked: each of its pictures says that no real cluster stands behind it. */
const nights = (environment: string, truths: readonly number[], evidence: Partial<ScenarioVerdict> = {}): JudgedRun[] => truths.map((truth, night) => judgedRun(environment, night, [judgedScenario([truth], evidence)], likewise));

const keepText = (name: string, svg: string): void => writeFileSync(join(docs, name), svg);

/** The invented records that charts and pages are drawn of: an environment that got slower, and one to compare its first runs with. */
const [slower, other] = [nights('pve', [...around(10_000, 8), ...around(15_000, 8)]), nights('hyperv', around(24_000, 8))];
const before = slower.slice(0, 8);

/** The last chart of a document. */
function lastChart(document: Document): string {
  return chartsOf(document).at(-1)?.svg ?? '';
}

/** Recoveries of a power failure and of an orderly shutdown, invented. */
function phaseStack(): string {
  const phases = (ends: Partial<Record<ScenarioVerdict['phases'][number]['name'], [number, number]>>): ScenarioVerdict['phases'] => Object.entries(ends).map(([name, [lo, hi]]) => ({ name: name as ScenarioVerdict['phases'][number]['name'], lo, hi }));
  const account = (hi: number, agrees: boolean): NonNullable<ScenarioVerdict['accounts']>[number] => ({ name: 'fenced', lo: hi - 1, hi, source: 'log of n1', detail: 'n2 was fenced', agrees });
  const rows = [
    { id: 'node-failure.web.worker.r1', phases: phases({ injected: [0, 40], confirmed: [300, 500], detected: [3900, 4500], fenced: [6800, 7500], placed: [7700, 8200], running: [10_700, 11_400], answering: [21_000, 21_100], serving: [22_900, 23_300], redundant: [36_000, 38_000] }), accounts: [account(7200, true)] },
    { id: 'node-failure.web.coordinator.r1', phases: phases({ injected: [0, 40], confirmed: [300, 500], detected: [6900, 7600], fenced: [10_800, 11_500], placed: [12_000, 12_400], running: [15_700, 16_400], answering: [26_000, 26_100], serving: [27_900, 28_300], redundant: [41_000, 43_000] }), accounts: [account(8900, false)] },
    { id: 'node-shutdown.web.r1', phases: phases({ detected: [600, 900], placed: [4300, 4900], running: [6400, 7000], answering: [16_000, 16_100], serving: [17_900, 18_300] }), accounts: [] },
  ];
  return stampSimulated(renderPhaseStack(rows, 'Phases of every recovery', { periodsMs: [10], medians: false }) ?? '');
}

/** The pages of `report --serve` over invented records, down to the end of their last chart. */
async function drawPages(root: string): Promise<void> {
  const site: Site = { root, environments: null, named: new Map(), merged: null, tool: toolVersion(), issuesOf: () => [], trendRuns: 100, parseMargin: (_, gathered) => gathered };
  for (const run of [...slower, ...other]) keepRun(root, run);
  const pages = [
    { name: 'trends', path: '/trends/pve' },
    { name: 'comparison', path: `/compare?${[...before, ...other].map(({ description: { environment, run } }) => `run=${environment}/${run}`).join('&')}` },
  ];
  const browser = await startBrowser();
  try {
    for (const { name, path } of pages) {
      const html = String(answerOf(site, new URL(path, 'http://127.0.0.1/')).body);
      const page = await browser.context.newPage();
      await page.setViewportSize({ width: 1000, height: 800 });
      await page.setContent(html);
      const box = await page.locator('main svg[role=img]').last().boundingBox();
      await page.screenshot({ path: join(docs, 'pictures', `${name}.png`), fullPage: true, clip: { x: 0, y: 0, width: 1000, height: Math.ceil((box?.y ?? 0) + (box?.height ?? 0) + 10) } });
    }
  } finally {
    await browser.close();
  }
}

const root = mkdtempSync(join(tmpdir(), 'pictures-'));
try {
  const tool = toolVersion();
  keepText('history.svg', lastChart(historyDocument(historyOf(slower, { environment: 'pve', issues: [], today: '2026-02-01', tool, unreadable: [] }))));
  keepText('comparison.svg', lastChart(comparisonDocument(compare(sidesOf([...before, ...other], []), { margins: {}, events: {}, tool, command: 'compare' }))));
  keepText('phases.svg', phaseStack());
  keepText('strips.svg', stripsPicture());
  keepText('live.svg', await livePicture());
  await drawPages(root);
} finally {
  rmSync(root, { recursive: true });
}
