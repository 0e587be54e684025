import { setTimeout as delay } from 'node:timers/promises';
import { bootstrapQuantiles, holdAgainstTruth } from '../../measurement/accuracy.ts';
import type { Accuracy } from '../../measurement/accuracy.ts';
import { openKernelGate } from '../../probes/kernel-gate/gate.ts';
import type { CountedWindow } from '../../probes/kernel-gate/gate.ts';
import type { Series } from '../../record/samples.ts';
import { currentLoad } from './load.ts';
import { hasty, patient, quietRule, quietTurn, sayWithheld, veryPatient } from './quiet.ts';
import { aimsTable, markdown, round } from './table.ts';
import type { Aim } from './table.ts';
import { anchor, npmPing, ours, ToolMissing } from './tools.ts';
import type { Tool } from './tools.ts';
import { monotonicNs, prepareWorld, targetAddresses } from './world.ts';

/** How many outages of which lengths one tool is shown: `targets` in parallel, one outage in each slot. */
interface Show {
  periodMs: number;
  targets: number;
  slotMs: number;
  shortestMs: number;
  longestMs: number;
}

/** Quiet before and after an outage of a slot, ms. */
const quietMs = { 1: 25, 5: 50, 10: 70, 20: 100, 100: 300 } as Record<number, number>;
const beginAfterMs = 400;
const thresholds = { lateAfterMs: 100, waitMs: 1000 };

const shows: Show[] = [
  { periodMs: 1, targets: 16, slotMs: 150, shortestMs: 5, longestMs: 100 },
  { periodMs: 5, targets: 40, slotMs: 300, shortestMs: 10, longestMs: 200 },
  { periodMs: 10, targets: 40, slotMs: 450, shortestMs: 20, longestMs: 300 },
  { periodMs: 20, targets: 40, slotMs: 600, shortestMs: 40, longestMs: 400 },
];

const native = 'this one: native';

/** Tools, how many targets they are given at each period at most, and how many outages. One process a target costs more than two cores have. */
const entries: { tool: Tool; targets: Record<number, number>; share: number; slotMs?: number }[] = [
  { tool: ours('koffi', native), targets: {}, share: 1 },
  { tool: anchor(), targets: {}, share: 1 },
  { tool: ours('dgram', 'this one: dgram fallback'), targets: { 1: 4, 5: 8, 10: 16, 20: 16 }, share: 0.3 },
  { tool: ours('ping', 'streaming ping'), targets: { 1: 2, 5: 4, 10: 8, 20: 8 }, share: 0.2 },
  { tool: ours('fping', 'fping'), targets: { 1: 4, 5: 8, 10: 16, 20: 16 }, share: 0.3 },
  { tool: npmPing(), targets: { 1: 2, 5: 4, 10: 4, 20: 4 }, share: 0.05, slotMs: 2000 },
];

interface Measured {
  result: Accuracy | null;
  kernel: { dropped: number; lost: number };
}

interface Row extends Measured {
  tool: string;
  periodMs: number;
  /** Time that the host withheld, in words. */
  withheld: string;
  why: string;
}

/** One tool against outages of random length; the kernel's windows are the truth, its counts the check. */
async function measure(tool: Tool, show: Show, slots: number): Promise<Measured> {
  const gate = openKernelGate({ targets: show.targets, windows: slots, slotNs: show.slotMs * 1e6, logged: 1 });
  try {
    const seconds = (slots * show.slotMs) / 1000 + 5;
    const running = await tool.start({ targets: targetAddresses(show.targets), periodMs: show.periodMs, seconds });
    await delay(1000);
    const margin = quietMs[show.periodMs] ?? show.slotMs / 5;
    const epochNs = gate.begin(beginAfterMs * 1e6, () => {
      const lengthMs = show.shortestMs + Math.random() * (show.longestMs - show.shortestMs);
      return { atNs: (margin / 2 + Math.random() * (show.slotMs - margin - lengthMs)) * 1e6, lengthNs: lengthMs * 1e6 };
    });
    await delay((epochNs - monotonicNs()) / 1e6 + slots * show.slotMs + 200);
    const series = await running.finish();
    return compare(series, gate.windows());
  } finally {
    gate.close();
  }
}

function compare(series: readonly Series[], windows: readonly CountedWindow[]): Measured {
  const all: Accuracy = { outages: [], falseLosses: 0 };
  let lost = 0;
  for (const [target, one] of series.entries()) {
    const { outages, falseLosses } = holdAgainstTruth(one, windows.filter((window) => window.target === target), thresholds);
    all.outages.push(...outages);
    all.falseLosses += falseLosses;
    lost += one.samples.receivedNs.reduce((sum, at) => sum + (Number.isNaN(at) ? 1 : 0), 0);
  }
  return { result: all, kernel: { dropped: windows.reduce((sum, { dropped }) => sum + dropped, 0), lost } };
}

function cells({ tool, periodMs, result, kernel, withheld, why }: Row): string[] {
  if (result === null) return [tool, `${periodMs} ms`, why, '', '', '', '', '', '', ''];
  const errors = result.outages.flatMap(({ errorMs }) => (errorMs === null ? [] : [Math.abs(errorMs)]));
  const [median, p95, max] = bootstrapQuantiles(errors, [0.5, 0.95, 1]);
  const within = result.outages.filter(({ outsideMs }) => outsideMs === 0).length;
  const worst = Math.max(...result.outages.map(({ outsideMs }) => outsideMs));
  const seen = result.outages.filter((outage) => outage.seen !== null).length;
  const estimate = (of: typeof median): string => (of === null || of === undefined ? '-' : `${round(of.value)} (${round(of.lo)}-${round(of.hi)})`);
  return [
    tool, `${periodMs} ms`, `${seen} of ${result.outages.length}`, estimate(median), estimate(p95), round(max?.value),
    within === result.outages.length ? '100 %' : `${((100 * within) / result.outages.length).toFixed(1)} % (by ${round(worst)})`,
    `${kernel.dropped} / ${kernel.lost}`, String(result.falseLosses), withheld,
  ];
}

/** What this prober is to reach at a period: in at least 1000 outages, what the interval of an estimate reaches counts. */
function aimsOf(rows: readonly Row[], periodMs: number): Aim[] {
  const result = rows.find((row) => row.tool === native && row.periodMs === periodMs)?.result ?? null;
  const errors = result?.outages.flatMap(({ errorMs }) => (errorMs === null ? [] : [Math.abs(errorMs)])) ?? [];
  const [median, p95] = bootstrapQuantiles(errors, [0.5, 0.95]);
  const worst = errors.length === 0 ? null : Math.max(...errors);
  const inside = result?.outages.filter(({ outsideMs }) => outsideMs === 0).length ?? 0;
  const count = result?.outages.length ?? 0;
  const reaching = (estimate: typeof median, share: number): Pick<Aim, 'aim' | 'measured' | 'met'> => ({ aim: `interval reaches below ${round(share * periodMs)} ms`, measured: estimate === null || estimate === undefined ? null : `${round(estimate.value)} ms (${round(estimate.lo)}-${round(estimate.hi)})`, met: estimate !== null && estimate !== undefined && estimate.lo < share * periodMs });
  return [
    { what: `${periodMs} ms: outages`, aim: '1000 or more', measured: result === null ? null : String(count), met: count >= 1000 },
    { what: `${periodMs} ms: median error`, ...reaching(median, 0.3) },
    { what: `${periodMs} ms: 95th percentile`, ...reaching(p95, 0.8) },
    { what: `${periodMs} ms: worst error`, aim: `${2 * periodMs} ms at most`, measured: worst === null ? null : `${round(worst)} ms`, met: worst !== null && worst <= 2 * periodMs },
    { what: `${periodMs} ms: truth within the bounds`, aim: 'all', measured: result === null ? null : `${inside} of ${count}`, met: count > 0 && inside === count },
  ];
}

/** @param only names or parts of names of tools; empty for all */
async function main(outagesPerPeriod: number, periods: readonly number[], only: readonly string[]): Promise<void> {
  prepareWorld();
  const rows: Row[] = [];
  for (const show of shows.filter(({ periodMs }) => periods.includes(periodMs))) {
    for (const { tool, targets, share, slotMs } of entries) {
      if (only.length > 0 && !only.some((part) => tool.name.includes(part))) continue;
      const most = Object.keys(targets).length === 0 ? show.targets : targets[show.periodMs];
      if (most === undefined) continue;
      const own = { ...show, targets: Math.min(most, show.targets), slotMs: slotMs ?? show.slotMs };
      const slots = Math.max(1, Math.ceil((outagesPerPeriod * share) / own.targets));
      try {
        const turn = await quietTurn(async () => measure(tool, own, slots), share < 1 ? hasty : show.periodMs === 1 ? veryPatient : patient);
        rows.push({ tool: tool.name, periodMs: show.periodMs, why: '', withheld: sayWithheld(turn), ...turn.value });
      } catch (error) {
        if (!(error instanceof ToolMissing)) throw error;
        rows.push({ tool: tool.name, periodMs: show.periodMs, result: null, kernel: { dropped: 0, lost: 0 }, withheld: '', why: error.message });
      }
      process.stderr.write(`  ${rows.at(-1) === undefined ? '' : cells(rows.at(-1) as Row).join(' | ')}\n`);
    }
  }
  process.stdout.write(`\nError of outages of random length, |middle of the interval - truth| in ms, with 95 % bootstrap intervals (load of the machine ${currentLoad()}):\n\n`);
  process.stdout.write(markdown(['prober', 'period', 'outages seen', 'median', '95th percentile', 'worst', 'truth within [lo, hi]', 'dropped by the kernel / reported lost', 'lost or late where nothing was dropped', 'withheld by the host'], rows.map(cells)));
  process.stdout.write(`\n${quietRule} An outage that went unseen counts as within where the prober itself says that one of its length may have. What this prober is to reach:\n\n${aimsTable(periods.filter((periodMs) => periodMs === 1 || periodMs === 10).flatMap((periodMs) => aimsOf(rows, periodMs)))}`);
}

const [outages = '1000', periods = '1,5,10,20', ...only] = process.argv.slice(2);
await main(Number(outages), periods.split(',').map(Number), only);
