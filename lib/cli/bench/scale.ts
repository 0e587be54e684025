import { setTimeout as delay } from 'node:timers/promises';
import { openKernelGate } from '../../probes/kernel-gate/gate.ts';
import { currentLoad } from './load.ts';
import { markdown, round } from './table.ts';
import { anchor, bareFping, barePing, npmPing, ours, ToolMissing } from './tools.ts';
import type { Tool } from './tools.ts';
import { megabytes, processorSeconds } from './usage.ts';
import { monotonicNs, prepareWorld, targetAddresses } from './world.ts';

/** What each tool costs: for one target at several periods, and for 1 to 1000 targets at 100 ms. Probes are counted by the kernel. */
const warmUpMs = 5000;
const slotNs = 2e9;

interface Cost {
  cpuSeconds: number;
  seconds: number;
  probes: number;
  /** Slots of the grid in which a target was not probed, of all that were due. */
  skipped: number;
  due: number;
  megabytes: number;
}

async function costOf(tool: Tool, targets: number, periodMs: number, seconds: number): Promise<Cost> {
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
    await running.finish();
    const passed = new Float64Array(targets);
    for (const window of gate.windows()) passed[window.target] = (passed[window.target] ?? 0) + window.passed;
    const due = Math.floor((slots * slotNs) / 1e6 / periodMs);
    // One probe more or less at the edges of the stretch is no slot left out.
    const skipped = passed.reduce((sum, count) => sum + Math.max(0, due - 1 - count), 0);
    return { cpuSeconds: after - before, seconds: (toNs - fromNs) / 1e9, probes: passed.reduce((sum, count) => sum + count, 0), skipped, due: due * targets, megabytes: used };
  } finally {
    gate.close();
  }
}

async function tryCost(tool: Tool, targets: number, periodMs: number, seconds: number): Promise<Cost | string> {
  try {
    return await costOf(tool, targets, periodMs, seconds);
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

async function periods(seconds: number, only: readonly string[]): Promise<void> {
  const rows: string[][] = [];
  for (const periodMs of [100, 10, 1]) {
    const perProbe = new Map<string, number>();
    const tools = [anchor(), ours('koffi', 'this one: native'), ours('dgram', 'this one: dgram fallback'), barePing(), bareFping(), ...(periodMs >= 10 ? [npmPing()] : [])];
    for (const tool of tools.filter((each) => wanted(each, only))) {
      const cost = await tryCost(tool, 1, periodMs, seconds);
      if (typeof cost === 'string') {
        rows.push([tool.name, `${periodMs} ms`, cost]);
        continue;
      }
      const micros = (cost.cpuSeconds / cost.probes) * 1e6;
      perProbe.set(tool.name, micros);
      const against = micros / (perProbe.get('C program') ?? Number.NaN);
      rows.push([tool.name, `${periodMs} ms`, round((60 * cost.cpuSeconds) / cost.seconds), round(micros), round(against), `${cost.probes} of ${cost.due}`, round(cost.megabytes)]);
      process.stderr.write(`  ${rows.at(-1)?.join(' | ')}\n`);
    }
  }
  process.stdout.write(`\nWhat one target costs (${seconds} s each, load of the machine ${currentLoad()}):\n\n`);
  process.stdout.write(markdown(['prober', 'period', 'CPU seconds a minute', 'CPU a probe, µs', 'times the C program', 'probes sent of due', 'memory, MB'], rows));
}

async function targets(seconds: number, most: number, only: readonly string[]): Promise<void> {
  const rows: string[][] = [];
  for (const count of [1, 10, 100, 1000].filter((each) => each <= most)) {
    for (const tool of [ours('koffi', 'this one: native'), anchor(), bareFping(), ...(count <= 100 ? [barePing()] : [])].filter((each) => wanted(each, only))) {
      const cost = await tryCost(tool, count, 100, seconds);
      if (typeof cost === 'string') continue;
      rows.push([tool.name, String(count), `${round((100 * cost.cpuSeconds) / cost.seconds)} %`, round(cost.megabytes), `${cost.skipped} of ${cost.due}`]);
      process.stderr.write(`  ${rows.at(-1)?.join(' | ')}\n`);
    }
  }
  process.stdout.write(`\nMany targets, a probe every 100 ms to each (${seconds} s each, load of the machine ${currentLoad()}):\n\n`);
  process.stdout.write(markdown(['prober', 'targets', 'of one core', 'memory, MB', 'slots left out'], rows));
}

const [seconds = '10', most = '1000', ...only] = process.argv.slice(2);
prepareWorld();
await startOnce();
await periods(Number(seconds), only);
await targets(Number(seconds), Number(most), only);
