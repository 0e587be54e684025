import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Family } from '../address.ts';
import { openKernelGate, prepareTargets } from '../kernel-gate/gate.ts';
import type { CountedWindow, KernelGate } from '../kernel-gate/gate.ts';
import type { ProbeSpec, RunningProbe } from '../probe.ts';
import { openProber } from '../prober.ts';
import type { SyntheticInput, SyntheticOutput } from './calibrate.ts';
import { joinPieces, pieceIn } from './gated.ts';
import { startServers } from './serve.ts';
import { gateSlotOf, planOutages, showFor, streamShowFor } from './show.ts';
import type { PlannedOutage, Show } from './show.ts';
import { streamSpec, streamWaitMs } from './streams.ts';

/**
 * Shows the prober synthetic outages: in namespaces of its own with the kernel's gate on the loopback device, or on this machine's
 * loopback, where windows are only chosen and whoever reads the samples takes the answers in them away. One argument, one line of
 * JSON on standard output. Ends when its standard input does, so it never outlives whoever asked.
 */
const input = JSON.parse(process.argv[2] ?? '{}') as SyntheticInput;
const waitMs = 1000;
const loopback = { 4: '127.0.0.1', 6: '::1' } as const;
const pingGroups = '/proc/sys/net/ipv4/ping_group_range';
/** Lets a name server of the calibration answer from its own address: that of an IPv6 target stands on no device. */
const foreignBind = '/proc/sys/net/ipv6/ip_nonlocal_bind';
/** Where the namespaces keep their samples: in memory of their own, over a folder that holds no code (a clone may lie in the folder for temporary files). */
const ownMemory = '/dev/shm';
const now = (): number => Number(process.hrtime.bigint());

const anyFamilies = [...new Set([...input.families, ...input.streams.flatMap(({ families }) => families)])];

/** The namespaces end with this process, and all that is in them. */
function prepareNamespaces(groups: string): void {
  execFileSync('mount', ['-t', 'tmpfs', 'calibration', ownMemory]);
  for (const family of anyFamilies) prepareTargets(family);
  writeFileSync(pingGroups, groups);
  if (anyFamilies.includes(6)) writeFileSync(foreignBind, '1');
}

/** Every outage that is shown, and the probes of connections and questions that are shown some. */
function planAll(show: Show): { outages: PlannedOutage[]; icmpTargets: number; streams: { kind: SyntheticInput['streams'][number]['kind']; periodMs: number; family: Family; target: number }[] } {
  const icmpTargets = input.families.length === 0 ? 0 : show.targets;
  const outages = planOutages({ ...show, targets: icmpTargets }, 0);
  const streams: ReturnType<typeof planAll>['streams'] = [];
  for (const { kind, periodMs, families } of input.groups === null ? [] : input.streams) {
    const own = streamShowFor(periodMs, input.streams.length, families.length, show);
    const first = icmpTargets + streams.length;
    outages.push(...planOutages(own, first));
    for (let index = 0; index < own.targets; index++) streams.push({ kind, periodMs: own.periodMs, family: families[index % families.length] ?? 4, target: first + index });
  }
  return { outages, icmpTargets, streams };
}

function chosenWindows(outages: readonly PlannedOutage[], epochNs: number): CountedWindow[] {
  return outages.map(({ target, fromMs, toMs }) => ({ target, fromNs: Math.round(epochNs + fromMs * 1e6), toNs: Math.round(epochNs + toMs * 1e6), passed: 0, dropped: 0 }));
}

async function showOutages(): Promise<SyntheticOutput> {
  if (input.groups !== null) prepareNamespaces(input.groups);
  const folder = mkdtempSync(join(input.groups === null ? tmpdir() : ownMemory, 'ha-acceptance-calibration-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const prober = openProber(input.engine === undefined ? {} : { icmpEngine: input.engine });
  const anchorNs = process.hrtime.bigint();
  const fileOf = (name: string): string => join(folder, `${name}.samples`);
  const start = async (spec: Omit<ProbeSpec, 'guest'>): Promise<RunningProbe> => prober.startProbe({ ...spec, guest: null }, { file: fileOf(spec.name), anchorNs });

  // The first probes decide which engines run, and so how much they are shown.
  const firsts = await Promise.all(input.families.map(async (family, index) => start({ name: `first-${index}`, kind: 'icmp', target: loopback[family], periodMs: input.periodMs, waitMs })));
  const show = showFor(input.periodMs, firsts.every(({ engine }) => /-(koffi|dgram)/.test(engine)) ? 'threads' : 'processes');
  const { outages, icmpTargets, streams } = planAll(show);
  const slotMs = gateSlotOf(show);
  const totalMs = show.slots * show.slotMs;
  const gate: KernelGate | null = input.groups === null ? null : openKernelGate({ targets: icmpTargets + streams.length, windows: Math.round(totalMs / slotMs), slotNs: slotMs * 1e6, logged: 1 });
  const addressOf = (target: number, family: Family): string => gate?.address(target, family) ?? loopback[family];
  const nameServers = streams.filter(({ kind }) => kind === 'dns').map(({ target, family }) => addressOf(target, family));
  const servers = streams.length === 0 ? null : await startServers({ everywhere: anyFamilies.includes(6) ? '::' : '0.0.0.0', nameServers });
  await Promise.all(firsts.map(async (first) => first.stop(0)));
  const familyOfTarget = (index: number): Family => input.families[index % input.families.length] ?? 4;
  const probes = await Promise.all([
    ...Array.from({ length: icmpTargets }, async (_, target) => start({ name: `synthetic-${target}`, kind: 'icmp', target: addressOf(target, familyOfTarget(target)), periodMs: show.periodMs, waitMs })),
    ...streams.map(async ({ kind, periodMs, family, target }) => start({ name: `synthetic-${target}`, kind, periodMs, waitMs: Math.max(periodMs, streamWaitMs), ...streamSpec(kind, addressOf(target, family)) })),
  ]);

  const epochNs = gate?.begin(show.leadMs * 1e6, (target, slot) => pieceIn(outages, target, slot, slotMs)) ?? now() + show.leadMs * 1e6;
  await delay((epochNs - now()) / 1e6 + totalMs + show.leadMs);
  await Promise.all(probes.map(async (probe) => probe.stop(show.leadMs)));
  await prober.close();
  return {
    where: gate?.where ?? 'on loopback, by taking away the answers that arrive within a window',
    inKernel: gate !== null,
    anchorNs: String(anchorNs),
    serverStalls: (await servers?.stalls()) ?? [],
    windows: gate === null ? chosenWindows(outages, epochNs) : joinPieces(gate.windows()),
    targets: probes.map(({ spec, engine, engineReason }) => ({ kind: spec.kind, engine, engineReason, samples: readFileSync(fileOf(spec.name)).toString('base64') })),
  };
}

process.stdin.resume().once('end', () => process.exit(1));
const output = await showOutages().catch((error: Error) => ({ failed: error.message }));
process.stdout.write(`${JSON.stringify(output)}\n`, () => process.exit(0));
