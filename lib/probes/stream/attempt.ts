import type { BeatReading } from '../../record/beats.ts';
import type { ProbeSpec } from '../probe.ts';

/** What becomes of one attempt; the first call counts. */
export interface Outcome {
  /** The right answer, or a wrong one: refused, wrong status, wrong content. */
  answered(ok: boolean): void;
  /** What a heartbeat said, before `answered`. */
  reading?(reading: BeatReading): void;
  /** This machine could not even try: the prober's fault, never a loss. */
  refusedHere(code: string): void;
}

/** Starts one attempt (a new connection, a new query) and returns how to abandon it. Never waits. */
export type Attempt = (outcome: Outcome) => () => void;

/** Makes the attempts of one probe. */
export type AttemptFactory = (spec: ProbeSpec) => Attempt;

/** Errors of the own machine: no route, no address or port left, no descriptor, a local firewall. */
export const localErrors: ReadonlySet<string> = new Set(['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS', 'EACCES', 'EPERM']);
/** Errors that the other side sent: it is there and does not serve. */
const refusals = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/** Sorts the error of a connection: ours, an answer of the other side, or silence (then nothing is reported, the probe gets lost). */
export function reportError(error: unknown, outcome: Outcome): void {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (localErrors.has(code)) outcome.refusedHere(code);
  else if (refusals.has(code) || code.startsWith('HPE_') || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) outcome.answered(false);
}
