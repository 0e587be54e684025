/** Variable-length integers (LEB128) up to 2^53, by arithmetic: bit operations of JavaScript end at 32 bits. */

/** Writes `value` (a whole number, 0..2^53) and returns the offset behind it; at most 8 bytes. */
export function writeVarint(buffer: Uint8Array, offset: number, value: number): number {
  let rest = value;
  while (rest >= 0x80) {
    buffer[offset++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  buffer[offset++] = rest;
  return offset;
}

/** Signed values with small magnitudes become small unsigned ones: 0, -1, 1, -2 ... -> 0, 1, 2, 3 ... (up to 2^52). */
export function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

export function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** Reads from a buffer; every reading yields null once the buffer ends within it. */
export interface VarintCursor {
  offset: number;
  readonly buffer: Uint8Array;
}

/** Reads one unsigned varint; null when it is cut off or longer than 8 bytes. */
export function readVarint(cursor: VarintCursor): number | null {
  let value = 0;
  let scale = 1;
  for (let length = 0; length < 8; length++) {
    const byte = cursor.buffer[cursor.offset];
    if (byte === undefined) return null;
    cursor.offset++;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 0x80;
  }
  return null;
}

/** Reads one signed varint; null as for `readVarint`. */
export function readSigned(cursor: VarintCursor): number | null {
  const value = readVarint(cursor);
  return value === null ? null : unzigzag(value);
}
