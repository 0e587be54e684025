import { setTimeout as delay } from 'node:timers/promises';
import { quantiles } from '../../measurement/statistics.ts';
import { openKernelGate } from '../../probes/kernel-gate/gate.ts';
import { currentLoad } from './load.ts';
import { hasty, percent, quietTurn } from './quiet.ts';
import { slotsLeftOut } from './series.ts';
import { aimsTable, markdown, round } from './table.ts';
import type { Aim } from './table.ts';
import { anchor, bareFping, barePing, npmPing, ours, ToolMissing } from './tools.ts';
import type { Tool } from './tools.ts';
import { megabytes, processorSeconds } from './usage.ts';
import { monotonicNs, prepareWorld, targetAddresses } from './world.ts';

/** What each tool costs: for one target at several periods, and for 1 to 1000 targets at 100 ms. Probes are counted by the kernel. */
const native = 'this one: native';
const warmUpMs = 5000;
const slotNs = 2e9;
/** How long probes go on behind a stretch, periods: one is sent in each. */
const endPeriods = 3;

interface Cost {
  cpuSeconds: number;
  seconds: number;
  probes: number;
  /** Slots of the grid in which a target was not probed, of all that were due. */
  skipped: number;
  due: number;
  megabytes: number;
  /** Share of the cores' time that the host withheld; null where the kernel does not tell. */
  withheld: number | null;
}

async function costOf(tool: Tool, targets: number, periodMs: number, seconds: number): Promise<Omit<Cost, 'withheld'>> {
  const slots = Math.max(1, Math.floor((seconds * 1e9) / slotNs));
  const gate = openKernelGate({ targets, windows: slots, slotNs, logged: 1 });
  try {
    const running = await tool.start({ targets: targetAddresses(targets), periodMs, seconds: seconds + 20 });
    await delay(warmUpMs);
    gate.begin(0, () => ({ atNs: 0, lengthNs: 0 }));
    const [fromNs, before] = [monotonicNs(), processorSeconds(running.pids)];
    await delay((slots * slotNs) / 1e6);
    const [toNs, after] = [monotonicNs(), processorSeconds(running.pids)];
    const used = megabytes(running.pids);
    // So that each series reaches over the end of the stretch.
    await delay(endPeriods * periodMs);
    const series = await running.finish();
    const passed = new Float64Array(targets);
    for (const window of gate.windows()) passed[window.target] = (passed[window.target] ?? 0) + window.passed;
    const due = Math.floor((slots * slotNs) / 1e6 / periodMs);
    // Where there are no sequence numbers the kernel's count tells, and one probe more or less at the edges of the stretch is no slot left out.
    const skipped = tool.numbered === true ? series.reduce((sum, one) => sum + slotsLeftOut(one, fromNs, toNs), 0) : passed.reduce((sum, count) => sum + Math.max(0, due - 1 - count), 0);
    return { cpuSeconds: after - before, seconds: (toNs - fromNs) / 1e9, probes: passed.reduce((sum, count) => sum + count, 0), skipped, due: due * targets, megabytes: used };
  } finally {
    gate.close();
  }
}

async function tryCost(tool: Tool, targets: number, periodMs: number, seconds: number): Promise<Cost | string> {
  try {
    const { value, withheld } = await quietTurn(async () => costOf(tool, targets, periodMs, seconds), hasty);
    return { ...value, withheld };
  } catch (error) {
    if (error instanceof ToolMissing) return error.message;
    throw error;
  }
}

/** Compiled code is kept from the first start on: what is measured is every other. */
async function startOnce(): Promise<void> {
  for (const engine of ['koffi', 'dgram'] as const) {
    const running = await ours(engine, engine).start({ targets: targetAddresses(1), periodMs: 10, seconds: 1 });
    await running.finish();
  }
}

/** @param only parts of names of tools; empty for all */
const wanted = ({ name }: Tool, only: readonly string[]): boolean => only.length === 0 || only.some((part) => name.includes(part));

/** Whatever else the machine does shifts a single stretch: the two that are held against each other take turns this many times, and the median counts. */
const rounds = 3;

const middle = (values: readonly number[]): number => quantiles(values, [0.5])[0] ?? Number.NaN;

/** The greatest share of the turns that count. */
const sayMost = (costs: readonly Cost[]): string => percent(costs.reduce<number | null>((most, { withheld }) => (withheld === null ? null : Math.max(most ?? 0, withheld)), 0));

/** Costs of tools at a period, in turns; a text where one is missing. */
async function inTurns(tools: readonly Tool[], times: number, periodMs: number, seconds: number): Promise<Map<Tool, Cost[] | string>> {
  const found = new Map<Tool, Cost[] | string>();
  for (let round = 0; round < times; round += 1) {
    for (const tool of tools) {
      const cost = await tryCost(tool, 1, periodMs, seconds);
      const earlier = found.get(tool);
      found.set(tool, typeof cost === 'string' ? cost : [...(Array.isArray(earlier) ? earlier : []), cost]);
    }
  }
  return found;
}

/** Answers with the times of the C program by period. */
async function periods(seconds: number, only: readonly string[]): Promise<Map<number, number>> {
  const rows: string[][] = [];
  const times = new Map<number, number>();
  for (const periodMs of [100, 10, 1]) {
    const compared = [anchor(), ours('koffi', native)].filter((each) => wanted(each, only));
    const others = [ours('dgram', 'this one: dgram fallback'), barePing(), bareFping(), npmPing()].filter((each) => wanted(each, only));
    const costs = new Map([...(await inTurns(compared, rounds, periodMs, seconds)), ...(await inTurns(others, 1, periodMs, seconds))]);
    let program = Number.NaN;
    for (const [tool, cost] of costs) {
      if (typeof cost === 'string') {
        rows.push([tool.name, `${periodMs} ms`, cost]);
        continue;
      }
      const micros = cost.map((one) => (one.cpuSeconds / one.probes) * 1e6);
      if (tool.name === 'C program') program = middle(micros);
      if (tool.name === native && !Number.isNaN(program)) times.set(periodMs, middle(micros) / program);
      const [one] = cost;
      rows.push([tool.name, `${periodMs} ms`, round(middle(cost.map((each) => (60 * each.cpuSeconds) / each.seconds))), cost.length === 1 ? round(middle(micros)) : `${round(middle(micros))} (${round(Math.min(...micros))}-${round(Math.max(...micros))})`, round(middle(micros) / program), `${one?.probes ?? 0} of ${one?.due ?? 0}`, round(middle(cost.map((each) => each.megabytes))), sayMost(cost)]);
      process.stderr.write(`  ${rows.at(-1)?.join(' | ')}\n`);
    }
  }
  process.stdout.write(`\nWhat one target costs (${seconds} s each; this prober and the C program in turns, the median of ${rounds}; load of the machine ${currentLoad()}):\n\n`);
  process.stdout.write(markdown(['prober', 'period', 'CPU seconds a minute', 'CPU a probe, µs', 'times the C program', 'probes sent of due', 'memory, MB', 'withheld by the host'], rows));
  return times;
}

/** Answers with what a thousand targets cost this prober; null when they were not measured. */
async function targets(seconds: number, most: number, only: readonly string[]): Promise<Cost | null> {
  const rows: string[][] = [];
  let thousand: Cost | null = null;
  for (const count of [1, 10, 100, 1000].filter((each) => each <= most)) {
    for (const tool of [ours('koffi', native), anchor(), ours('dgram', 'this one: dgram fallback'), bareFping(), ...(count <= 100 ? [barePing()] : [])].filter((each) => wanted(each, only))) {
      const cost = await tryCost(tool, count, 100, seconds);
      if (typeof cost === 'string') continue;
      if (tool.name === native && count === 1000) thousand = cost;
      rows.push([tool.name, String(count), `${round((100 * cost.cpuSeconds) / cost.seconds)} %`, round(cost.megabytes), `${cost.skipped} of ${cost.due}`, sayMost([cost])]);
      process.stderr.write(`  ${rows.at(-1)?.join(' | ')}\n`);
    }
  }
  process.stdout.write(`\nMany targets, a probe every 100 ms to each (${seconds} s each, load of the machine ${currentLoad()}):\n\n`);
  process.stdout.write(markdown(['prober', 'targets', 'of one core', 'memory, MB', 'slots left out', 'withheld by the host'], rows));
  process.stdout.write('Slots left out: by the sequence numbers of what was sent (this prober), by the kernel\'s count less one a target for the edges of the stretch (the others). ping is not shown with a thousand targets (a process each), nor npm ping with more than one.\n');
  return thousand;
}

const [seconds = '10', most = '1000', ...only] = process.argv.slice(2);
prepareWorld();
await startOnce();
const times = await periods(Number(seconds), only);
const thousand = await targets(Number(seconds), Number(most), only);
const timesAim = (periodMs: number, most: number): Aim => {
  const measured = times.get(periodMs);
  return { what: `CPU of a probe at ${periodMs} ms`, aim: `${most} times the C program's at most`, measured: measured === undefined ? null : `${round(measured)} times`, met: measured !== undefined && measured <= most };
};
process.stdout.write(`\nA stretch in which the host withheld more than ${100 * hasty.share} % of the cores' time is measured once more; the quieter counts.\n\nWhat this prober is to reach:\n\n${aimsTable([
  timesAim(10, 2.5),
  timesAim(1, 2),
  { what: 'a thousand targets at 100 ms: slots left out', aim: 'none', measured: thousand === null ? null : `${thousand.skipped} of ${thousand.due}`, met: thousand?.skipped === 0 },
  { what: 'a thousand targets at 100 ms: processor', aim: 'a quarter of a core', measured: thousand === null ? null : `${round((100 * thousand.cpuSeconds) / thousand.seconds)} %`, met: thousand !== null && thousand.cpuSeconds / thousand.seconds <= 0.25 },
  { what: 'a thousand targets at 100 ms: memory', aim: '100 MB', measured: thousand === null ? null : `${round(thousand.megabytes)} MB`, met: thousand !== null && thousand.megabytes <= 100 },
])}`);
