import { setTimeout as delay } from 'node:timers/promises';
import { quantiles } from '../../measurement/statistics.ts';
import { openKernelGate } from '../../probes/kernel-gate/gate.ts';
import { currentLoad, loadEveryCore } from './load.ts';
import { hasty, patient, quietRule, quietTurn, sayWithheld } from './quiet.ts';
import { aimsTable, markdown, round } from './table.ts';
import { anchor, bareFping, barePing, npmPing, ours, ToolMissing } from './tools.ts';
import type { Tool } from './tools.ts';
import { monotonicNs, prepareWorld, targetAddresses } from './world.ts';

/** How evenly each tool sends at 10 ms, idle and with both cores busy, by the kernel's log; and what is lost falsely under load. */
const periodMs = 10;
const warmUpMs = 1500;

/** The p99 of the gaps is to stay below this with both cores busy, ms. */
const busyGapMs = 10.5;

interface Gaps {
  p99: number | null;
  max: number | null;
  count: number;
}

async function gapsOf(tool: Tool, seconds: number, loaded: boolean): Promise<Gaps> {
  const gate = openKernelGate({ targets: 1, windows: 1, slotNs: 1e9, logged: Math.ceil(((seconds + 10) * 1000) / periodMs) * 2 });
  const load = loaded ? loadEveryCore() : null;
  try {
    const running = await tool.start({ targets: targetAddresses(1), periodMs, seconds: seconds + 10, blockMain: loaded });
    await delay(warmUpMs);
    const fromNs = monotonicNs();
    await delay(seconds * 1000);
    const toNs = monotonicNs();
    const arrivals = gate.arrivals().filter((at) => at >= fromNs && at < toNs);
    await running.finish();
    const gaps = Array.from(arrivals.subarray(1), (at, index) => (at - (arrivals[index] ?? at)) / 1e6);
    const [p99 = null, max = null] = quantiles(gaps, [0.99, 1]);
    return { p99, max, count: arrivals.length };
  } finally {
    load?.end();
    gate.close();
  }
}

/** 99 % of the gaps with both cores busy are below this, ms, by tool. */
const busyP99 = new Map<string, number | null>();

/** The two that are held against each other. */
const compared = ['this one: native', 'C program'];

async function row(tool: Tool, seconds: number): Promise<string[]> {
  const cells = [tool.name];
  for (const loaded of [false, true]) {
    try {
      const turn = await quietTurn(async () => gapsOf(tool, seconds, loaded), compared.includes(tool.name) ? patient : hasty);
      const { p99, max, count } = turn.value;
      cells.push(`${round(p99)} / ${round(max)}`, String(count), sayWithheld(turn));
      if (loaded) busyP99.set(tool.name, p99);
    } catch (error) {
      if (!(error instanceof ToolMissing)) throw error;
      cells.push(error.message, '', '');
    }
  }
  process.stderr.write(`  ${cells.join(' | ')}\n`);
  return cells;
}

/** A million probes with both cores busy and the main loop blocked, on a way on which nothing is dropped. */
async function falseLosses(probes: number): Promise<{ sent: number; lost: number; text: string }> {
  const [targets, fastMs] = [50, 1];
  const gate = openKernelGate({ targets, windows: 1, slotNs: 2e9, logged: 1 });
  const load = loadEveryCore();
  try {
    const running = await ours('koffi', 'this one').start({ targets: targetAddresses(targets), periodMs: fastMs, seconds: probes, blockMain: true });
    await delay((probes / targets) * fastMs * 1.02 + 500);
    const series = await running.finish();
    const sent = series.reduce((sum, { samples }) => sum + samples.length, 0);
    const lost = series.reduce((sum, { samples }) => sum + samples.receivedNs.reduce((own, at) => own + (Number.isNaN(at) ? 1 : 0), 0), 0);
    const blindMs = series.reduce((sum, { blind }) => sum + blind.reduce((own, { fromNs, toNs }) => own + (toNs - fromNs) / 1e6, 0), 0);
    const text = `False losses of this prober, ${targets} targets every ${fastMs} ms, both cores busy, main loop blocked: ${lost} of ${sent} probes; blind ${round(blindMs / targets)} ms a target.\n`;
    return { sent, lost, text };
  } finally {
    load.end();
    gate.close();
  }
}

const [seconds = '10', probes = '1000000'] = process.argv.slice(2);
prepareWorld();
const tools = [ours('koffi', 'this one: native'), ours('dgram', 'this one: dgram fallback'), anchor(), barePing(), bareFping(), npmPing()];
const rows: string[][] = [];
for (const tool of tools) rows.push(await row(tool, Number(seconds)));
process.stdout.write(`\nGap between two probes at a period of ${periodMs} ms, by the kernel's clock, ${seconds} s each, 99 % / worst in ms (load of the machine ${currentLoad()}):\n\n`);
process.stdout.write(markdown(['prober', 'idle', 'probes', 'withheld by the host', 'both cores busy, main loop blocked', 'probes', 'withheld by the host'], rows));
const { sent, lost, text } = await falseLosses(Number(probes));
const gap = busyP99.get('this one: native') ?? null;
process.stdout.write(`\n${quietRule}\n\n${text}\nWhat this prober is to reach:\n\n${aimsTable([
  { what: 'gap between two probes at 10 ms, 99 %, both cores busy, main loop blocked', aim: `${busyGapMs} ms at most`, measured: gap === null ? null : `${gap.toFixed(2)} ms`, met: gap !== null && gap <= busyGapMs },
  { what: 'false losses under load', aim: 'none in 1000000', measured: `${lost} of ${sent}`, met: lost === 0 && sent >= 1_000_000 },
])}`);
