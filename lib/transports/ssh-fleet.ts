import { parseKnownHosts } from './known-hosts.ts';
import { SshError } from './ssh-error.ts';
import { openHost } from './ssh-host.ts';
import type { SshFleet } from './ssh.ts';

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

function failureOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function explainAll(failures: Map<string, Error>): SshError {
  const [first] = failures.values();
  const kind = first instanceof SshError ? first.kind : 'unreachable';
  return new SshError(kind, [...failures.keys()].join(', '), `No node could be asked by ssh. ${[...failures].map(([name, error]) => `${name}: ${error.message}`).join(' ')}`, first);
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
      for (const host of ordered) {
        try {
          const result = await host.exec(argv, execOptions);
          preferred = host.name;
          return { ...result, host: host.name };
        } catch (error) {
          // Once it was sent, it may have happened: giving it to another node could do it twice.
          if (!(error instanceof SshError) || error.unknownOutcome) throw error;
          // Somebody else behind a node's address is no reason to ask the next one, but to stop.
          if (error.kind === 'host-key-changed' || error.kind === 'host-key-revoked') throw error;
          failures.set(host.name, error);
        }
      }
      throw explainAll(failures);
    },
    each: async (argv, execOptions = {}) => {
      const answers = await Promise.all([...hosts.values()].map(async (host) => [host.name, await host.exec(argv, execOptions).catch(failureOf)] as const));
      execOptions.signal?.throwIfAborted();
      return new Map(answers);
    },
    close: async () => {
      options.signal?.removeEventListener('abort', closeNow);
      await close();
    },
  };
}
