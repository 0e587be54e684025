import { z } from 'zod';
import { read, write } from '../request.ts';
import type { ProxmoxRead, ProxmoxWrite } from '../request.ts';

export interface Pool {
  name: string;
  comment: string | null;
}

const nothing = z.unknown().transform(() => null);

/** Pools that the account may see: without Pool.Audit the list is short and no error is said. */
export function pools(): ProxmoxRead<Pool[]> {
  const rows = z.array(z.object({ poolid: z.string(), comment: z.string().nullish() })).transform((list) => list.map(({ poolid, comment }): Pool => ({ name: poolid, comment: comment ?? null })));
  return read('/pools', {}, rows);
}

/** Makes an empty pool; one that is there already is refused. */
export function makePool(name: string, comment: string): ProxmoxWrite<null> {
  return write('POST', '/pools', {}, nothing, { poolid: name, comment });
}

/** Changes the comment of a pool; its members stay as they are. */
export function commentPool(name: string, comment: string): ProxmoxWrite<null> {
  return write('PUT', '/pools/{poolid}', { poolid: name }, nothing, { comment });
}

/** Removes a pool. One with members is refused. */
export function removePool(name: string): ProxmoxWrite<null> {
  return write('DELETE', '/pools/{poolid}', { poolid: name }, nothing);
}
