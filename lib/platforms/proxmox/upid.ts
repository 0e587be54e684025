/** A task's id, taken apart. It names the node that carries the task out: everything about it must be asked of that node. */
export interface Upid {
  text: string;
  node: string;
  /** Seconds since 1970, by the clock of its node. */
  startTime: number;
  /** For example `qmigrate`. */
  type: string;
  /** What it works on: a guest's id, or empty. */
  id: string;
  user: string;
}

/** UPID:node:pid:pstart:starttime:type:id:user: (PVE::UPID; `pstart` has grown to nine digits on hosts that run for long). */
const form = /^UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:([0-9A-Fa-f]{8}):([^:\s]+):([^:\s]*):([^:\s]+):$/;

/** Null for anything that is no UPID, for example the "OK" of a backup that was not made. */
export function parseUpid(text: unknown): Upid | null {
  const [, node, start, type, id, user] = (typeof text === 'string' ? form.exec(text) : null) ?? [];
  if (node === undefined || start === undefined || type === undefined || id === undefined || user === undefined) return null;
  return { text: String(text), node, startTime: Number.parseInt(start, 16), type, id, user };
}
