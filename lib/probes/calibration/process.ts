import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Family } from '../address.ts';
import { openKernelGate, prepareTargets } from '../kernel-gate/gate.ts';
import type { CountedWindow, KernelGate } from '../kernel-gate/gate.ts';
import type { RunningProbe } from '../probe.ts';
import { openProber } from '../prober.ts';
import type { SyntheticInput, SyntheticOutput } from './calibrate.ts';
import { randomOutage, showFor } from './show.ts';
import type { Show } from './show.ts';

/**
 * Shows the prober synthetic outages: in namespaces of its own with the kernel's gate on the loopback device, or on this machine's
 * loopback, where windows are only chosen and whoever reads the samples takes the answers in them away. One argument, one line of
 * JSON on standard output. Ends when its standard input does, so it never outlives whoever asked.
 */
const input = JSON.parse(process.argv[2] ?? '{}') as SyntheticInput;
const waitMs = 1000;
const loopback = { 4: '127.0.0.1', 6: '::1' } as const;
const pingGroups = '/proc/sys/net/ipv4/ping_group_range';
/** Where the namespaces keep their samples: in memory of their own, over a folder that holds no code (a clone may lie in the folder for temporary files). */
const ownMemory = '/dev/shm';
const now = (): number => Number(process.hrtime.bigint());

/** The namespaces end with this process, and all that is in them. */
function prepareNamespaces(groups: string): void {
  execFileSync('mount', ['-t', 'tmpfs', 'calibration', ownMemory]);
  for (const family of input.families) prepareTargets(family);
  writeFileSync(pingGroups, groups);
}

function chosenWindows(show: Show, epochNs: number): CountedWindow[] {
  return Array.from({ length: show.targets * show.slots }, (_, index) => {
    const { atMs, lengthMs } = randomOutage(show);
    const fromNs = Math.round(epochNs + ((index % show.slots) * show.slotMs + atMs) * 1e6);
    return { target: Math.floor(index / show.slots), fromNs, toNs: Math.round(fromNs + lengthMs * 1e6), passed: 0, dropped: 0 };
  });
}

async function showOutages(): Promise<SyntheticOutput> {
  if (input.groups !== null) prepareNamespaces(input.groups);
  const folder = mkdtempSync(join(input.groups === null ? tmpdir() : ownMemory, 'ha-acceptance-calibration-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const prober = openProber();
  const anchorNs = process.hrtime.bigint();
  const start = async (index: number, target: string, periodMs: number): Promise<RunningProbe> =>
    prober.startProbe({ name: `synthetic-${index}`, kind: 'icmp', guest: null, target, periodMs, waitMs }, { file: join(folder, `${index}.samples`), anchorNs });

  // The first probes decide which engines run, and so how much they are shown.
  const firsts = await Promise.all(input.families.map(async (family, index) => start(index, loopback[family], input.periodMs)));
  const show = showFor(input.periodMs, firsts.every(({ engine }) => /-(koffi|dgram)/.test(engine)) ? 'threads' : 'processes');
  const familyOfTarget = (index: number): Family => input.families[index % input.families.length] ?? 4;
  const gate: KernelGate | null = input.groups === null ? null : openKernelGate({ targets: show.targets, windows: show.slots, slotNs: show.slotMs * 1e6, logged: 1 });
  await Promise.all(firsts.map(async (first) => first.stop(0)));
  const probes = await Promise.all(Array.from({ length: show.targets }, async (_, index) => start(firsts.length + index, gate?.address(index, familyOfTarget(index)) ?? loopback[familyOfTarget(index)], show.periodMs)));

  const epochNs = now() + show.leadMs * 1e6;
  let windows: CountedWindow[];
  if (gate === null) windows = chosenWindows(show, epochNs);
  else {
    gate.begin(epochNs, () => {
      const { atMs, lengthMs } = randomOutage(show);
      return { atNs: atMs * 1e6, lengthNs: lengthMs * 1e6 };
    });
    windows = [];
  }
  await delay(show.leadMs + show.slots * show.slotMs + show.leadMs);
  await Promise.all(probes.map(async (probe) => probe.stop(show.leadMs)));
  await prober.close();
  return {
    engine: [...new Set(probes.map(({ engine }) => engine))].join(' and '),
    reason: [...new Set(probes.map(({ engineReason }) => engineReason))].join('; '),
    where: gate?.where ?? 'on loopback, by taking away the answers that arrive within a window',
    inKernel: gate !== null,
    periodMs: show.periodMs,
    anchorNs: String(anchorNs),
    windows: gate?.windows() ?? windows,
    samples: probes.map((_, index) => readFileSync(join(folder, `${firsts.length + index}.samples`)).toString('base64')),
  };
}

process.stdin.resume().once('end', () => process.exit(1));
const output = await showOutages().catch((error: Error) => ({ failed: error.message }));
process.stdout.write(`${JSON.stringify(output)}\n`, () => process.exit(0));
