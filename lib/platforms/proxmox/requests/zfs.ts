import { z } from 'zod';
import { read } from '../request.ts';
import type { ProxmoxRead } from '../request.ts';

export interface ZfsPool {
  name: string;
  /** `ONLINE`, `DEGRADED`, `FAULTED` and others. */
  health: string;
}

/** ZFS pools of a node; 500 "zfsutils-linux not installed" where there are none. */
export function zfsPools(node: string): ProxmoxRead<ZfsPool[]> {
  return read('/nodes/{node}/disks/zfs', { node }, z.array(z.object({ name: z.string(), health: z.string() })));
}

export interface ZfsDevice {
  name: string;
  state: string;
  message: string;
  children: ZfsDevice[];
}

const device: z.ZodType<ZfsDevice> = z.lazy(() => z.object({ name: z.string(), state: z.string().default('UNKNOWN'), msg: z.string().default(''), children: z.array(device).default([]) }).transform(({ msg, ...rest }): ZfsDevice => ({ ...rest, message: msg })));

export interface ZfsPoolNow {
  name: string;
  state: string;
  /** The pool's own account of scrubs and resilvering. */
  scan: string;
  errors: string;
  children: ZfsDevice[];
}

/** State of a pool and of each device in it. There is no call that takes a device offline or online: that is done over ssh. */
export function zfsPool(node: string, name: string): ProxmoxRead<ZfsPoolNow> {
  return read('/nodes/{node}/disks/zfs/{name}', { node, name }, z.object({ name: z.string(), state: z.string(), scan: z.string().default(''), errors: z.string().default(''), children: z.array(device).default([]) }));
}
