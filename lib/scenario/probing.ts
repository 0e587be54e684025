import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Environment, GuestConfig, GuestProbeConfig } from '../environment/environment.ts';
import type { Prober } from '../probes/prober.ts';
import type { ProbeSpec, RunningProbe } from '../probes/probe.ts';
import { resolutionOf, sayCalibratedOf } from '../probes/resolution.ts';
import { longestBeatGap, longestStandstill } from '../measurement/heartbeat.ts';
import { readRun } from '../record/run-reader.ts';
import type { RunWriter } from '../record/run-writer.ts';
import type { ProbeKind } from '../record/types.ts';
import { watchIntegrity } from './integrity-watch.ts';
import type { IntegrityWatch } from './integrity-watch.ts';
import { samplesFolder } from './scenario.ts';
import { uniqueSlugs } from './unique-slugs.ts';

/**
 * Period of probes that open a connection or ask a service, ms: ten a second per guest load a small guest by well under
 * a percent and bound a service gap to 100 ms; the outage itself is measured by icmp at the environment's own period.
 */
const servicePeriodMs = 100;

/** The running probe of a guest of that kind, the first when there are several. */
export function probeOf(probes: ReadonlyMap<string, RunningProbe>, guest: string, kind: ProbeKind): RunningProbe | undefined {
  return [...probes.values()].find(({ spec }) => spec.guest === guest && spec.kind === kind);
}

/** An address as it stands before a port or in a URL. */
function inUrl(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

/** Whether a probe asks a service as its users do. */
export function asksService({ spec: { kind } }: Pick<RunningProbe, 'spec'>): boolean {
  return kind === 'http' || kind === 'dns' || kind === 'tcp';
}

function specOf(name: string, guest: GuestConfig, probe: GuestProbeConfig, environment: Environment): ProbeSpec {
  const target = probe.kind === 'http' || probe.kind === 'heartbeat' ? (probe.url ?? `http://${inUrl(guest.address)}/`) : probe.kind === 'tcp' ? `${inUrl(guest.address)}:${probe.port ?? 80}` : guest.address;
  const resolver = environment.guests.find((candidate) => candidate.name === probe.resolver)?.address ?? probe.resolver;
  return {
    name,
    kind: probe.kind,
    guest: guest.name,
    target,
    periodMs: probe.kind === 'icmp' ? environment.probe.periodMs : Math.max(servicePeriodMs, environment.probe.periodMs),
    waitMs: environment.probe.waitMs,
    ...(probe.expect === undefined ? {} : { expect: probe.expect }),
    ...(probe.name === undefined ? {} : { query: probe.name }),
    ...(resolver === undefined ? {} : { resolver }),
  };
}

/** What watches the guests while a scenario runs. */
export interface Probing {
  probes: ReadonlyMap<string, RunningProbe>;
  integrity: ReadonlyMap<string, IntegrityWatch>;
  /** What is wrong with the probes now: a guest that does not answer, or a prober that is blind. Null: nothing. */
  quality: () => string | null;
  stop(): Promise<void>;
}

/** A probe that had no answer for this long is not answered, ms. */
const silenceMs = 1500;

function probeTrouble(probe: RunningProbe, sinceNs: number): string | null {
  const { lastAnsweredNs, blind } = probe.status();
  const nowNs = Number(process.hrtime.bigint());
  if (lastAnsweredNs === null || nowNs - lastAnsweredNs > silenceMs * 1e6) return `${probe.spec.name} (${probe.spec.target}) is not answered`;
  const recent = blind.find((stretch) => stretch.toNs > Math.max(sinceNs, nowNs - 3e9) && stretch.toNs - stretch.fromNs > 200e6);
  return recent === undefined ? null : `the prober was blind for ${((recent.toNs - recent.fromNs) / 1e6).toFixed(0)} ms (${recent.reason})`;
}

/**
 * Whatever a row is about, its record says how long a service was without a good answer at the longest, from the baseline on. Not
 * where the row measured that service itself, and not where it was blocked before there was a baseline.
 */
function recordAccess(writer: RunWriter, scenario: string, probes: ReadonlyMap<string, RunningProbe>): void {
  const own = readRun(writer.folder).events.filter((event) => event.scenario === scenario);
  const baseline = own.find((event) => event.kind === 'baseline');
  if (baseline === undefined) return;
  for (const probe of probes.values()) {
    if (!asksService(probe) || own.some((event) => event.kind === 'window' && event.probe === probe.spec.name)) continue;
    writer.event({ kind: 'window', scenario, probe: probe.spec.name, measures: 'service-gap', fromNode: null, toNode: null, start: baseline.from, end: writer.now() });
  }
}

/** The longest silence of each heartbeat from the baseline on, and the longest standstill of the guest's own clock. */
function recordHeartbeats(writer: RunWriter, scenario: string, probes: ReadonlyMap<string, RunningProbe>): void {
  const beating = [...probes.values()].filter(({ spec }) => spec.kind === 'heartbeat');
  if (beating.length === 0) return;
  const baseline = readRun(writer.folder).events.find((event) => event.scenario === scenario && event.kind === 'baseline');
  if (baseline?.kind !== 'baseline') return;
  for (const probe of beating) {
    const { spec } = probe;
    const read = probe.beats?.() ?? [];
    const window = { start: baseline.from, end: writer.now() };
    const gap = longestBeatGap(read, window);
    if (gap === null) continue;
    const still = longestStandstill(read, window);
    const clock = still === null ? '' : `; its own clock stood still for ${still.lo.toFixed(0)} to ${(still.hi ?? 0).toFixed(0)} ms at most`;
    writer.event({ kind: 'measured', scenario, name: 'heartbeat-gap', fromNode: null, toNode: null, unit: 'ms', source: `sequence inside ${spec.guest ?? spec.target}, read over HTTP${clock}`, periodMs: spec.periodMs, ...gap });
  }
}

/** What probing needs of a session. */
export interface ProbingGround {
  environment: Environment;
  writer: RunWriter;
  prober: Prober;
  signal: AbortSignal;
}

/** Every probe of every guest; names are unique within a scenario: `<guest>.<kind>`, numbered where two would be the same. */
export function probeSpecs(environment: Environment): ProbeSpec[] {
  const guests = uniqueSlugs(environment.guests.map((guest) => guest.name));
  return environment.guests.flatMap((guest, index) => {
    const kinds = uniqueSlugs(guest.probes.map((probe) => probe.kind));
    return guest.probes.map((probe, at) => specOf(`${guests[index]}.${kinds[at]}`, guest, probe, environment));
  });
}

/**
 * Starts every probe of every guest, and the watch of its writes; each leaves its start in the record.
 *
 * @throws whatever the prober says when a probe cannot be started; those that were are stopped.
 */
export async function startProbing({ environment, writer, prober, signal }: ProbingGround, scenario: string): Promise<Probing> {
  const folder = samplesFolder(writer, scenario);
  const probes = new Map<string, RunningProbe>();
  const sinceNs = Number(process.hrtime.bigint());
  const { description } = readRun(writer.folder);
  const stopProbes = async (): Promise<void> => {
    await Promise.all(
      [...probes.values()].map(async (probe) => {
        await probe.stop();
        const { sent, answered, blind } = probe.status();
        for (const stretch of blind) writer.event({ kind: 'prober-blind', scenario, probe: probe.spec.name, from: writer.sinceAnchor(stretch.fromNs), to: writer.sinceAnchor(stretch.toNs), reason: stretch.reason });
        writer.event({ kind: 'probe-stopped', scenario, probe: probe.spec.name, sent, answered });
      }),
    );
  };
  try {
    for (const spec of probeSpecs(environment)) {
      const probe = await prober.startProbe(spec, { file: join(folder, `${spec.name}.samples`), anchorNs: writer.anchorNs, signal });
      probes.set(spec.name, probe);
      writer.event({ kind: 'probe-started', scenario, probe: spec.name, probeKind: spec.kind, guest: spec.guest, target: spec.target, engine: probe.engine, engineReason: probe.engineReason, resolution: resolutionOf(spec.kind, spec.periodMs, probe.engine, sayCalibratedOf(spec.kind, description)), periodMs: spec.periodMs, waitMs: spec.waitMs, file: `samples/${scenario}/${spec.name}.samples` });
    }
  } catch (error) {
    await stopProbes();
    throw error;
  }
  const slugs = uniqueSlugs(environment.guests.map((guest) => guest.name));
  const integrity = new Map(
    environment.guests.flatMap((guest, index) => (guest.integrity === undefined ? [] : [[guest.name, watchIntegrity(guest.name, guest.integrity.url, { file: join(folder, `${slugs[index]}.writes.jsonl`), now: () => writer.now() })] as const])),
  );
  return {
    probes,
    integrity,
    quality: () => [...probes.values()].map((probe) => probeTrouble(probe, sinceNs)).find((trouble) => trouble !== null) ?? null,
    stop: async () => {
      recordAccess(writer, scenario, probes);
      recordHeartbeats(writer, scenario, probes);
      await Promise.all([...integrity.values()].map(async (watch) => watch.stop()));
      await stopProbes();
    },
  };
}
