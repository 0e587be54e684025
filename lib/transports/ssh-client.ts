import ssh2 from 'ssh2';
import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import { sha256Fingerprint } from './fingerprint.ts';
import { judgeHostKey, keyType, knownHostsName, pinnedFingerprints, pinnedTypes } from './known-hosts.ts';
import type { KnownHosts } from './known-hosts.ts';
import { SshError } from './ssh-error.ts';

/** Where to connect to and what to expect there. */
export interface SshTarget {
  /** The node's name in the environment file. Its host key may be pinned under it or under its address. */
  name: string;
  address: string;
  port: number;
  user: string;
  /** Private key, PEM or OpenSSH format, without passphrase. */
  key: string;
  knownHosts: KnownHosts;
  /** Bound on the whole of connecting, ms. */
  connectTimeoutMs: number;
}

/** A dead node is noticed after (count + 1) intervals without an answer: 4.5 s. */
const keepalive = { keepaliveInterval: 1500, keepaliveCountMax: 2 };

/** Signature algorithms for a pinned key type; SHA-1 signatures are not accepted. */
function algorithmsFor(type: string): ServerHostKeyAlgorithm[] {
  switch (type) {
    case 'ssh-rsa':
      return ['rsa-sha2-512', 'rsa-sha2-256'];
    case 'ssh-ed25519':
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
      return [type];
    default:
      return [];
  }
}

function namesOf({ name, address, port }: SshTarget): string[] {
  return [knownHostsName(address, port), knownHostsName(name, port)];
}

function place(target: SshTarget): string {
  return `${target.name} (${knownHostsName(target.address, target.port)})`;
}

function judgeKey(target: SshTarget, blob: Buffer): SshError | null {
  const finding = judgeHostKey(target.knownHosts, namesOf(target), blob);
  const shown = `${sha256Fingerprint(blob)} (${keyType(blob)})`;
  if (finding === 'match') return null;
  if (finding === 'unknown') {
    return new SshError('host-key-unknown', target.name, `The host key of ${place(target)} is not known: it shows ${shown}. Compare this with the fingerprint on the machine itself (ssh-keygen -lf /etc/ssh/ssh_host_..._key.pub), then add this line to the known_hosts file: ${knownHostsName(target.address, target.port)} ${keyType(blob)} ${blob.toString('base64')}`);
  }
  if (finding === 'revoked') {
    return new SshError('host-key-revoked', target.name, `${place(target)} shows the host key ${shown}, which the known_hosts file marks as revoked. The connection was refused. Whoever holds a revoked key may pose as this machine: find out why it is still in use.`);
  }
  return new SshError('host-key-changed', target.name, `The host key of ${place(target)} has changed: expected ${pinnedFingerprints(target.knownHosts, namesOf(target)).join(' or ')}, found ${shown}. The connection was refused. It may be another machine behind the same address, or somebody in between. If the machine was reinstalled on purpose, replace its line in the known_hosts file.`);
}

function checkKey(target: SshTarget): void {
  const parsed = ssh2.utils.parseKey(target.key);
  const complain = (why: string): SshError => new SshError('bad-key', target.name, `The ssh key of the environment file cannot be used: ${why}. Name a file with a private key in OpenSSH or PEM format without a passphrase under ssh.key.`);
  if (parsed instanceof Error) throw complain(/passphrase|encrypted/i.test(parsed.message) ? 'it is protected by a passphrase' : 'it is no private key in a known format');
  const [first] = [parsed].flat();
  if (first === undefined || !first.isPrivateKey()) throw complain('it is a public key');
}

function configuration(target: SshTarget, judged: (finding: SshError | null) => void): ConnectConfig {
  const serverHostKey = pinnedTypes(target.knownHosts, namesOf(target)).flatMap(algorithmsFor);
  return {
    host: target.address,
    port: target.port,
    username: target.user,
    privateKey: target.key,
    readyTimeout: 0,
    ...keepalive,
    ...(serverHostKey.length === 0 ? {} : { algorithms: { serverHostKey } }),
    hostVerifier: (blob: Buffer): boolean => {
      const problem = judgeKey(target, blob);
      judged(problem);
      return problem === null;
    },
  };
}

/** The library's error in our words. Its own message never holds key material. */
function explain(target: SshTarget, error: Error & { level?: string; code?: unknown }): SshError {
  if (error.level === 'client-authentication') {
    return new SshError('authentication', target.name, `${place(target)} refused the user "${target.user}" with the key of the environment file. Add the public key to that user's authorized_keys, or correct ssh.user and ssh.key.`);
  }
  if (/no matching host key/i.test(error.message)) {
    return new SshError('host-key-changed', target.name, `${place(target)} has no host key of the pinned types (expected ${pinnedFingerprints(target.knownHosts, namesOf(target)).join(' or ')}). The connection was refused. It may be another machine; if it was reinstalled on purpose, replace its line in the known_hosts file.`);
  }
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'it refuses connections on this port, so the machine is up and its ssh server is not',
    EHOSTUNREACH: 'there is no route to it, or nobody answers at this address',
    ENETUNREACH: 'there is no route to its network',
    ENOTFOUND: 'its name cannot be resolved',
    ECONNRESET: 'it cut the connection',
  };
  return new SshError('unreachable', target.name, `${place(target)} cannot be reached by ssh: ${reasons[String(error.code)] ?? error.message}. Check that the machine is on, its address and port in the environment file, and the network between.`);
}

/**
 * Makes one connection, with the host key checked before anything is told to the machine. The returned client has its listeners for
 * errors for life; whoever uses it listens to `close`.
 *
 * @throws SshError saying what to do; never with key material in it. When the signal aborts, its reason.
 */
export async function connectSsh(target: SshTarget, signal?: AbortSignal): Promise<Client> {
  signal?.throwIfAborted();
  checkKey(target);
  const client = new ssh2.Client();
  client.setMaxListeners(32); // each command that runs listens to its end
  let keyProblem: SshError | null = null;
  return new Promise<Client>((resolve, reject) => {
    const giveUp = (error: unknown): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      client.destroy();
      reject(keyProblem ?? error);
    };
    const onAbort = (): void => giveUp(signal?.reason);
    const timer = setTimeout(() => giveUp(new SshError('unreachable', target.name, `${place(target)} did not complete an ssh connection within ${target.connectTimeoutMs / 1000} s. Check that the machine is on, its address and port in the environment file, and the network between.`)), target.connectTimeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    client.on('error', (error: Error) => giveUp(explain(target, error)));
    client.on('close', () => giveUp(new SshError('unreachable', target.name, `${place(target)} closed the connection before it was ready. Check its ssh server's log; it may be starting or refusing this address.`)));
    client.once('ready', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(client);
    });
    client.connect(configuration(target, (problem) => (keyProblem = problem)));
    // From the first byte on: the greeting and the keys are small, too, and each would wait for the other side's delayed acknowledgement.
    client.setNoDelay(true);
  });
}
