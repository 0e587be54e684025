import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeAtomically } from './atomic-file.ts';
import { makeFolderDurably } from './durable-folder.ts';
import { openAppender } from './line-appender.ts';
import { readDescription } from './run-reader.ts';
import { newRunId } from './run-id.ts';
import { numberedName, safeName } from './safe-name.ts';
import { scrub } from './scrub.ts';
import { scrubValue } from './scrub-value.ts';
import type { EventBody, RunDescription } from './types.ts';

/** A file that goes below evidence/. Text is scrubbed of secrets; bytes are, when their media type says that they are text. */
export interface Evidence {
  scenario: string | null;
  title: string;
  name: string;
  mediaType: string;
  data: string | Uint8Array;
}

/** Appends to the record of one run. Several processes may do so at once. No method throws: a record must never stop the mending. */
export interface RunWriter {
  folder: string;
  /** Run id. */
  run: string;
  eventsFile: string;
  /** CLOCK_MONOTONIC at the run's anchor, ns. The same in every process of the machine. */
  anchorNs: bigint;
  /** ns since the anchor. */
  now(): number;
  /** The wall clock as it would be had nobody set it since the anchor, ms since the epoch. */
  wallNow(): number;
  /** A moment of CLOCK_MONOTONIC in ns as ns since the anchor. */
  sinceAnchor(monotonicNs: number): number;
  /** Stamps the event and appends it at once. */
  event(body: EventBody): void;
  /** Writes the file below evidence/ under a safe name of its own, and the event that names it. */
  evidence(evidence: Evidence): void;
  /** Why the record is incomplete (a full disk, a failing one), null while it is whole. */
  incomplete(): string | null;
}

/** CLOCK_MONOTONIC in ns. Another one is for tests that make up a record. */
export type MonotonicClock = () => bigint;

const machineClock: MonotonicClock = () => process.hrtime.bigint();
/** A difference between the wall clock and its own past by which somebody must have set it, ms: NTP slews by less within a run. */
const clockStepMs = 2000;

export interface CreateRunOptions {
  /** Folder of all reports. */
  root: string;
  description: Omit<RunDescription, 'schema' | 'run' | 'anchor'>;
}

/**
 * Creates `<root>/<environment>/<run id>/` with its run.json. The anchor of the run's clock is now.
 *
 * @throws Error of the file system when the folder cannot be made: nothing has begun then.
 */
export function createRun({ root, description }: CreateRunOptions, clock = machineClock): RunWriter {
  const run = newRunId();
  const folder = resolve(root, description.environment, run);
  makeFolderDurably(join(folder, 'evidence'));
  const anchor = { monotonicNs: String(clock()), wall: new Date().toISOString() };
  const whole: RunDescription = { schema: 1, run, anchor, ...description };
  writeAtomically(join(folder, 'run.json'), `${JSON.stringify(scrubValue(whole), null, 2)}\n`);
  return openRun(folder, clock);
}

/**
 * Opens an existing run for appending, by its folder.
 *
 * @throws Error when there is no readable run.json in it or events.jsonl cannot be opened.
 */
export function openRun(folder: string, clock = machineClock): RunWriter {
  const { run, anchor } = readDescription(folder);
  const anchorNs = BigInt(anchor.monotonicNs);
  const wallMs = Date.parse(anchor.wall);
  const eventsFile = join(folder, 'events.jsonl');
  const appender = openAppender(eventsFile);
  const by = randomBytes(4).toString('hex');
  let n = 0;
  let gap: { from: number; lost: number; reason: string } | null = null;
  let trouble: string | null = null;

  const now = (): number => Number(clock() - anchorNs);
  const wallNow = (): number => wallMs + now() / 1e6;
  let aheadMs = Date.now() - wallNow();
  const line = (body: EventBody): string => {
    const t = now();
    return JSON.stringify({ t, wall: new Date(wallMs + t / 1e6).toISOString(), by, n: n + 1, ...(scrubValue(body) as EventBody) });
  };
  const append = (body: EventBody): boolean => {
    const written = appender.append(line(body));
    if (written) n += 1;
    return written;
  };
  const lose = (reason: string): void => {
    gap = { from: gap?.from ?? now(), lost: (gap?.lost ?? 0) + 1, reason: gap?.reason ?? reason };
    if (trouble === null) process.stderr.write(`The record ${folder} is incomplete from now on: ${reason}. The run goes on and mends what it broke; its verdicts will be inconclusive. Make room on that disk.\n`);
    trouble ??= reason;
  };
  /** The record goes on by the clock that nobody sets; that somebody set the other one is said once. */
  const noteClockStep = (): void => {
    const steppedMs = Date.now() - wallNow() - aheadMs;
    if (clock !== machineClock || Math.abs(steppedMs) < clockStepMs) return;
    aheadMs += steppedMs;
    append({ kind: 'note', scenario: null, level: 'warning', message: `the wall clock of this machine was set ${steppedMs > 0 ? 'forward' : 'back'} by ${(Math.abs(steppedMs) / 1000).toFixed(0)} s (or the machine slept); times and figures of this record go on by the clock that nobody sets` });
  };
  const event = (body: EventBody): void => {
    noteClockStep();
    if (gap !== null && append({ kind: 'record-gap', scenario: null, ...gap })) gap = null;
    if (gap !== null || !append(body)) lose(appender.trouble() ?? 'it could not be written');
  };
  const writeEvidence = ({ scenario, title, name, mediaType, data }: Evidence): void => {
    const below = scenario === null ? 'evidence' : join('evidence', safeName(scenario));
    mkdirSync(join(folder, below), { recursive: true });
    const isText = typeof data === 'string' || /^text\/|json|xml|yaml/.test(mediaType);
    const content = isText ? Buffer.from(scrub(typeof data === 'string' ? data : new TextDecoder().decode(data))) : data;
    const sha256 = createHash('sha256').update(content).digest('hex');
    for (let number = 1; ; number += 1) {
      const file = join(below, numberedName(safeName(name), number));
      try {
        writeFileSync(join(folder, file), content, { flag: 'wx' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      event({ kind: 'evidence', scenario, title, file, mediaType, size: content.byteLength, sha256 });
      return;
    }
  };

  return {
    folder,
    run,
    eventsFile,
    anchorNs,
    now,
    wallNow,
    sinceAnchor: (monotonicNs) => Number(BigInt(Math.round(monotonicNs)) - anchorNs),
    event,
    evidence: (evidence) => {
      try {
        writeEvidence(evidence);
      } catch (error) {
        lose((error as Error).message);
      }
    },
    incomplete: () => trouble,
  };
}
