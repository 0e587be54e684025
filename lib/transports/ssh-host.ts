import pRetry from 'p-retry';
import type { Client } from 'ssh2';
import { connectSsh } from './ssh-client.ts';
import type { SshTarget } from './ssh-client.ts';
import { isConnectionFailure, SshError } from './ssh-error.ts';
import { defaultExecTimeoutMs, execOn } from './ssh-exec.ts';
import type { ExecOptions, ExecResult, SshHost } from './ssh.ts';

/** Sessions at once on one connection; OpenSSH allows 10 (MaxSessions). */
const maxSessions = 8;
/** Pause between attempts to reach a node again: this and up to twice this, so that many harnesses do not knock at once, ms. */
const retryPauseMs = 1400;
/** A refused key or login is asked again after this: often enough for a node that is just booting, too seldom to be banned for, ms. */
const refusalHoldsMs = 10_000;
/** How long a caller waits for a connection that has just broken and is being made again, ms. */
const firstRetryWaitMs = 1000;

/** A host that also tells what it knows of its connection, for the fleet. */
export interface WatchedHost extends SshHost {
  /** Error of the last attempt, or null while connected or never tried. */
  problem(): Error | null;
}

/** Lets at most `limit` callers through at a time, in their order. */
function turnstile(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = limit;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/** Resolves with the promise, or rejects at the deadline or when the signal aborts; the promise goes on for others. */
async function within<T>(promise: Promise<T>, ms: number, late: () => Error, signal?: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal?.reason);
    const timer = setTimeout(() => reject(late()), ms);
    signal?.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    });
  });
}

/**
 * A connection to one host that is opened when first used, kept alive, and made again when it broke: at once, then every few seconds
 * in the background. A command for a host that is known to be unreachable is answered at once with the last error.
 */
export function openHost(target: SshTarget): WatchedHost {
  const closing = new AbortController();
  const enter = turnstile(maxSessions);
  let client: Client | null = null;
  let connecting: Promise<Client> | null = null;
  let failure: { error: Error; atMs: number } | null = null;
  let retrying = false;
  /** The first attempt after a connection broke. */
  let reconnecting: Promise<unknown> | null = null;

  async function connect(): Promise<Client> {
    if (client !== null) return client;
    connecting ??= connectSsh(target, closing.signal)
      .then(adopt, (error: Error) => {
        failure = { error, atMs: performance.now() };
        void retryInBackground(error);
        throw error;
      })
      .finally(() => (connecting = null));
    return connecting;
  }

  function adopt(made: Client): Client {
    client = made;
    failure = null;
    made.once('close', () => {
      client = null;
      if (closing.signal.aborted) return;
      failure = { error: new SshError('unreachable', target.name, `The connection to ${target.name} broke and is being made again; the machine may be down.`), atMs: performance.now() };
      reconnecting = connect().catch(() => null).finally(() => (reconnecting = null));
    });
    return made;
  }

  async function retryInBackground(error: unknown): Promise<void> {
    if (retrying || closing.signal.aborted || !isConnectionFailure(error)) return;
    retrying = true;
    try {
      await pRetry(connect, { retries: Infinity, factor: 1, minTimeout: retryPauseMs, randomize: true, unref: true, signal: closing.signal, shouldRetry: (context) => isConnectionFailure(context.error) });
    } catch {
      // The failure is remembered, and told to whoever asks next.
    } finally {
      retrying = false;
    }
  }

  /** The error to answer with at once, or null when a command is worth a try now. */
  function knownFailure(): Error | null {
    if (failure === null) return null;
    const holds = isConnectionFailure(failure.error) ? retrying : performance.now() - failure.atMs < refusalHoldsMs;
    return holds ? failure.error : null;
  }

  async function exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const { timeoutMs = defaultExecTimeoutMs, signal } = options;
    const deadline = performance.now() + timeoutMs;
    const program = argv[0] ?? '';
    signal?.throwIfAborted();
    const late = (): Error => new SshError('unreachable', target.name, `No connection to ${target.name} within ${timeoutMs / 1000} s; "${program}" was not sent.`);
    for (let attempt = 1; ; attempt += 1) {
      if (closing.signal.aborted) throw new SshError('closed', target.name, `The connection to ${target.name} was closed by this program; "${program}" was not sent.`);
      if (reconnecting !== null) await within(reconnecting, Math.min(firstRetryWaitMs, timeoutMs), () => failure?.error ?? late(), signal);
      const known = knownFailure();
      if (known !== null) throw known;
      const connected = await within(connect(), timeoutMs, late, signal);
      try {
        return await enter(async () => {
          const leftMs = deadline - performance.now();
          if (leftMs <= 0) throw late();
          return execOn(connected, target.name, argv, { ...options, timeoutMs: leftMs });
        });
      } catch (error) {
        // Nothing was sent on a connection that had closed meanwhile, so a second attempt repeats nothing.
        const nothingSent = error instanceof SshError && error.kind === 'closed';
        if (!nothingSent || attempt > 1) throw error;
        if (client === connected) client = null;
      }
    }
  }

  return {
    name: target.name,
    exec,
    problem: () => failure?.error ?? null,
    close: async () => {
      closing.abort(new SshError('closed', target.name, `The connection to ${target.name} was closed by this program.`));
      client?.destroy();
      client = null;
      await connecting?.catch(() => null);
    },
  };
}
