import { appendFileSync } from 'node:fs';
import { beatsFileOf } from '../record/beats.ts';
import type { Beat, BeatReading } from '../record/beats.ts';
import { createSamplesWriter } from '../record/samples-writer.ts';
import { createAnswerLog } from './answers.ts';
import type { Answer } from './answers.ts';
import type { BlindTime, ProbeSpec, RunningProbe } from './probe.ts';

/** A gap of the sends longer than this many periods leaves the prober blind. */
const blindAfterPeriods = 2;
/** What cannot be told apart from a worker that stalls: batches under way and a busy owner, ns. */
const reportingLagNs = 500e6;

/** Readings of a heartbeat that are kept to look back at: an hour of ten a second. */
const keptBeats = 36_000;

/** Blind stretches that the status knows, the newest: a machine that stalls all day must not fill the memory. The file has all. */
const keptBlind = 4096;

/** Whoever waits for an answer asks within this time of the moment since which it counts, ms. */
const lookBackMs = 60_000;

/** Receives what an engine reports about one probe, in ns of CLOCK_MONOTONIC, and keeps the samples file and the status. */
export interface Recorder {
  /** @param heldNs within what time behind atNs it had left the prober, where that is known */
  sent(seq: number, atNs: number, heldNs?: number): void;
  answered(seq: number, atNs: number, sentNs: number, ok: boolean): void;
  blind(fromNs: number, toNs: number, reason: string): void;
  /** What a heartbeat said; it goes into a file beside the samples. */
  reading(fromNs: number, toNs: number, reading: BeatReading): void;
  beats(): readonly Beat[];
  /** The reason of the next gap of the sends: the engine is known to be in trouble. */
  trouble(reason: string): void;
  /** Writes what came; everything from before `nowNs` has. */
  flush(nowNs: number): void;
  /** Sequence to go on with after a restart of the engine. */
  nextSeq(): number;
  /** When the last answer of any kind came (at first: when the probe began), and the latest send that was answered. */
  heard(): { answeredNs: number; sentNs: number | null };
  /** When the newest probe was sent that has no answer yet, ns of CLOCK_MONOTONIC; null when all have. */
  newestOpenNs(): number | null;
  status: RunningProbe['status'];
  onAnswer(sinceNs: number, signal: AbortSignal): Promise<Answer>;
  /** Writes what is left and closes the file. */
  end(stoppedNs: number): void;
}

/** @throws Error of the file system when the samples file exists or cannot be created. */
export function createRecorder(spec: ProbeSpec, engine: string, file: string, anchorNs: bigint, openWriter = createSamplesWriter): Recorder {
  const startNs = Number(process.hrtime.bigint());
  const anchor = Number(anchorNs);
  const periodNs = spec.periodMs * 1e6;
  const writer = openWriter(file, spec, engine, anchorNs);
  const answers = createAnswerLog(Math.ceil(spec.waitMs / spec.periodMs), Math.ceil(lookBackMs / spec.periodMs));
  const blind: BlindTime[] = [];
  let written = 0;
  let trouble: string | null = null;
  let sent = 0;
  let lastSeq = -1;
  let lastSentNs: number | null = null;
  let endedNs: number | null = null;
  let heardNs = startNs;
  let heardSentNs: number | null = null;
  /** Until then every sample is in the file. */
  let keptNs = startNs;

  const addBlind = (fromNs: number, toNs: number, reason: string): void => {
    const last = blind.at(-1);
    if (last !== undefined && last.reason === reason && fromNs >= last.fromNs && fromNs <= last.toNs + 2 * periodNs) {
      // A stretch that was written goes on in a record of its own.
      if (blind.length === written) writer.blind(Math.max(fromNs, Math.min(last.toNs, toNs)) - anchor, toNs - anchor, reason);
      last.toNs = Math.max(last.toNs, toNs);
      return;
    }
    writeBlind();
    blind.push({ fromNs, toNs, reason });
    if (blind.length < 2 * keptBlind) return;
    blind.splice(0, keptBlind);
    written -= keptBlind;
  };
  /** The newest stretch may still grow; what is written is final. */
  const writeBlind = (): void => {
    for (; written < blind.length; written++) {
      const stretch = blind[written];
      if (stretch !== undefined) writer.blind(stretch.fromNs - anchor, stretch.toNs - anchor, stretch.reason);
    }
  };
  /** Blind time from the last send (or the start) up to now, without what the engine reported itself. */
  const gapUntil = (nowNs: number): BlindTime | null => {
    const sinceNs = lastSentNs ?? startNs;
    if (nowNs - sinceNs <= blindAfterPeriods * periodNs) return null;
    const fromNs = Math.max(sinceNs + periodNs, blind.at(-1)?.toNs ?? 0);
    return nowNs - fromNs <= periodNs ? null : { fromNs, toNs: nowNs, reason: trouble ?? 'no probe was sent: the prober was not scheduled in time' };
  };

  const beats: Beat[] = [];
  return {
    reading(fromNs, toNs, reading) {
      const beat = { from: fromNs - anchor, to: toNs - anchor, ...reading };
      beats.push(beat);
      if (beats.length > keptBeats) beats.shift();
      try {
        appendFileSync(beatsFileOf(file), `${JSON.stringify(beat)}\n`);
      } catch (error) {
        addBlind(fromNs, toNs, `a reading could not be written: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    beats: () => beats,
    sent(seq, atNs, heldNs) {
      const gap = lastSentNs === null && trouble === null ? null : gapUntil(atNs);
      if (gap !== null) addBlind(gap.fromNs, gap.toNs, gap.reason);
      writeBlind();
      trouble = null;
      sent++;
      lastSeq = seq;
      lastSentNs = atNs;
      answers.sent(seq, atNs);
      writer.sent(seq, atNs - anchor, heldNs);
    },
    answered(seq, atNs, sentNs, ok) {
      heardNs = Math.max(heardNs, atNs);
      heardSentNs = Math.max(heardSentNs ?? sentNs, sentNs);
      writer.answered(seq, atNs - anchor, ok);
      answers.answered(seq, atNs, sentNs, ok);
    },
    blind: addBlind,
    trouble(reason) {
      trouble ??= reason;
    },
    flush(nowNs) {
      if (writer.flush() && writer.trouble() === null) keptNs = nowNs;
    },
    nextSeq: () => lastSeq + 1,
    heard: () => ({ answeredNs: heardNs, sentNs: heardSentNs }),
    newestOpenNs: () => answers.newestOpenNs(),
    status() {
      const nowNs = Number(process.hrtime.bigint());
      const open = endedNs === null ? gapUntil(nowNs - reportingLagNs) : null;
      const unwritten = writer.trouble();
      const lost = unwritten === null ? [] : [{ fromNs: keptNs, toNs: endedNs ?? nowNs, reason: `the samples could not be written: ${unwritten}` }];
      return { sent, answered: answers.count(), lastSentNs, lastAnsweredNs: answers.lastNs(), blind: [...blind, ...lost, ...(open === null ? [] : [{ ...open, toNs: nowNs }])].map((stretch) => ({ ...stretch })) };
    },
    onAnswer: (sinceNs, signal) => answers.wait(sinceNs, signal),
    end(stoppedNs) {
      if (endedNs !== null) return;
      const gap = gapUntil(stoppedNs);
      if (gap !== null) addBlind(gap.fromNs, gap.toNs, gap.reason);
      writeBlind();
      endedNs = Number(process.hrtime.bigint());
      writer.end(endedNs - anchor);
      answers.close(new Error(`${spec.name} was stopped before an answer came`));
    },
  };
}
