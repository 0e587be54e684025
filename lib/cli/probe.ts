import { lookup } from 'node:dns/promises';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { formatDuration, parseDuration } from '../environment/duration.ts';
import { icmpEngineChoices } from '../probes/icmp-engine.ts';
import type { IcmpEngineChoice } from '../probes/icmp-engine.ts';
import { wallAheadMs } from '../probes/ping/clock.ts';
import type { ProbeSpec, RunningProbe } from '../probes/probe.ts';
import { openProber } from '../probes/prober.ts';
import type { Prober } from '../probes/prober.ts';
import { refuseBadSpec } from '../probes/spec.ts';
import { readSamples } from '../record/samples-reader.ts';
import { probeKinds } from '../record/types.ts';
import type { ProbeKind } from '../record/types.ts';
import { calibrateFor } from './calibrate.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { measureHost, probeExitCode, probeTable } from './probe-report.ts';
import type { ProbeResult } from './probe-report.ts';

interface ProbeOptions {
  every?: number;
  for: number;
  wait: number;
  lateAfter?: number;
  kind: ProbeKind;
  port?: string;
  family?: 4 | 6;
  expect?: string;
  query?: string;
  resolver?: string;
  engine?: IcmpEngineChoice;
  samples?: string;
  calibrate?: boolean;
  json?: boolean;
}

/** A connection or a query for each probe loads both ends more than an echo does. */
const defaultEveryMs = { icmp: 10, tcp: 100, http: 100, dns: 100, heartbeat: 100 } as const;
/** How long answers under way are awaited after the user ended the measurement, ms. */
const hurriedDrainMs = 500;

function duration(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

/** `ha-acceptance probe`: the prober alone, for any host. */
export function probeCommand(): Command {
  return new Command('probe')
    .description('measures outages, losses and round trips of any host; needs no environment file')
    .argument('<host...>', 'name or address; address:port for tcp, a URL for http and heartbeat, the DNS server for dns')
    .option('--every <duration>', 'period of the probes (default: 10ms, 100ms for all other kinds than icmp)', duration)
    .option('--for <duration>', 'how long to measure', duration, 60_000)
    .addOption(new Option('--kind <kind>', 'what to send').choices([...probeKinds]).default('icmp'))
    .option('--wait <duration>', 'a probe that is not answered within this time is lost', duration, 10_000)
    .option('--late-after <duration>', 'an answer after this time is late (default: ten times the usual, at least 100ms)', duration)
    .option('--port <port>', 'tcp: the port, where the host does not name one')
    .option('-4', 'take the IPv4 address of a name')
    .option('-6', 'take the IPv6 address of a name')
    .option('--expect <text>', 'http: text that the page must hold; dns: address that must be in the answer')
    .option('--query <name>', 'dns: the name to ask for; http: the Host header')
    .option('--resolver <address>', 'http: DNS server that resolves the name in the URL, each time anew')
    .addOption(new Option('--engine <engine>', 'icmp: what sends (default: the best that works here)').choices(icmpEngineChoices))
    .option('--samples <folder>', 'keep the raw samples there')
    .option('--calibrate', 'first measure outages of known length on this machine with such probes, some seconds long, and show the error')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', '\nCtrl-C ends it early with the figures so far.\nExit codes: 0 measured, 1 a target never answered, or wrongly, 2 the prober was blind, or not to be trusted by its calibration.\n\nExample:\n  $ npx --no ha-acceptance probe 192.0.2.80 --every 10ms --for 60s')
    .action(async (hosts: string[], given: ProbeOptions & { 4?: boolean; 6?: boolean }) => {
      const options: ProbeOptions = { ...given, ...(given[6] === true ? { family: 6 } : given[4] === true ? { family: 4 } : {}) };
      const results = await probeHosts(hosts, options);
      process.stdout.write(options.json === true ? `${JSON.stringify({ schema: 1, hosts: results.map(({ document }) => document) }, null, 2)}\n` : probeTable(results));
      process.exitCode = probeExitCode(results);
    });
}

async function probeHosts(hosts: string[], options: ProbeOptions): Promise<ProbeResult[]> {
  const specs = await Promise.all(hosts.map(async (host, index) => specOf(host, index, options)));
  const folder = options.samples ?? mkdtempSync(join(tmpdir(), 'ha-acceptance-probe-'));
  mkdirSync(folder, { recursive: true });
  const prober = openProber(options.engine === undefined ? {} : { icmpEngine: options.engine });
  const stop = new AbortController();
  const onSignal = (): void => (stop.signal.aborted ? process.exit(exitCode.interrupted) : stop.abort());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  try {
    const calibrated = options.calibrate === true ? await calibrateFor(specs, stop.signal, options.engine) : null;
    const anchorNs = process.hrtime.bigint();
    const wallAtAnchorMs = Number(anchorNs) / 1e6 + wallAheadMs();
    const probes = await startAll(prober, specs, folder, anchorNs);
    await watch(probes, options.for, stop.signal);
    const endNs = Number(process.hrtime.bigint() - anchorNs);
    await Promise.all(probes.map(async (probe) => probe.stop(stop.signal.aborted ? Math.min(hurriedDrainMs, options.wait) : options.wait)));
    return specs.map((spec, index) => measureHost(hosts[index] ?? spec.target, readSamples(fileOf(folder, spec)), 0, endNs, options.lateAfter ?? null, wallAtAnchorMs, { engineReason: probes[index]?.engineReason ?? '', calibrated }));
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
    await prober.close();
    if (options.samples === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function fileOf(folder: string, spec: ProbeSpec): string {
  return join(folder, `${spec.name}.samples`);
}

async function startAll(prober: Prober, specs: ProbeSpec[], folder: string, anchorNs: bigint): Promise<RunningProbe[]> {
  try {
    return await Promise.all(specs.map(async (spec) => prober.startProbe(spec, { file: fileOf(folder, spec), anchorNs })));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError(`No probe can be sent: ${message}.`, (error as NodeJS.ErrnoException).code === 'EEXIST' ? exitCode.usage : exitCode.impossible);
  }
}

/** Kinds to which an option says anything. */
const kindsOfOption = { expect: ['http', 'dns'], query: ['http', 'dns'], resolver: ['http'], port: ['tcp'], engine: ['icmp'] } as const satisfies Partial<Record<keyof ProbeOptions, readonly ProbeKind[]>>;

/** @throws CommandError for an option that would say nothing to a probe of this kind */
function refuseMisplaced(options: ProbeOptions): void {
  for (const [name, kinds] of Object.entries(kindsOfOption) as [keyof typeof kindsOfOption, readonly ProbeKind[]][]) {
    if (options[name] !== undefined && !kinds.includes(options.kind)) throw new CommandError(`--${name} says nothing to ${options.kind} probes; it is for ${kinds.join(' and ')}. Leave it out, or give another --kind.`, exitCode.usage);
  }
}

/** Turns what the user wrote into a spec, names resolved. */
async function specOf(host: string, index: number, options: ProbeOptions): Promise<ProbeSpec> {
  const { kind, expect, query, resolver } = options;
  refuseMisplaced(options);
  const periodMs = options.every ?? defaultEveryMs[kind];
  if (options.for < 2 * periodMs) throw new CommandError(`--for ${formatDuration(options.for)} is shorter than two periods of ${formatDuration(periodMs)}: measure longer, or probe more often.`, exitCode.usage);
  const spec: ProbeSpec = {
    name: `${host.toLowerCase().replace(/[^a-z0-9.-]+/g, '-')}.${kind}.${index + 1}`,
    kind, guest: null, periodMs, waitMs: options.wait,
    target: kind === 'http' || kind === 'heartbeat' ? (host.includes('://') ? host : `http://${host}/`) : await addressOf(host, kind, options),
    ...(expect === undefined ? {} : { expect }),
    ...(query === undefined ? {} : { query }),
    ...(resolver === undefined ? {} : { resolver }),
  };
  try {
    refuseBadSpec(spec);
  } catch (error) {
    throw new CommandError(error instanceof Error ? `${error.message}.` : String(error), exitCode.usage);
  }
  return spec;
}

/** `host` is a name, an address, or one with a port: `192.0.2.80:53`, `[2001:db8::80]:53`. */
async function addressOf(host: string, kind: 'icmp' | 'tcp' | 'dns', { port: portOption, family }: ProbeOptions): Promise<string> {
  const [, bracketed, plain, ownPort] = kind === 'icmp' ? [] : (/^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(host) ?? []);
  const name = bracketed ?? plain ?? host;
  const port = kind === 'tcp' ? (ownPort ?? portOption) : ownPort;
  if (kind === 'tcp' && port === undefined) throw new CommandError(`Which port of ${host}? Write ${isIPv6(host) ? `[${host}]` : host}:443, or give --port 443.`, exitCode.usage);
  const address = await resolve(name, family);
  if (port === undefined) return address;
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Of a name with both, the IPv4 address unless IPv6 is asked for. */
async function resolve(name: string, family: 4 | 6 | undefined): Promise<string> {
  for (const wanted of family === undefined ? [4, 6] : [family]) {
    const found = await lookup(name, { family: wanted }).catch(() => null);
    if (found !== null) return found.address;
  }
  throw new CommandError(`The name ${name} has no ${family === undefined ? '' : `IPv${family} `}address here: check its spelling, or give the address.`, exitCode.usage);
}

/** Waits, with a line of progress where a person watches. */
async function watch(probes: RunningProbe[], forMs: number, stop: AbortSignal): Promise<void> {
  const startMs = performance.now();
  const shown = process.stderr.isTTY;
  while (!stop.aborted && performance.now() - startMs < forMs) {
    await delay(Math.max(0, Math.min(shown ? 250 : forMs, startMs + forMs - performance.now())), undefined, { signal: stop }).catch(() => undefined);
    if (!shown) continue;
    const figures = probes.map((probe) => probe.status()).map(({ sent, answered }) => `${answered}/${sent}`);
    process.stderr.write(`\r\u001B[K${Math.round((performance.now() - startMs) / 1000)} s of ${Math.round(forMs / 1000)} s, answered/sent ${figures.join(' ')}`);
  }
  if (shown) process.stderr.write('\r\u001B[K');
}
