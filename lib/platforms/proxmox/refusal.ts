import { z } from 'zod';
import { quote } from '../../record/scrub.ts';
import { ProxmoxError } from './proxmox-error.ts';
import type { ProxmoxErrorKind } from './proxmox-error.ts';

/** An answer other than 2xx, and what was asked of whom. */
export interface Refusal {
  /** Method and path, for people. */
  asked: string;
  /** Node whose endpoint answered. */
  endpoint: string;
  /** Node in the path, if there is one. */
  node: string | undefined;
  status: number;
  reason: string;
  body: string;
  /** Names in lower case. */
  headers?: Readonly<Record<string, string>>;
  /** Nothing was to be changed by it. Default false. */
  isRead?: boolean;
}

const errorBody = z.object({ message: z.string().nullish(), errors: z.record(z.string(), z.unknown()).nullish() });

/**
 * The API's own words. They stand in the reason phrase in every version; the body repeats them since libpve-http-server-perl
 * 5.2.0 (PVE 8.4) and is empty on 401, 595 and 596. Only the body names parameters.
 */
function ownWords({ reason, body }: Refusal): { words: string; parameters: Record<string, string> } {
  let document: unknown = null;
  try {
    document = JSON.parse(body);
  } catch {
    // Empty or plain text: the reason phrase has it all.
  }
  const read = errorBody.safeParse(document);
  const message = read.success ? (read.data.message ?? '').trim() : '';
  const parameters = Object.fromEntries(Object.entries((read.success ? read.data.errors : null) ?? {}).map(([name, text]) => [name, String(text).trim()]));
  return { words: reason.trim() || message || 'no reason given', parameters };
}

/** What a 5xx says, by its words (the status is 500 for nearly everything), and what to do about it. */
const meanings: readonly [RegExp, ProxmoxErrorKind, string][] = [
  [/^Configuration file 'nodes\/[^']*\.conf' does not exist/, 'guest-not-here', 'The guest is not on this node: it has moved, or is gone. Look in /cluster/resources before calling it gone.'],
  [/no quorum|cluster not ready/i, 'no-quorum', 'This node is not in the majority: nothing can be changed through it. Ask another node, or bring nodes back until there is quorum.'],
  [/is locked( \(|$)/, 'locked', 'Another operation (backup, migration, snapshot) holds the guest. Wait for it to end; "qm unlock" only when none runs.'],
  [/guest agent is not running/, 'agent-silent', 'The agent inside the guest does not answer yet, or does not run.'],
  [/qmp command 'guest-[^']+' failed/, 'agent-silent', 'The agent inside the guest took the question and did not answer it.'],
  [/No QEMU guest agent configured/, 'agent-missing', 'Switch the agent on in the options of the guest, and install qemu-guest-agent in it.'],
  [/^(VM|CT) \d+ (is )?not running/, 'guest-off', 'The guest does not run on this node.'],
  [/have been migrated to rules/, 'replaced', 'In this version HA rules have replaced HA groups: read /cluster/ha/rules.'],
  [/^binary not installed|utils-linux not installed|configuration not initialized|ceph not fully configured/, 'not-installed', 'This node has no such storage. Ask a node that has it.'],
  [/^got timeout/, 'refused', 'What the API itself had to ask did not answer it: for a question about Ceph, its monitors have no quorum ("ceph mon stat").'],
  [/^no such cluster node|^hostname lookup '/, 'unknown-node', 'The cluster has no node of this name: compare with "pvecm nodes", upper and lower case too.'],
];

const signIn = 'Check the credentials in the environment file: a token is written user@realm!name=secret, a user with its realm (root@pam). A valid ticket is refused too when the clocks of the nodes are apart, and by a node that is not a member of the cluster.';

function meaning({ status, node = 'the node in the path', endpoint, headers }: Refusal, words: string): { kind: ProxmoxErrorKind; remedy: string } {
  // The API does so to whoever speaks plain http (http-plain.http); over TLS it is somebody in front of it, or somebody else.
  if (status >= 300 && status < 400) return { kind: 'answer', remedy: `It sends us on${headers?.['location'] === undefined ? '' : ` to ${quote(headers['location'], 120)}`}, and we do not go: our credentials would go along. Write the address of the node itself and the port of its API (8006) in endpoints, with no proxy in between.` };
  if (status === 401) return { kind: 'authentication', remedy: signIn };
  if (status === 403) return { kind: 'permission', remedy: 'Give this privilege on this path to the user, and to the token too when it has privilege separation (the default): its rights are the common part of both.' };
  if (status === 400) return { kind: 'parameters', remedy: 'The request does not fit this version of Proxmox VE: this is a fault of the harness unless a name in the environment file is wrong.' };
  if (status === 501) return { kind: 'not-implemented', remedy: 'This version of Proxmox VE has no such call.' };
  if (status === 596 && /certificate verify/i.test(words)) return { kind: 'node-certificate', remedy: `${endpoint} refuses the certificate of ${node}: nothing is wrong with our connection. Run "pvecm updatecerts" on ${node} and restart pveproxy there.` };
  if (status === 595) return { kind: 'node-unreachable', remedy: `${endpoint} answers and cannot reach ${node}: it is off, cut off, or its pveproxy does not run.` };
  if (status >= 596 && status < 600) return { kind: 'node-silent', remedy: `${endpoint} answers and got no answer for ${node} in time: its pveproxy or pvedaemon hangs. What was asked may still be carried out.` };
  for (const [pattern, kind, remedy] of meanings) if (pattern.test(words)) return { kind, remedy };
  return { kind: 'refused', remedy: '' };
}

/** A refusal as an error: the API's own words, what it means, and what to do. */
export function refusedBy(refusal: Refusal): ProxmoxError {
  const { asked, endpoint, node, status, isRead = false } = refusal;
  const { words, parameters } = ownWords(refusal);
  const { kind, remedy } = meaning(refusal, words);
  const named = Object.entries(parameters).map(([name, text]) => `${name}: ${text}`).join('; ');
  const message = `${asked} through ${endpoint}: ${status} ${words}${named === '' ? '' : ` (${named})`}${/[.?!]$/.test(words) && named === '' ? '' : '.'} ${remedy}`.trim();
  return new ProxmoxError(kind, message, { status, endpoint, ...(node === undefined ? {} : { node }), parameters, isRead });
}

/**
 * Whether a request that changes something may have been carried out although it was answered so. 595 is said before a
 * connection stands and 596 "certificate verify" before anything is sent; the others of that family come after it was sent
 * (599 is a reconnect bug of PVE before 8.2.7). 502 and 504 are words of proxies before the API.
 */
export function leavesUnknown(status: number, reason: string): boolean {
  if (status === 596) return !/certificate verify/i.test(reason);
  return (status > 596 && status < 600) || status === 502 || status === 504;
}
