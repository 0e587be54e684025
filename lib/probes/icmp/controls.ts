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

/** Parses the control messages at `start` into `into`. Malformed ones end the reading. */
export function readControls(messages: DataView, start: number, length: number, into: PacketControls): void {
  into.seconds = 0;
  into.ns = 0;
  into.dropped = -1;
  const end = start + length;
  for (let at = start; at + headerBytes <= end;) {
    const bytes = messages.getUint32(at, true);
    if (bytes < headerBytes || at + bytes > end) return;
    const type = messages.getInt32(at + 8, true) === SOL_SOCKET ? messages.getInt32(at + 12, true) : -1;
    if (type === SO_TIMESTAMPNS && bytes >= headerBytes + 16) {
      into.seconds = messages.getUint32(at + headerBytes, true);
      into.ns = messages.getUint32(at + headerBytes + 8, true);
    } else if (type === SO_RXQ_OVFL && bytes >= headerBytes + 4) into.dropped = messages.getUint32(at + headerBytes, true);
    at += (bytes + 7) & ~7;
  }
}
