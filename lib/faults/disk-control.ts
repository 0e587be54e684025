import type { HandLog } from './hand-log.ts';

/** What a hand reads; `changing` is neither, and is read again. */
export type DiskReading = 'present' | 'removed' | 'changing';

/** Where a disk was and how it was attached, as far as putting it back asks for it; it stands in the journal. */
export type DiskPlace = Readonly<Record<string, string | number | boolean>>;

/** One disk of a node, whichever hand can take it out. Every call has a bound of its own and honours the signal. */
export interface DiskControl {
  /** For people: "the kernel of n1 over ssh". */
  how: string;
  /** Whether a process of this machine does it, which `hands` then knows of; otherwise a request that may be on its way. */
  byProcess: boolean;
  read(signal: AbortSignal): Promise<DiskReading>;
  /** Takes it out while it is in use, as a failure would. */
  remove(signal: AbortSignal, hands?: HandLog): Promise<void>;
  /** Reads where it is, before it is taken out. Absent where the environment file says all of it. Throws where it must not be taken out. */
  place?(signal: AbortSignal): Promise<DiskPlace>;
  /** Why it must not be taken out, in words; null: nothing speaks against it. Absent where nobody can know beforehand. Reads only. */
  refusal?(signal: AbortSignal): Promise<string | null>;
  /** Puts it back into its place, where that is known. */
  insert(signal: AbortSignal, hands?: HandLog, place?: DiskPlace): Promise<void>;
  /** Commands by which a person puts it back. */
  manualInsert(place?: DiskPlace): string[];
}
