import { scrub } from '../record/scrub.ts';

/**
 * Why a request got no answer. `unreachable`: no connection. `certificate`: somebody answered whom we do not trust; nothing
 * was sent to it. `timeout`: too slow. `aborted`: we gave up. `answer`: cut off or too long.
 */
export type HttpsErrorKind = 'unreachable' | 'certificate' | 'timeout' | 'aborted' | 'answer';

/** A request without an answer. It carries no request and no header, so no secret. */
export class HttpsError extends Error {
  override readonly name = 'HttpsError';
  readonly kind: HttpsErrorKind;
  /** The request may have been carried out: read the state again and assume nothing. */
  readonly unknownOutcome: boolean;

  constructor(kind: HttpsErrorKind, message: string, unknownOutcome: boolean) {
    super(scrub(message));
    this.kind = kind;
    this.unknownOutcome = unknownOutcome;
  }
}
