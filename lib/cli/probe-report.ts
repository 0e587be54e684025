import { formatDuration } from '../environment/duration.ts';
import { defaultLateAfterMs } from '../measurement/classify.ts';
import { measureWindow } from '../measurement/window.ts';
import type { WindowFigures } from '../measurement/window.ts';
import { resolutionOf, sayCalibrated } from '../probes/resolution.ts';
import { suspendedReason } from '../record/samples.ts';
import type { Series } from '../record/samples.ts';
import type { Calibration } from '../record/calibration.ts';
import type { Interval, ProbeKind } from '../record/types.ts';
import { distrust } from '../measurement/calibration.ts';
import { describeCalibration } from './calibrate.ts';
import type { Calibrated } from './calibrate.ts';
import { exitCode } from './exit-code.ts';

/** What `probe --json` says about one host. Durations are ms; absent is null. */
export interface ProbedHost {
  host: string;
  kind: ProbeKind;
  engine: string;
  periodMs: number;
  waitMs: number;
  lateAfterMs: number;
  sent: number;
  answered: number;
  late: number;
  lost: number;
  duplicates: number;
  blindMs: number;
  rttMs: WindowFigures['rttMs'];
  sendGapMs: WindowFigures['sendGapMs'];
  outages: ({ startedAt: string; lost: number; late: number } & Interval)[];
  /** Why this engine sends, and what is done about the neighbour entries of this machine. */
  engineReason: string;
  /** What such a probe can tell, in a sentence. */
  resolution: string;
  /** Stretches in which the prober could not see. */
  blind: { startedAt: string; ms: number; reason: string }[];
  /** What synthetic outages of known length said of such probes on this machine; null: it was not asked for (`--calibrate`), or cannot be. */
  calibration: Calibration | null;
  /** Of the lost ones, those that were answered, and wrongly: refused, another status, another text or address. */
  wrong: number;
}

/** What is known beside the samples. */
export interface ProbedBy {
  /** Why this engine sends, in a sentence. */
  engineReason: string;
  /** Null: it was not calibrated. */
  calibrated: Calibrated | null;
}

/** A host's figures, and what only the table and the exit code need. */
export interface ProbeResult {
  document: ProbedHost;
  outage: Interval;
  blind: WindowFigures['blind'];
}

/** Blindness that takes the measurement's worth: one stretch of ten periods (at least 100 ms), or a twentieth of the time. */
const blindStretchPeriods = 10;
const blindStretchMs = 100;
const blindShare = 0.05;

/**
 * Measures what was recorded of one host, from its first probe (`startNs` when there is none) to `endNs` (ns since the anchor).
 *
 * @param lateAfterMs null: ten times what is usual, at least 100 ms. Without a baseline apart from the measurement, the faster half of
 *   all answers is what is usual: an outage that queued probes does not raise the threshold that is to show it
 * @param wallAtAnchorMs the wall clock at the anchor, ms since 1970 with fractions
 */
export function measureHost(host: string, series: Series, startNs: number, endNs: number, lateAfterMs: number | null, wallAtAnchorMs: number, { engineReason, calibrated }: ProbedBy = { engineReason: '', calibrated: null }): ProbeResult {
  const { samples, header } = series;
  const threshold = lateAfterMs ?? defaultLateAfterMs(usualRtts(series));
  // What was still sent while the probe was being stopped belongs to it.
  const lastNs = samples.sentNs[samples.length - 1] ?? endNs;
  const figures = measureWindow(series, samples.sentNs[0] ?? startNs, Math.max(endNs, lastNs + 1), { lateAfterMs: threshold, waitMs: header.probe.waitMs });
  const { sent, answered, late, lost, duplicates, blindMs, rttMs, sendGapMs } = figures;
  const { calibration, why } = calibrationOf(header.probe.kind, calibrated);
  return {
    document: {
      host, kind: header.probe.kind, engine: header.engine, periodMs: header.probe.periodMs, waitMs: header.probe.waitMs, lateAfterMs: threshold,
      sent, answered, late, lost, duplicates, blindMs, rttMs, sendGapMs,
      outages: figures.outages.map((outage) => ({ startedAt: isoMicroseconds(wallAtAnchorMs + outage.startedAtNs / 1e6), lo: outage.lo, hi: outage.hi, lost: outage.lost, late: outage.late })),
      engineReason,
      resolution: resolutionOf(header.probe.kind, header.probe.periodMs, header.engine, sayCalibrated(calibration, why)),
      blind: figures.blind.map(({ fromNs, toNs, reason }) => ({ startedAt: isoMicroseconds(wallAtAnchorMs + fromNs / 1e6), ms: (toNs - fromNs) / 1e6, reason })),
      calibration,
      wrong: samples.receivedNs.subarray(0, samples.length).reduce((sum, receivedNs, row) => sum + (!Number.isNaN(receivedNs) && samples.ok[row] === 0 ? 1 : 0), 0),
    },
    outage: figures.outage,
    blind: figures.blind,
  };
}

function calibrationOf(kind: ProbeKind, calibrated: Calibrated | null): { calibration: Calibration | null; why: string } {
  const own = calibrated?.kinds.find((each) => each.kind === kind);
  return { calibration: kind === 'icmp' ? (calibrated?.icmp ?? null) : (own?.figures ?? null), why: own?.why ?? 'ask for it with --calibrate' };
}

function usualRtts({ samples }: Series): Float64Array {
  const rtts = samples.receivedNs.map((receivedNs, row) => (samples.ok[row] === 1 ? (receivedNs - (samples.sentNs[row] ?? 0)) / 1e6 : Number.NaN)).filter((rtt) => !Number.isNaN(rtt));
  return rtts.sort().subarray(0, Math.ceil(rtts.length / 2));
}

/** ISO 8601 UTC with microseconds. */
export function isoMicroseconds(wallMs: number): string {
  const micros = Math.round(wallMs * 1000);
  return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1)}${String(micros % 1000).padStart(3, '0')}Z`;
}

/** True when the prober saw too little for the figures to be worth much. */
export function wasBlind({ document, blind }: ProbeResult): boolean {
  const longestMs = Math.max(0, ...blind.map(({ fromNs, toNs }) => (toNs - fromNs) / 1e6));
  const watchedMs = document.sent * document.periodMs + document.blindMs;
  return document.sent === 0 || longestMs > Math.max(blindStretchMs, blindStretchPeriods * document.periodMs) || document.blindMs > blindShare * watchedMs;
}

/** Why the calibration of a host's prober speaks against its figures; null when it does not, or was not asked for. */
function distrustOf({ document: { kind, calibration } }: ProbeResult): string | null {
  return calibration === null ? null : distrust(kind, calibration);
}

/** 1: a target never answered. 2: the prober was blind, or its calibration speaks against it. 0: measured. */
export function probeExitCode(results: readonly ProbeResult[]): number {
  if (results.some(({ document }) => document.sent > 0 && document.answered + document.late === 0)) return exitCode.fail;
  return results.some((result) => wasBlind(result) || distrustOf(result) !== null) ? exitCode.inconclusive : exitCode.pass;
}

const listedOutages = 20;

/** The figures for people: a table, the outages, and what to know about their worth. */
export function probeTable(results: readonly ProbeResult[]): string {
  const rows = [
    ['host', 'kind', 'sent', 'lost', 'late', 'RTT median', 'p99', 'max', 'longest outage', 'blind'],
    ...results.map(({ document: d, outage }) => [d.host, d.kind, String(d.sent), String(d.lost), String(d.late), time(d.rttMs.median), time(d.rttMs.p99), time(d.rttMs.max), d.sent === 0 ? '-' : interval(outage), time(d.blindMs)]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
  for (const result of results) lines.push('', ...describe(result));
  return `${lines.join('\n')}\n`;
}

/** What a wrong answer is, and what to look at. */
const wrongAnswers: Record<ProbeKind, string> = {
  icmp: 'another host answered in its place. Check the route and the firewalls on the way',
  tcp: 'the connection was refused. Check the port, and that the service listens',
  http: 'it was refused, or the page had another status or text. Check the URL, the service and --expect',
  dns: 'it was refused, or another answer came. Check --query and --expect, and that a name server listens',
  heartbeat: 'it was refused, the page is no heartbeat, or the guest stood still. Check the URL and the guest',
};

function describe(result: ProbeResult): string[] {
  const { document: d } = result;
  const lines = [`${d.host}: a probe every ${formatDuration(d.periodMs)} by ${d.engine}, late after ${formatDuration(d.lateAfterMs)}, lost after ${formatDuration(d.waitMs)}, gap between sends p99 ${time(d.sendGapMs.p99)}, max ${time(d.sendGapMs.max)}.`];
  if (d.engineReason !== '') lines.push(`  Engine: ${d.engineReason}.`);
  lines.push(`  Resolution: ${d.resolution}.`);
  if (d.calibration !== null) lines.push(`  Calibration: ${describeCalibration(d.calibration)}.`);
  const distrusted = distrustOf(result);
  if (distrusted !== null) lines.push(`  These figures are NOT to be trusted: when it was calibrated, ${distrusted}. Take load off this machine and measure again.`);
  for (const { startedAt, lost, late, ...bounds } of d.outages.slice(0, listedOutages)) lines.push(`  outage from ${startedAt}: ${interval(bounds)}, ${lost} lost, ${late} late`);
  if (d.outages.length > listedOutages) lines.push(`  and ${d.outages.length - listedOutages} more outages (--json lists all)`);
  if (d.wrong > 0) lines.push(`  ${d.wrong} of its answers ${d.wrong === 1 ? 'was' : 'were'} wrong and ${d.wrong === 1 ? 'counts' : 'count'} as lost: ${wrongAnswers[d.kind]}.`);
  if (d.sent > 0 && d.answered + d.late === 0 && d.wrong === 0) lines.push('  It never answered: check the address, that the host is up, and that nothing between here and there drops the probes.');
  else if (d.sent > 0 && d.outages.length === 0) lines.push(`  No probe was lost or late; an outage shorter than ${time(result.outage.hi)} may have gone unseen.`);
  if (wasBlind(result)) lines.push(`  The prober was blind for ${time(d.blindMs)} (${reasonsOf(result).join('; ') || 'nothing was sent'}): ${blindRemedy(result)}`);
  return lines;
}

function reasonsOf({ blind }: ProbeResult): string[] {
  return [...new Set(blind.map(({ reason }) => reason))];
}

/** A prober that sends too late is busy; everything else that blinds it is about its own network. */
function blindRemedy(result: ProbeResult): string {
  if (reasonsOf(result).some((reason) => reason.startsWith(suspendedReason))) return 'keep this machine awake (its power settings, or systemd-inhibit), and measure again.';
  const busy = reasonsOf(result).every((reason) => reason.startsWith('no probe was sent') || reason.startsWith('the prober was not scheduled') || reason.startsWith('before the first') || reason.startsWith('after the last'));
  return busy ? 'measure again on a machine that is less busy, or probe less often.' : 'see to the network of this machine, and measure again.';
}

function interval({ lo, hi }: Interval): string {
  return hi === null ? `at least ${time(lo)} (its start or its end was not seen)` : `${time(lo)} to ${time(hi)}`;
}

function time(ms: number | null): string {
  return ms === null ? '-' : formatDuration(ms);
}
