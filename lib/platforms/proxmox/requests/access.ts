import { z } from 'zod';
import { perlBoolean } from '../perl.ts';
import { read } from '../request.ts';
import type { ProxmoxRead } from '../request.ts';

/** Path to the privileges that hold there; the value says whether they hold below it too. */
export type Permissions = Record<string, Record<string, boolean>>;

/** What whoever asks may do: for a token with privilege separation the common part of its rights and its user's. */
export function permissions(): ProxmoxRead<Permissions> {
  return read('/access/permissions', {}, z.record(z.string(), z.record(z.string(), perlBoolean)));
}
