import { scrub } from '../../record/scrub.ts';

/**
 * Why the API did not do or tell what it was asked.
 *
 * Of the way to it: `unreachable` (no endpoint answers), `certificate` (somebody answers whom we do not trust), `aborted`.
 * Of the node in the path, told by a living endpoint: `node-unreachable`, `node-silent`, `node-certificate`, `unknown-node`.
 * Of the request: `authentication`, `permission`, `parameters`, `not-implemented`, `replaced` (by another call in this version).
 * Of the guest: `guest-not-here` (moved or removed), `guest-off`, `agent-silent`, `agent-missing`, `locked`.
 * Of the cluster: `no-quorum`, `not-installed`, `refused` (anything else that it does not want).
 * `answer`: not what the API documents. `no-task`: nothing was started although the answer is a success.
 */
export type ProxmoxErrorKind =
  | 'unreachable' | 'certificate' | 'aborted'
  | 'node-unreachable' | 'node-silent' | 'node-certificate' | 'unknown-node'
  | 'authentication' | 'permission' | 'parameters' | 'not-implemented' | 'replaced'
  | 'guest-not-here' | 'guest-off' | 'agent-silent' | 'agent-missing' | 'locked'
  | 'no-quorum' | 'not-installed' | 'refused'
  | 'answer' | 'no-task';

export interface ProxmoxErrorDetails {
  /** HTTP status, null when there was no answer. */
  status?: number;
  /** Node whose endpoint was asked. */
  endpoint?: string;
  /** Node that the request concerned: the one in the path. */
  node?: string;
  /** What the API says of single parameters. */
  parameters?: Record<string, string>;
  /** It was only asked for something, or somebody signed in: nothing was to be changed. Default false. */
  isRead?: boolean;
  cause?: unknown;
}

/** The Proxmox API said no, or said nothing. The request was not carried out, unless it only read. */
export class ProxmoxError extends Error {
  override readonly name = 'ProxmoxError';
  readonly kind: ProxmoxErrorKind;
  readonly status: number | null;
  readonly endpoint: string | null;
  readonly node: string | null;
  readonly parameters: Record<string, string>;
  readonly isRead: boolean;

  constructor(kind: ProxmoxErrorKind, message: string, details: ProxmoxErrorDetails = {}) {
    super(scrub(message), { cause: details.cause });
    this.kind = kind;
    this.status = details.status ?? null;
    this.endpoint = details.endpoint ?? null;
    this.node = details.node ?? null;
    this.parameters = details.parameters ?? {};
    this.isRead = details.isRead ?? false;
  }
}

/** The cluster does not take user and password. Asking again does not make them right, and a directory behind a realm locks the account for it. */
export class RefusedSignIn extends ProxmoxError {}

/**
 * Whether a question was answered by a 5xx in words that are about nothing that was asked for: the API was busy, starting, or at fault
 * itself. Nothing is known then, also of what was begun before, and the next time it may tell.
 */
export function tellsNothing(error: unknown): boolean {
  return error instanceof ProxmoxError && error.kind === 'refused' && error.isRead && (error.status ?? 0) >= 500;
}
