import { parseKnownHosts } from './known-hosts.ts';
import { isConnectionFailure, SshError } from './ssh-error.ts';
import { openHost } from './ssh-host.ts';
import type { WatchedHost } from './ssh-host.ts';
import type { ExecOptions, ExecResult, SshFleet } from './ssh.ts';

export interface FleetNode {
  name: string;
  address: string;
  /** When it differs from the others'. */
  port?: number;
}

export interface FleetCredentials {
  user: string;
  port: number;
  /** Private key text, without passphrase. */
  key: string;
  /** Text of a known_hosts file. */
  knownHosts: string;
}

export interface FleetOptions {
  /** Closes the fleet when it aborts. */
  signal?: AbortSignal;
  /** Bound on making one connection, ms. Default 5 s. */
  connectTimeoutMs?: number;
}

const defaultConnectTimeoutMs = 5000;
/** A second node is asked the same repeatable question when the first has not answered after this, ms. */
const hedgeAfterMs = 1000;

function failureOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** The command may be given to another node: it was not sent, or asking twice changes nothing. */
function mayMoveOn(error: unknown, options: ExecOptions): boolean {
  if (!(error instanceof SshError)) return false;
  return options.repeatable === true || !error.unknownOutcome;
}

function explainAll(failures: Map<string, Error>): SshError {
  const [first] = failures.values();
  const kind = first instanceof SshError ? first.kind : 'unreachable';
  return new SshError(kind, [...failures.keys()].join(', '), `No node could be asked by ssh. ${[...failures].map(([name, error]) => `${name}: ${error.message}`).join(' ')}`, first);
}

/** Asks a node; when it has not answered after a while, the next one as well. The first answer counts. */
async function hedged(hosts: readonly WatchedHost[], argv: readonly string[], options: ExecOptions, failures: Map<string, Error>): Promise<(ExecResult & { host: string }) | null> {
  const [host, ...others] = hosts;
  if (host === undefined) return null;
  const done = new AbortController();
  const signal = options.signal === undefined ? done.signal : AbortSignal.any([done.signal, options.signal]);
  const ask = async (asked: WatchedHost): Promise<ExecResult & { host: string }> => ({ ...(await asked.exec(argv, { ...options, signal })), host: asked.name });
  let timer: NodeJS.Timeout | undefined;
  const own = ask(host).catch((error: unknown) => {
    failures.set(host.name, failureOf(error));
    if (!mayMoveOn(error, options)) throw error;
    return null;
  });
  try {
    if (options.repeatable !== true) return (await own) ?? (await hedged(others, argv, options, failures));
    const patience = new Promise<'slow'>((resolve) => (timer = setTimeout(() => resolve('slow'), hedgeAfterMs)));
    const first = await Promise.race([own, patience]);
    if (first !== 'slow' && first !== null) return first;
    const next = hedged(others, argv, { ...options, signal }, failures);
    const answers = [own, next].map(async (answer) => (await answer) ?? Promise.reject(new Error('no answer')));
    return await Promise.any(answers).catch(() => {
      options.signal?.throwIfAborted();
      return null;
    });
  } finally {
    clearTimeout(timer);
    done.abort(new SshError('closed', host.name, 'Another node answered first.'));
  }
}

/**
 * Keeps a connection to each node, made when first needed.
 *
 * @throws Error when two nodes have the same name. Wrong keys and unreachable nodes are told by the calls, as SshError.
 */
export function openFleet(nodes: readonly FleetNode[], credentials: FleetCredentials, options: FleetOptions = {}): SshFleet {
  const { user, port, key } = credentials;
  const knownHosts = parseKnownHosts(credentials.knownHosts);
  const { connectTimeoutMs = defaultConnectTimeoutMs } = options;
  const hosts = new Map(nodes.map((node) => [node.name, openHost({ name: node.name, address: node.address, port: node.port ?? port, user, key, knownHosts, connectTimeoutMs })]));
  if (hosts.size !== nodes.length) throw new Error('Two nodes have the same name. Give each its own in the environment file.');
  /** The node that answered last is asked first. */
  let preferred: string | null = null;

  const close = async (): Promise<void> => {
    await Promise.all([...hosts.values()].map(async (host) => host.close()));
  };
  const closeNow = (): void => void close();
  options.signal?.addEventListener('abort', closeNow, { once: true });
  if (options.signal?.aborted === true) closeNow();

  return {
    hosts,
    unreachable: () => new Map([...hosts.values()].flatMap((host) => {
      const problem = host.problem();
      return problem === null ? [] : [[host.name, problem] as const];
    })),
    any: async (argv, execOptions = {}) => {
      const failures = new Map<string, Error>();
      const ordered = [...hosts.values()].toSorted((left, right) => Number(right.name === preferred) - Number(left.name === preferred));
      const known = await Promise.all(ordered.map(async (host) => ({ host, problem: await host.answerAtOnce() })));
      const likely = known.filter(({ problem }) => problem === null).map(({ host }) => host);
      // A node that did not answer lately is asked only when no other is left; one with a wrong key is not asked at all.
      const unlikely = known.filter(({ problem }) => isConnectionFailure(problem)).map(({ host }) => host);
      for (const { host, problem } of known) if (problem !== null) failures.set(host.name, problem);
      const answer = (await hedged(likely, argv, execOptions, failures)) ?? (await hedged(unlikely, argv, execOptions, failures));
      if (answer === null) throw explainAll(failures);
      preferred = answer.host;
      return answer;
    },
    each: async (argv, execOptions = {}) =>
      new Map(
        await Promise.all(
          [...hosts.values()].map(async (host): Promise<[string, ExecResult | Error]> => {
            const answer = (await host.answerAtOnce()) ?? (await host.exec(argv, execOptions).catch(failureOf));
            execOptions.signal?.throwIfAborted();
            return [host.name, answer];
          }),
        ),
      ),
    close: async () => {
      options.signal?.removeEventListener('abort', closeNow);
      await close();
    },
  };
}
