/**
 * What went wrong with ssh. `unreachable`: no connection could be made. `host-key-*` and `authentication`: a machine answered, but
 * it is not proven to be ours, or does not know us. `lost`, `timeout`: the command was sent and its outcome is unknown.
 * `refused`: the machine would not start the command. `closed`: we closed the connection ourselves.
 */
export type SshErrorKind =
  | 'unreachable' | 'host-key-unknown' | 'host-key-changed' | 'host-key-revoked' | 'bad-key' | 'authentication' | 'lost' | 'timeout' | 'refused' | 'closed';

/** A failure of ssh itself, never of the command that it ran: a command that ends with a status other than 0 is a result. */
export class SshError extends Error {
  readonly kind: SshErrorKind;
  /** Node as the environment file calls it. */
  readonly host: string;
  /** The command was sent, and nobody knows whether it ran, or still runs: read the state again, assume nothing. */
  readonly unknownOutcome: boolean;

  constructor(kind: SshErrorKind, host: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SshError';
    this.kind = kind;
    this.host = host;
    this.unknownOutcome = kind === 'lost' || kind === 'timeout';
  }
}

/** Whether waiting may help: the machine did not answer. Wrong keys do not get right by themselves. */
export function isConnectionFailure(error: unknown): error is SshError {
  return error instanceof SshError && (error.kind === 'unreachable' || error.kind === 'lost');
}
