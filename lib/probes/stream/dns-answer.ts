import { addressBytes } from '../address.ts';

const typeA = 1;
const typeAaaa = 28;
const headBytes = 12;
/** Flags of an answer with recursion: no error, and no such name. */
const answered = 0x8180;
const noSuchName = 0x8183;
/** Class IN, a minute to live. */
const classIn = [0, 1];
const ttl = [0, 0, 0, 60];

/** The name that a query asks for, in lower case. */
export function askedName(message: Buffer): string {
  const labels: string[] = [];
  for (let at = headBytes, length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return labels.join('.').toLowerCase();
}

/** Answers a query for one name: its address where the query asks for that family, no address where it has none of it, NXDOMAIN for `address` null. */
export function answerTo(message: Buffer, address: string | null): Buffer {
  const name = askedName(message);
  const question = message.subarray(headBytes, headBytes + name.length + (name === '' ? 5 : 6));
  const head = Buffer.from(message.subarray(0, headBytes));
  head.writeUInt16BE(address === null ? noSuchName : answered, 2);
  const bytes = address === null ? Buffer.alloc(0) : addressBytes(address).bytes;
  const type = bytes.length === 16 ? typeAaaa : typeA;
  const has = address !== null && question.readUInt16BE(question.length - 4) === type;
  head.writeUInt16BE(has ? 1 : 0, 6);
  head.fill(0, 8, headBytes);
  const record = has ? Buffer.concat([Buffer.from([0xc0, headBytes, 0, type, ...classIn, ...ttl, 0, bytes.length]), bytes]) : Buffer.alloc(0);
  return Buffer.concat([head, question, record]);
}
