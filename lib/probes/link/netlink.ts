import { addressBytes, addressText } from '../address.ts';
import type { Family } from '../address.ts';

/** Messages of rtnetlink (linux/netlink.h, rtnetlink.h, neighbour.h, if_link.h), little-endian. */
export const messageTypes = { error: 2, done: 3, newLink: 16, getLink: 18, newRoute: 24, getRoute: 26, newNeighbour: 28, getNeighbour: 30 } as const;
const flags = { request: 0x1, acknowledge: 0x4, replace: 0x100, dump: 0x300 } as const;
const families = { 4: 2, 6: 10 } as const;
const headerBytes = 16;
const bodyBytes = { link: 16, route: 12, neighbour: 12 } as const;
const attributes = { neighbourAddress: 1, neighbourHardware: 2, routeDestination: 1, routeDevice: 4, routeGateway: 5, routeSource: 7, linkHardware: 1, linkName: 3 } as const;
const runningFlag = 0x40;

/** States of a neighbour entry. */
export const neighbourStates = { none: 0, incomplete: 0x01, reachable: 0x02, stale: 0x04, delay: 0x08, probe: 0x10, failed: 0x20, noArp: 0x40, permanent: 0x80 } as const;
const validStates = 0x02 | 0x04 | 0x08 | 0x10 | 0x40 | 0x80;

export interface NeighbourEntry {
  address: string;
  device: number;
  state: number;
}

/** Where packets to an address leave this machine. `gateway` null: the address is on the segment of the device. */
export interface RouteEntry {
  /** 1: to somebody else. Others: to ourselves, or nowhere. */
  type: number;
  device: number;
  gateway: string | null;
  source: string | null;
}

export interface LinkEntry {
  name: string;
  hardware: Buffer;
  /** Whether the device has a carrier. */
  running: boolean;
}

/** Whether packets can leave for a neighbour in this state. */
export function isValid(state: number): boolean {
  return (state & validStates) !== 0;
}

function message(type: number, flag: number, body: Buffer, ...attribute: Buffer[]): Buffer {
  const payload = Buffer.concat([body, ...attribute]);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(headerBytes + payload.length, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt16LE(flag, 6);
  return Buffer.concat([header, payload]);
}

function attribute(type: number, value: Buffer): Buffer {
  const padded = Buffer.alloc((4 + value.length + 3) & ~3);
  padded.writeUInt16LE(4 + value.length, 0);
  padded.writeUInt16LE(type, 2);
  value.copy(padded, 4);
  return padded;
}

/** "All neighbour entries of a family." */
export function askNeighbours(family: Family): Buffer {
  const body = Buffer.alloc(bodyBytes.neighbour);
  body[0] = families[family];
  return message(messageTypes.getNeighbour, flags.request | flags.dump, body);
}

/**
 * "This entry is in that state." Without a hardware address: the kernel keeps the one that it has, and refuses (EINVAL) where it has none.
 * It makes no entry (no create flag).
 */
export function setNeighbourState(address: string, family: Family, device: number, state: number): Buffer {
  const body = Buffer.alloc(bodyBytes.neighbour);
  body[0] = families[family];
  body.writeInt32LE(device, 4);
  body.writeUInt16LE(state, 8);
  return message(messageTypes.newNeighbour, flags.request | flags.acknowledge | flags.replace, body, attribute(attributes.neighbourAddress, addressBytes(address).bytes));
}

/** "Which way to this address?" */
export function askRoute(address: string, family: Family, device: number): Buffer {
  const { bytes } = addressBytes(address);
  const body = Buffer.alloc(bodyBytes.route);
  body[0] = families[family];
  body[1] = bytes.length * 8;
  const index = Buffer.alloc(4);
  index.writeUInt32LE(device);
  return message(messageTypes.getRoute, flags.request, body, attribute(attributes.routeDestination, bytes), ...(device === 0 ? [] : [attribute(attributes.routeDevice, index)]));
}

export function askLink(device: number): Buffer {
  const body = Buffer.alloc(bodyBytes.link);
  body.writeInt32LE(device, 4);
  return message(messageTypes.getLink, flags.request, body);
}

/** A message that was received. */
export interface Received {
  type: number;
  body: Buffer;
}

/** Takes a datagram of the kernel apart. */
export function splitMessages(datagram: Buffer): Received[] {
  const found: Received[] = [];
  for (let at = 0; at + headerBytes <= datagram.length;) {
    const length = datagram.readUInt32LE(at);
    if (length < headerBytes || at + length > datagram.length) break;
    found.push({ type: datagram.readUInt16LE(at + 4), body: datagram.subarray(at + headerBytes, at + length) });
    at += (length + 3) & ~3;
  }
  return found;
}

function readAttributes(body: Buffer, start: number): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = start; at + 4 <= body.length;) {
    const length = body.readUInt16LE(at);
    if (length < 4 || at + length > body.length) break;
    found.set(body.readUInt16LE(at + 2) & 0x3fff, body.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return found;
}

/** The number of the error in an error message; 0 is an acknowledgement. */
export function readError(body: Buffer): number {
  return -body.readInt32LE(0);
}

/** Null for entries of other kinds. */
export function readNeighbour(body: Buffer): NeighbourEntry | null {
  const address = addressText(readAttributes(body, bodyBytes.neighbour).get(attributes.neighbourAddress) ?? Buffer.alloc(0));
  return address === null ? null : { address, device: body.readInt32LE(4), state: body.readUInt16LE(8) };
}

export function readRoute(body: Buffer): RouteEntry {
  const found = readAttributes(body, bodyBytes.route);
  const textOf = (type: number): string | null => addressText(found.get(type) ?? Buffer.alloc(0));
  return { type: body[7] ?? 0, device: found.get(attributes.routeDevice)?.readUInt32LE(0) ?? 0, gateway: textOf(attributes.routeGateway), source: textOf(attributes.routeSource) };
}

export function readLink(body: Buffer): LinkEntry {
  const found = readAttributes(body, bodyBytes.link);
  const name = found.get(attributes.linkName)?.toString('latin1').replace(/\0$/, '') ?? '';
  return { name, hardware: Buffer.from(found.get(attributes.linkHardware) ?? []), running: (body.readUInt32LE(8) & runningFlag) !== 0 };
}
