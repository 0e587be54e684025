import { readFileSync } from 'node:fs';
import type { Environment } from '../environment/environment.ts';
import { readNodePlace } from '../faults/node-place.ts';
import type { NodePlace } from '../faults/node-place.ts';

/** What tells this machine from every other one; null where it cannot be read (the firmware's UUID wants root). */
export interface OwnMarks {
  bootId: string | null;
  uuid: string | null;
}

export interface OwnPlace {
  /** Why this machine is a part of the target, in words; empty: as far as could be told it is none. */
  partOf: string[];
  /** What could not be told, in words. */
  untold: string[];
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim().toLowerCase() || null;
  } catch {
    return null;
  }
}

/** The marks of this machine: its kernel's boot, and the UUID in its firmware. */
export function ownMarks(): OwnMarks {
  return { bootId: contentOf('/proc/sys/kernel/random/boot_id'), uuid: contentOf('/sys/class/dmi/id/product_uuid') };
}

/** A UUID with the bytes of its first three fields turned round: firmware before SMBIOS 2.6 has them so. */
function turned(uuid: string): string {
  const [first = '', second = '', third = '', ...rest] = uuid.split('-');
  const turn = (field: string): string => (field.match(/../g) ?? []).toReversed().join('');
  return [turn(first), turn(second), turn(third), ...rest].join('-');
}

/** Compares this machine with what a node says of itself and of its guests. */
export function partOfNode(node: string, { bootId, guests }: NodePlace, own: OwnMarks): string[] {
  const isGuest = own.uuid !== null && (guests.includes(own.uuid) || guests.includes(turned(own.uuid)));
  return [
    ...(bootId !== null && bootId === own.bootId ? [`this machine runs on the kernel of node ${node} (boot id ${bootId}): it is the node, or a container on it`] : []),
    ...(isGuest ? [`this machine is a guest on node ${node} (UUID ${own.uuid})`] : []),
  ];
}

interface Asking {
  own: OwnMarks;
  read: typeof readNodePlace;
}

async function ask(environment: Environment, signal: AbortSignal, { own, read }: Asking): Promise<OwnPlace> {
  // A disposable world shares the machine's kernel by design.
  if (environment.disposable) return { partOf: [], untold: [] };
  const places = await Promise.all(environment.nodes.map(async ({ name }) => ({ name, place: await read(environment, name, signal) })));
  const silent = places.filter(({ place }) => place === null).map(({ name }) => name);
  return {
    partOf: places.flatMap(({ name, place }) => (place === null ? [] : partOfNode(name, place, own))),
    untold: [
      ...(own.uuid === null ? ['the UUID in the firmware of this machine cannot be read (it wants root), so guests were told by their addresses only'] : []),
      ...(silent.length === 0 ? [] : [`${silent.join(', ')} could not be asked over ssh what is on it, and was told by its address only`]),
    ],
  };
}

const asked = new WeakMap<Environment, Promise<OwnPlace>>();

/**
 * Whether this machine is a node of the target, a container on one, or a guest of it, whatever its addresses and whether the environment
 * file lists it: asked of every node over ssh, once in a process, while all of them are up.
 */
export async function ownPlaceOf(environment: Environment, signal: AbortSignal, asking: Asking = { own: ownMarks(), read: readNodePlace }): Promise<OwnPlace> {
  const known = asked.get(environment) ?? ask(environment, signal, asking);
  asked.set(environment, known);
  known.catch(() => asked.delete(environment));
  return known;
}
