/** What the kernel says about a packet beside its bytes (control messages of recvmsg). */
export interface PacketControls {
  /** Moment of reception on CLOCK_REALTIME; seconds 0 when the kernel gave none. */
  seconds: number;
  ns: number;
  /** Packets dropped so far because our receive queue was full; -1 when the kernel did not say. */
  dropped: number;
}

const SOL_SOCKET = 1;
const SO_TIMESTAMPNS = 35;
const SO_RXQ_OVFL = 40;
const headerBytes = 16;

/** Parses the control messages in `buffer` at `start` into `into`. Malformed ones end the reading. */
export function readControls(buffer: Buffer, start: number, length: number, into: PacketControls): void {
  into.seconds = 0;
  into.ns = 0;
  into.dropped = -1;
  const end = start + length;
  for (let at = start; at + headerBytes <= end;) {
    const bytes = buffer.readUInt32LE(at);
    if (bytes < headerBytes || at + bytes > end) return;
    const type = buffer.readInt32LE(at + 8) === SOL_SOCKET ? buffer.readInt32LE(at + 12) : -1;
    if (type === SO_TIMESTAMPNS && bytes >= headerBytes + 16) {
      into.seconds = buffer.readUInt32LE(at + headerBytes);
      into.ns = buffer.readUInt32LE(at + headerBytes + 8);
    } else if (type === SO_RXQ_OVFL && bytes >= headerBytes + 4) into.dropped = buffer.readUInt32LE(at + headerBytes);
    at += (bytes + 7) & ~7;
  }
}
