import type { ProcessIdentity } from '../record/process-identity.ts';

/** Remembers on disk which process works a hand, so that somebody finds it when we are not there any more. */
export interface HandLog {
  /** Id of what the hand is worked for; the process gets it as HA_ACCEPTANCE_HAND. */
  id: string;
  /** Whether the hand may be worked when that cannot be remembered: mending must not fail for it, injecting must. */
  optional: boolean;
  /** Called before the command begins; returns the way to note its end. Throws when it cannot be written. */
  begin(process: ProcessIdentity, words: string): () => void;
}

/** Variable by which a process that works a hand, and what it starts, can be told. */
export const handVariable = 'HA_ACCEPTANCE_HAND';
