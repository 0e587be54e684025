import { isIPv4, isIPv6 } from 'node:net';

/** Address families of ICMP probes. */
export type Family = 4 | 6;

/** @throws Error when it is no address. */
export function familyOf(address: string): Family {
  if (isIPv4(address)) return 4;
  if (isIPv6(address)) return 6;
  throw new Error(`"${address}" is no IP address; resolve the name before probing it`);
}

/** An address as the network has it: 4 or 16 bytes, and the zone of a link-local one (`fe80::1%eth0`). */
export interface AddressBytes {
  bytes: Buffer;
  /** Name or index of the device, null where the address has none. */
  zone: string | null;
}

/** @throws Error when it is no address. */
export function addressBytes(address: string): AddressBytes {
  if (familyOf(address) === 4) return { bytes: Buffer.from(address.split('.').map(Number)), zone: null };
  const [text = '', zone = null] = address.split('%');
  const [head = '', tail = null] = text.split('::');
  const before = groups(head);
  const after = tail === null ? [] : groups(tail);
  const parts = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
  const bytes = Buffer.alloc(16);
  for (const [index, part] of parts.entries()) bytes.writeUInt16BE(part, index * 2);
  return { bytes, zone };
}

/** The 16-bit groups of one side of `::`; an embedded IPv4 address is two of them. */
function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

/** Text of 4 or 16 bytes, as Linux writes it (RFC 5952). Null for any other number of bytes. */
export function addressText(bytes: Buffer): string | null {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return null;
  const full = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16)).join(':');
  return new URL(`http://[${full}]`).hostname.slice(1, -1);
}
