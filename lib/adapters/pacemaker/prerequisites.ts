import { virtualDomainsOf } from '../../platforms/pacemaker/cib.ts';
import { metaCommand } from '../../platforms/pacemaker/commands.ts';
import { reachCommand } from '../../platforms/pacemaker/virsh.ts';
import type { XmlElement } from '../../platforms/pacemaker/xml.ts';
import { quote } from '../../record/scrub.ts';
import type { CallOptions, Prerequisite } from '../hypervisor.ts';
import { ask, withSignal, type PacemakerContext } from './context.ts';
import { pacemakerOptions } from './options.ts';
import { fencingPrerequisites } from './prerequisites-fencing.ts';
import { roomPrerequisites } from './prerequisites-room.ts';
import { learnGuests, readConfiguration } from './reading.ts';

/** A connection of libvirt to libvirt takes a second or two. */
const reachTimeoutMs = 20_000;
const folderTimeoutMs = 10_000;
/** What crm_resource ends with when a resource has no such attribute (6 or 105, or 0 and nothing said: as the version has it); the default of allow-migrate is no. */
const notSet = [6, 105];

/** The folder, or the one above in which it would be made: whether it can be written, and the bytes that are free there. */
const folderCommand = (folder: string): string[] => ['sh', '-c', 'd=$1; until [ -e "$d" ]; do d=$(dirname -- "$d"); done; [ -d "$d" ] && [ -w "$d" ] && df -B1 --output=avail -- "$d" | tail -n 1', 'sh', folder];

async function mayMigrate(context: PacemakerContext, options?: CallOptions): Promise<Prerequisite[]> {
  return Promise.all(context.environment.guests.map(async ({ name, id }): Promise<Prerequisite> => {
    const title = `guest ${name} may be migrated live`;
    const remedy = `Run "crm_resource --resource ${id} --meta --set-parameter allow-migrate --parameter-value true" on a node.`;
    try {
      const { code, stdout } = await ask(context, metaCommand(id, 'allow-migrate'), { ...withSignal(options), accept: (answer) => answer.code === 0 || notSet.includes(answer.code) });
      const value = (code === 0 ? stdout.trim() : '') || 'not set';
      return { title, ok: /^(?:true|yes|on|y|1)$/i.test(value), detail: `allow-migrate is ${value}`, remedy };
    } catch (error) {
      options?.signal?.throwIfAborted();
      return { title, ok: null, detail: (error as Error).message, remedy };
    }
  }));
}

/** Every node must reach every other over the way that its guests migrate by: a failover may take any guest anywhere. */
async function migrationWays(context: PacemakerContext, cib: XmlElement, options?: CallOptions): Promise<Prerequisite[]> {
  const ids = new Set(context.environment.guests.map(({ id }) => id));
  const transports = [...new Set(virtualDomainsOf(cib).filter(({ id }) => ids.has(id)).map(({ migrationTransport }) => migrationTransport))];
  const names = context.environment.nodes.map(({ name }) => name);
  const ways = names.flatMap((from) => names.filter((to) => to !== from).flatMap((to) => transports.map((transport) => ({ from, to, transport }))));
  return Promise.all(ways.map(async ({ from, to, transport }): Promise<Prerequisite> => {
    const title = `guests can migrate from ${from} to ${to}`;
    const remedy = transport === 'ssh' ? `Let root of ${from} log in to ${to} by key without being asked, and put ${to}'s host key into its known hosts.` : `See that libvirt of ${to} answers ${from} over ${transport ?? 'TLS'}.`;
    try {
      const host = context.fleet.hosts.get(from);
      if (host === undefined) throw new Error(`${from} cannot be reached`);
      const { code, stderr } = await host.exec(reachCommand(to, transport), { timeoutMs: reachTimeoutMs, ...withSignal(options) });
      return { title, ok: code === 0, detail: code === 0 ? `libvirt of ${to} answers it over ${transport ?? 'TLS'}` : quote(stderr.trim(), 300), remedy };
    } catch (error) {
      options?.signal?.throwIfAborted();
      return { title, ok: null, detail: (error as Error).message, remedy };
    }
  }));
}

async function backupFolders(context: PacemakerContext, options?: CallOptions): Promise<Prerequisite[]> {
  const folder = pacemakerOptions(context.environment).backup?.directory;
  if (folder === undefined) return [];
  const answers = await context.fleet.each(folderCommand(folder), { timeoutMs: folderTimeoutMs, ...withSignal(options) });
  return [...answers].map(([node, answer]): Prerequisite => {
    const title = `backups can be written on ${node}`;
    const remedy = `Make ${folder} on ${node} a folder that the account of the environment file may write, with room in it.`;
    if (answer instanceof Error) return { title, ok: null, detail: answer.message, remedy };
    const free = Number(answer.stdout.trim() || Number.NaN);
    const ok = answer.code === 0 && free > 0;
    return { title, ok, detail: ok ? `${folder}: ${(free / 2 ** 30).toFixed(1)} GiB free` : `${folder} cannot be written, or is full`, remedy };
  });
}

/** Everything that a Pacemaker cluster must have for what its rows ask of it. */
export async function readPrerequisites(context: PacemakerContext, options?: CallOptions): Promise<Prerequisite[]> {
  const cib = await readConfiguration(context, options);
  await learnGuests(context, cib, options);
  const found = await Promise.all([
    fencingPrerequisites(context, cib, options),
    mayMigrate(context, options),
    migrationWays(context, cib, options),
    roomPrerequisites(context, options),
    backupFolders(context, options),
  ]);
  return found.flat();
}
