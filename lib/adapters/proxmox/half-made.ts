import { nodeTasks } from '../../platforms/proxmox/requests/tasks.ts';
import type { ProxmoxContext } from './context.ts';
import { backedUpDisks } from './guest-disks.ts';

/** Types of the tasks that restore a guest (API2/Qemu.pm, API2/LXC.pm). */
const restorations: ReadonlySet<string> = new Set(['qmrestore', 'vzrestore']);
const starts: ReadonlySet<string> = new Set(['qmstart', 'vzstart']);

/** A guest with the id of a scratch guest that does not bear our mark. */
export interface UnmarkedGuest {
  node: string;
  vmid: string;
  config: Readonly<Record<string, string>>;
  /** Configuration of the guest whose scratch guest it may be. */
  original: Readonly<Record<string, string>>;
}

const nameOf = (config: Readonly<Record<string, string>>): string | undefined => config['name'] ?? config['hostname'];

/**
 * Whether an unmarked guest is what a restoration of ours left before it came to the mark. A restoration that fails, or whose node dies,
 * is not cleaned up by the platform: the guest stays, with nothing in its configuration. By then SMBIOS id and addresses are others than
 * the original's, so only the tasks of its node tell: the last restoration to this id was begun by our own user, and since then nobody
 * else has worked on the guest and nobody has started it, which we do with marked ones alone. Its name must be the original's, or none.
 * A user that signs in by password may be a person, who restores guests as well: then it must be empty, too.
 *
 * @throws ProxmoxError when the tasks of the node cannot be read: then nobody can tell
 */
export async function isHalfMade({ client }: Pick<ProxmoxContext, 'client'>, { node, vmid, config, original }: UnmarkedGuest, signal: AbortSignal): Promise<boolean> {
  const name = nameOf(config);
  if (name !== undefined && name !== nameOf(original)) return false;
  const isToken = client.user.includes('!');
  if (!isToken && backedUpDisks(config).length > 0) return false;
  const tasks = (await client.read(nodeTasks(node, { vmid }), { signal })).filter(({ id }) => id === vmid);
  const last = tasks.filter(({ type }) => restorations.has(type)).toSorted((one, other) => other.startTime - one.startTime)[0];
  if (last === undefined) return false;
  return tasks.every(({ startTime, user, type }) => startTime < last.startTime || (user === client.user && !starts.has(type)));
}
