import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import npmPing from 'ping';
import { quantiles } from '../measurement/statistics.ts';
import { makeTestNetwork, noNetworkReason, startEchoSwitch } from '../probes/netns.ts';
import type { TestNetwork } from '../probes/netns.ts';

/**
 * How exactly each way of pinging measures outages of random length, side by side against the kernel's truth:
 * `node lib/cli/bench-accuracy.ts [--outages 30] [--every 10]`, as root. Errors are those of the interval's middle.
 */
interface Measured {
  outages: { startedAtMs: number; lo: number; hi: number | null; lost: number }[];
  gaps: { p99: number | null; max: number | null };
}

interface Prober {
  name: string;
  finish(): Promise<Measured>;
}

const { values } = parseArgs({ options: { outages: { type: 'string', default: '30' }, every: { type: 'string', default: '10' }, target: { type: 'string' } } });
const count = Number(values.outages);
const everyMs = Number(values.every);
const [shortestMs, longestMs, quietMs] = [20, 1000, 400];
const command = `import { probeCommand } from ${JSON.stringify(new URL('./probe.ts', import.meta.url).href)}; await probeCommand().parseAsync(process.argv.slice(1), { from: 'user' });`;

if (values.target === undefined) await compare();
else await loopOverNpmPing(values.target);

async function compare(): Promise<void> {
  const missing = noNetworkReason();
  if (missing !== null) throw new Error(`The comparison needs a network of its own: ${missing}.`);
  const network = makeTestNetwork();
  try {
    const echoes = startEchoSwitch(network);
    const probers = [startOurs(network, 'koffi'), startOurs(network, 'ping'), startNpm(network)];
    await delay(2000);
    const truths: { startMs: number; endMs: number }[] = [];
    const wallMs = performance.timeOrigin + performance.now() - Number(process.hrtime.bigint()) / 1e6;
    for (let index = 0; index < count; index++) {
      const { leastMs, mostMs, offNs } = await echoes.silence(shortestMs + Math.random() * (longestMs - shortestMs));
      const startMs = wallMs + offNs / 1e6;
      truths.push({ startMs, endMs: startMs + (leastMs + mostMs) / 2 });
      await delay(quietMs);
    }
    const rows = [];
    for (const prober of probers) rows.push(describe(prober.name, await prober.finish(), truths));
    console.log(`${count} outages of ${shortestMs}-${longestMs} ms, a probe every ${everyMs} ms; ms`);
    console.table(rows);
  } finally {
    network.close();
  }
}

function startOurs(network: TestNetwork, engine: string): Prober {
  const child = network.start('prober', process.execPath, '--input-type=module', '--eval', command, '--', network.guestAddress, '--every', `${everyMs}ms`, '--for', '1h', '--wait', '2s', '--engine', engine, '--json');
  const output = child.stdout === null ? Promise.resolve('') : text(child.stdout);
  return {
    name: engine,
    async finish() {
      child.kill('SIGINT');
      const { hosts: [host] } = JSON.parse(await output) as { hosts: [{ outages: { startedAt: string; lo: number; hi: number | null; lost: number }[]; sendGapMs: Measured['gaps'] }] };
      return { outages: host.outages.map((outage) => ({ ...outage, startedAtMs: Date.parse(outage.startedAt) })), gaps: host.sendGapMs };
    },
  };
}

function startNpm(network: TestNetwork): Prober {
  const child = network.start('prober', process.execPath, new URL(import.meta.url).pathname, '--target', network.guestAddress, '--every', String(everyMs));
  const output = child.stdout === null ? Promise.resolve('') : text(child.stdout);
  return {
    name: 'npm ping',
    async finish() {
      child.kill('SIGINT');
      await once(child, 'exit');
      return JSON.parse(await output) as Measured;
    },
  };
}

/** The usual loop around npm's ping: one process a probe, the next when the last has come back, but not before its time. */
async function loopOverNpmPing(target: string): Promise<void> {
  const samples: { sentMs: number; alive: boolean }[] = [];
  process.once('SIGINT', () => {
    const outages: Measured['outages'] = [];
    for (const [index, { sentMs, alive }] of samples.entries()) {
      const previous = samples[index - 1];
      if (alive || previous?.alive !== true) continue;
      const after = samples.findIndex((sample, at) => at > index && sample.alive);
      const lost = after < 0 ? samples.slice(index) : samples.slice(index, after);
      outages.push({ startedAtMs: sentMs, lo: (lost.at(-1)?.sentMs ?? sentMs) - sentMs, hi: (samples[after]?.sentMs ?? Number.NaN) - previous.sentMs, lost: lost.length });
    }
    const [p99 = null, max = null] = quantiles(samples.slice(1).map(({ sentMs }, index) => sentMs - (samples[index]?.sentMs ?? Number.NaN)), [0.99, 1]);
    process.stdout.write(JSON.stringify({ outages, gaps: { p99, max } } satisfies Measured), () => process.exit(0));
  });
  for (;;) {
    const sentMs = performance.timeOrigin + performance.now();
    const { alive } = await npmPing.promise.probe(target, { timeout: 1, numeric: true });
    samples.push({ sentMs, alive });
    await delay(Math.max(0, sentMs + everyMs - performance.timeOrigin - performance.now()));
  }
}

function describe(name: string, { outages, gaps }: Measured, truths: { startMs: number; endMs: number }[]): Record<string, string | number> {
  const unmatched = new Set(outages);
  const errors: number[] = [];
  let covered = 0;
  for (const { startMs, endMs } of truths) {
    const seen = [...unmatched].find((outage) => outage.startedAtMs > startMs - quietMs / 2 && outage.startedAtMs < endMs + quietMs / 2);
    if (seen === undefined) continue;
    unmatched.delete(seen);
    const hi = seen.hi ?? Number.NaN;
    errors.push(Math.abs((seen.lo + hi) / 2 - (endMs - startMs)));
    if (seen.lo <= endMs - startMs + 0.5 && hi >= endMs - startMs - 0.5) covered++;
  }
  const [median, p95, max] = quantiles(errors, [0.5, 0.95, 1]).map((value) => Number((value ?? Number.NaN).toFixed(2)));
  return {
    engine: name, seen: `${errors.length}/${truths.length}`, 'in [lo, hi]': covered, median: median ?? '', p95: p95 ?? '', max: max ?? '',
    'gap p99': Number(gaps.p99?.toFixed(1)), 'gap max': Number(gaps.max?.toFixed(1)), 'false losses': [...unmatched].reduce((sum, { lost }) => sum + lost, 0),
    cores: execFileSync('nproc', { encoding: 'utf8' }).trim(),
  };
}
