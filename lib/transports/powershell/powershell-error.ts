/** How Windows names an error; all but `message` is the same in every language. */
export interface WindowsFailure {
  /** .NET type of the exception. */
  type: string;
  /** For example 0x80070005. */
  hresult: string;
  /** FullyQualifiedErrorId. */
  id: string;
  category: string;
  message: string;
  /** Line of the script. */
  line: number;
}

/**
 * `failed`: the script ran and threw. `not-run`: it never began. `no-answer`: nobody knows what became of it, because it ended without
 * a whole answer. `shape`: it answered something that is not understood.
 */
export type PowerShellErrorKind = 'failed' | 'not-run' | 'no-answer' | 'shape';

/** A script on a Windows host did not give what it was run for. A connection that failed is an SshError instead. */
export class PowerShellError extends Error {
  override name = 'PowerShellError';
  readonly kind: PowerShellErrorKind;
  readonly host: string;
  readonly script: string;
  readonly failure: WindowsFailure | null;
  /** What the host wrote beside its answer. */
  readonly noise: readonly string[];
  /** It may have been carried out, in whole or in part: read the state again, assume nothing. */
  readonly unknownOutcome: boolean;

  constructor(kind: PowerShellErrorKind, host: string, script: string, message: string, details: { failure?: WindowsFailure; noise?: readonly string[]; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.host = host;
    this.script = script;
    this.failure = details.failure ?? null;
    this.noise = details.noise ?? [];
    this.unknownOutcome = kind === 'no-answer' || kind === 'shape';
  }
}
