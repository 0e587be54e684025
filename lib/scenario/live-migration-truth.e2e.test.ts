import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cli } from '../cli/testing.ts';
import type { CliEnd } from '../cli/testing.ts';
import { readSamples } from '../record/samples-reader.ts';
import type { RunEvent, Verdicts } from '../record/types.ts';

/**
 * The independent truth: every echo reply that the guest really sent, as the kernel of each node saw it enter through the
 * guest's tap (AF_PACKET with kernel time stamps, read by tcpdump). The harness knows nothing of it.
 */

const folder = mkdtempSync(join(tmpdir(), 'truth-'));
const env = { HA_ACCEPTANCE_REPORTS: join(folder, 'reports'), XDG_STATE_HOME: join(folder, 'state') };
const nodes = ['n1', 'n2', 'n3'];
const guestAddress = '10.88.0.80';

afterAll(async () => {
  await cli(['lab', 'down'], env);
  rmSync(folder, { recursive: true });
});

/** A process on this machine that lives in the node's network namespace. */
async function pidIn(node: string): Promise<number> {
  const { out } = await cli(['lab', 'exec', '--node', node, '--', 'readlink', '/proc/self/ns/net'], env);
  const namespace = /net:\[\d+\]/.exec(out)?.[0];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/ns/net`) === namespace) return Number(pid);
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error(`no process of node ${node} was found`);
}

interface Capture {
  process: ChildProcess;
  lines: () => string[];
  dropped: () => number | null;
}

async function capture(node: string): Promise<Capture> {
  const filter = `icmp[icmptype] == icmp-echoreply and src host ${guestAddress}`;
  const child = spawn('nsenter', ['-t', String(await pidIn(node)), '-n', 'tcpdump', '-i', 'any', '-n', '-tt', '-l', '-B', '8192', filter], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  await once(child.stderr, 'data');
  return { process: child, lines: () => out.split('\n').filter((line) => / vnet\d+ +(In|P|B|M)? *IP /.test(line)), dropped: () => (/(\d+) packets? dropped by kernel/.exec(err)?.[1] === undefined ? null : Number(/(\d+) packets? dropped by kernel/.exec(err)?.[1])) };
}

interface Reply {
  sequence: number;
  /** CLOCK_REALTIME of the kernel, ms. */
  atMs: number;
}

function parse(line: string): Reply {
  const match = /^([\d.]+) .*\bseq (\d+)/.exec(line);
  return { sequence: Number(match?.[2]), atMs: Number(match?.[1]) * 1000 };
}

/** The anchor's wall clock is kept in whole milliseconds, and a reply passes the tap up to a round trip after its probe was sent, ms. */
const tolerance = 16;

/** What the consoles of the guests say of a kernel that died. Emulation (TCG) loses a write behind a live migration now and then. */
function panics(): string[] {
  return globSync(join(env.XDG_STATE_HOME, 'ha-acceptance/lab/*/n*/libvirt/qemu/*.serial')).flatMap((file) => readFileSync(file, 'latin1').split('\n').filter((line) => /kernel BUG|Kernel panic/.test(line)));
}

/** How a command ended, with all that it said where that is not well. */
const spoke = ({ code, out }: CliEnd): string => (code === 0 ? '0' : `${code}: ${out}`);

/** A run of live migrations on a new lab, watched by the kernel. */
async function watchedMigrations(): Promise<{ end: CliEnd; captures: Capture[]; panicked: string[] }> {
  await cli(['lab', 'down'], env);
  const up = await cli(['lab', 'up'], env);
  expect(spoke(up)).toBe('0');
  const captures = await Promise.all(nodes.map(capture));
  const end = await cli(['run', '--env', 'lab', '--suite', 'live-migration', '--guest', 'web'], env);
  for (const { process: child } of captures) {
    child.kill('SIGINT');
    await once(child, 'close');
  }
  return { end, captures, panicked: panics() };
}

test('lost packets and outages of live migrations agree with what the kernel saw at the guest\'s taps', async () => {
  expect(spawnSync('tcpdump', ['--version']).status).toBe(0);
  let watched = await watchedMigrations();
  if (watched.end.code !== 0 && watched.panicked.length > 0) {
    console.log(`a guest's kernel died, which rightly is no pass; once more on a new lab: ${watched.panicked.join('; ')}`);
    watched = await watchedMigrations();
  }
  const { end, captures } = watched;
  expect(spoke(end)).toBe('0');
  expect(captures.map((one) => one.dropped())).toEqual([0, 0, 0]);
  const replies = captures.flatMap((one) => one.lines().map(parse)).toSorted((one, other) => one.atMs - other.atMs);
  const run = join(env.HA_ACCEPTANCE_REPORTS, 'lab', 'latest');
  const [scenario] = (JSON.parse(readFileSync(join(run, 'verdicts.json'), 'utf8')) as Verdicts).scenarios;
  const events = readFileSync(join(run, 'events.jsonl'), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as RunEvent);
  const { samples } = readSamples(join(run, 'samples', scenario?.id ?? '', 'web.icmp.samples'));
  const anchorMs = Date.parse((JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as { anchor: { wall: string } }).anchor.wall);
  expect(events.filter((event) => event.kind === 'prober-blind' && /ended/.test(event.reason))).toEqual([]);
  const windows = events.filter((event) => event.kind === 'window').filter((event) => event.probe === 'web.icmp');
  expect(windows).toHaveLength(6);
  const answeredSequences = new Set(replies.map((reply) => reply.sequence));
  const bounds: { lo: number; atTap: number; hi: number }[] = [];
  for (const window of windows) {
    const figure = (name: string): { lo: number; hi: number | null } | undefined => scenario?.measurements.find((one) => one.name === name && one.from === window.fromNode && one.to === window.toNode);
    let lostAtTap = 0;
    for (let index = 0; index < samples.seq.length; index += 1) {
      const sentNs = samples.sentNs[index] ?? 0;
      if (sentNs >= window.start && sentNs <= window.end && !answeredSequences.has((samples.seq[index] ?? 0) & 0xffff)) lostAtTap += 1;
    }
    const lost = figure('lost');
    bounds.push({ lo: lost?.lo ?? Infinity, atTap: lostAtTap, hi: lost?.hi ?? -Infinity });
    const inside = replies.filter((reply) => reply.atMs - anchorMs >= window.start / 1e6 && reply.atMs - anchorMs <= window.end / 1e6);
    const gapMs = Math.max(...inside.slice(1).map((reply, index) => reply.atMs - (inside[index]?.atMs ?? 0)));
    const outage = figure('outage');
    expect(gapMs).toBeGreaterThanOrEqual((outage?.lo ?? Infinity) - tolerance);
    expect(gapMs).toBeLessThanOrEqual((outage?.hi ?? 0) + tolerance);
  }
  // A busy machine makes the prober blind for moments, and what was sent then and not answered widens the bounds, by a packet or two.
  expect(bounds.filter(({ lo, atTap, hi }) => atTap < lo || atTap > hi)).toEqual([]);
  expect(bounds.filter(({ lo, hi }) => hi - lo <= 2).length).toBeGreaterThanOrEqual(windows.length / 2);
  console.log(`lost packets, as bounds and as seen at the taps: ${bounds.map(({ lo, atTap, hi }) => `${lo}-${hi} ${atTap}`).join(', ')}`);
});
