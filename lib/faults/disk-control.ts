import type { HandLog } from './hand-log.ts';

/** What a hand reads; `changing` is neither, and is read again. */
export type DiskReading = 'present' | 'removed' | 'changing';

/** One disk of a node, whichever hand can take it out. Every call has a bound of its own and honours the signal. */
export interface DiskControl {
  /** For people: "the kernel of n1 over ssh". */
  how: string;
  /** Whether a process of this machine does it, which `hands` then knows of; otherwise a request that may be on its way. */
  byProcess: boolean;
  read(signal: AbortSignal): Promise<DiskReading>;
  /** Takes it out while it is in use, as a failure would. */
  remove(signal: AbortSignal, hands?: HandLog): Promise<void>;
  insert(signal: AbortSignal, hands?: HandLog): Promise<void>;
  /** Commands by which a person puts it back. */
  manualInsert(): string[];
}
