import { createHmac, timingSafeEqual } from 'node:crypto';
import { sha256Fingerprint } from './fingerprint.ts';

interface KnownKey {
  /** Host patterns as they stand in the file. */
  hosts: string;
  type: string;
  blob: Buffer;
  revoked: boolean;
}

/** The known_hosts file, parsed. */
export type KnownHosts = readonly KnownKey[];

/** How a key that a host showed relates to the file. */
export type HostKeyFinding = 'match' | 'unknown' | 'changed' | 'revoked';

const markers = ['@revoked', '@cert-authority'];

/** The type of a public key, which is the first string of its wire form. */
export function keyType(blob: Buffer): string {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
  return blob.subarray(4, 4 + length).toString('latin1');
}

/** A host as known_hosts writes it: the bare address for port 22, `[address]:port` for others. */
export function knownHostsName(address: string, port: number): string {
  return port === 22 ? address : `[${address}]:${port}`;
}

function parseLine(line: string): KnownKey[] {
  const words = line.trim().split(/\s+/);
  const marker = markers.find((candidate) => candidate === words[0]);
  const [hosts, type, base64] = marker === undefined ? words : words.slice(1);
  // Certificate authorities are not supported: their line would otherwise pass for a host's own key.
  if (hosts === undefined || hosts === '' || hosts.startsWith('#') || type === undefined || base64 === undefined || marker === '@cert-authority') return [];
  const blob = Buffer.from(base64, 'base64');
  return keyType(blob) === type ? [{ hosts, type, blob, revoked: marker === '@revoked' }] : [];
}

/** Reads a known_hosts text. Lines that are no host key (comments, certificate authorities, damaged ones) pin nothing. */
export function parseKnownHosts(text: string): KnownHosts {
  return text.split('\n').flatMap(parseLine);
}

function matchesHash(pattern: string, name: string): boolean {
  const [, , salt = '', hash = ''] = pattern.split('|');
  const wanted = Buffer.from(hash, 'base64');
  const found = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

function matchesGlob(pattern: string, name: string): boolean {
  const source = pattern.toLowerCase().replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name.toLowerCase());
}

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return matchesHash(hosts, name);
  const patterns = hosts.split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesGlob(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesGlob(pattern, name));
}

function entriesOf(known: KnownHosts, names: readonly string[]): KnownKey[] {
  return known.filter((entry) => names.some((name) => matches(entry.hosts, name)));
}

/** Key types pinned for a host under any of its names, so that the host is asked for a key that can be compared. */
export function pinnedTypes(known: KnownHosts, names: readonly string[]): string[] {
  return [...new Set(entriesOf(known, names).filter((entry) => !entry.revoked).map((entry) => entry.type))];
}

/** What the file says about a key that a host showed; a revoked key is refused whoever shows it. */
export function judgeHostKey(known: KnownHosts, names: readonly string[], blob: Buffer): HostKeyFinding {
  if (known.some((entry) => entry.revoked && entry.blob.equals(blob))) return 'revoked';
  const pinned = entriesOf(known, names).filter((entry) => !entry.revoked);
  if (pinned.some((entry) => entry.blob.equals(blob))) return 'match';
  return pinned.length === 0 ? 'unknown' : 'changed';
}

/** Fingerprints pinned for a host, for the message that shows what was expected. */
export function pinnedFingerprints(known: KnownHosts, names: readonly string[]): string[] {
  return entriesOf(known, names).filter((entry) => !entry.revoked).map((entry) => `${sha256Fingerprint(entry.blob)} (${entry.type})`);
}
