import { familyOf } from '../address.ts';
import type { Family } from '../address.ts';
import { errnoName, pin } from '../icmp/libc.ts';
import type { Libc } from '../icmp/libc.ts';
import { askLink, askNeighbours, askRoute, messageTypes, readError, readLink, readNeighbour, readRoute, setNeighbourState, splitMessages } from './netlink.ts';
import type { LinkEntry, NeighbourEntry, Received, RouteEntry } from './netlink.ts';

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 0x80003;
const NETLINK_ROUTE = 0;
const MSG_DONTWAIT = 0x40;
const EPERM = 1;
const requestBytes = 256;
const receiveBytes = 64 * 1024;

/** What the kernel says about the way to a target. */
export interface LinkKernel {
  neighbours(family: Family): NeighbourEntry[];
  /** Null: there is no way. */
  routeTo(address: string): RouteEntry | null;
  link(device: number): LinkEntry | null;
  /** True when the kernel took it. */
  setState(entry: Pick<NeighbourEntry, 'address' | 'device'>, state: number): boolean;
  /** Whether this process may change neighbour entries (CAP_NET_ADMIN). */
  mayChange: boolean;
  close(): void;
}

/** @throws Error when the kernel gives no such socket. */
export function openLinkKernel(libc: Libc): LinkKernel {
  const fd = libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) throw new Error(`netlink is refused (${errnoName()})`);
  const request = pin(requestBytes);
  const inbox = pin(receiveBytes);

  /** The kernel answers before the call returns: nothing is waited for. */
  const ask = (bytes: Buffer): Received[] => {
    bytes.copy(request.memory);
    const found: Received[] = [];
    if (libc.sendto(fd, request.at, bytes.length, 0, 0n, 0) < 0) return found;
    for (let open = true; open;) {
      const length = libc.recv(fd, inbox.at, receiveBytes, MSG_DONTWAIT);
      if (length <= 0) return found;
      const messages = splitMessages(Buffer.from(inbox.memory.subarray(0, length)));
      found.push(...messages);
      open = !messages.some(({ type }) => type === messageTypes.done || type === messageTypes.error);
    }
    return found;
  };
  const errorOf = (messages: Received[]): number => messages.filter(({ type }) => type === messageTypes.error).map(({ body }) => readError(body))[0] ?? 0;

  return {
    neighbours: (family) => ask(askNeighbours(family)).filter(({ type }) => type === messageTypes.newNeighbour).flatMap(({ body }) => readNeighbour(body) ?? []),
    routeTo(address) {
      const zone = address.split('%')[1];
      const device = zone === undefined ? 0 : /^\d+$/.test(zone) ? Number(zone) : libc.if_nametoindex(zone);
      const found = ask(askRoute(address, familyOf(address), device)).find(({ type }) => type === messageTypes.newRoute);
      return found === undefined ? null : readRoute(found.body);
    },
    link(device) {
      const found = ask(askLink(device)).find(({ type }) => type === messageTypes.newLink);
      return found === undefined ? null : readLink(found.body);
    },
    setState: ({ address, device }, state) => errorOf(ask(setNeighbourState(address, familyOf(address), device, state))) === 0,
    // Privileges are looked at before the message is: an entry on no device at all tells.
    mayChange: errorOf(ask(setNeighbourState('192.0.2.1', 4, 0x7fffffff, 0))) !== EPERM,
    close: () => void libc.close(fd),
  };
}
