import { isIP } from 'node:net';
import { z } from 'zod';
import { crossCheckHands } from './cross-check-hands.ts';
import { suggest } from './did-you-mean.ts';
import { platformNames } from './environment.ts';
import type { Problem } from './problem.ts';

/** The only identity with which a cluster counts as disposable: the lab's own, which this tool makes up for each world. */
const labIdentityReference = 'env:HA_ACCEPTANCE_LAB_IDENTITY';

const name = z.string().nullable().catch(null);
const named = z.looseObject({ name });
const nothing = { name: null };

/** What can be read of a file that may be wrong anywhere, so that all problems are told at once. */
const sketchSchema = z.looseObject({
  name,
  platform: name,
  identity: name,
  disposable: z.boolean().catch(false),
  endpoints: z.array(z.looseObject({ node: name }).catch({ node: null })).catch([]),
  nodes: z.array(named.extend({ disks: z.array(z.looseObject({ id: name, hand: name }).catch({ id: null, hand: null })).catch([]) }).catch({ ...nothing, disks: [] })).catch([]),
  guests: z.array(named.extend({ id: name, probes: z.array(z.looseObject({ resolver: name }).catch({ resolver: null })).catch([]) }).catch({ ...nothing, id: null, probes: [] })).catch([]),
  allow: z.looseObject({ nodes: z.array(name).catch([]), guests: z.array(name).catch([]) }).catch({ nodes: [], guests: [] }),
});

type Sketch = z.output<typeof sketchSchema>;

interface Placed {
  text: string | null;
  path: PropertyKey[];
}

function duplicates(what: string, places: readonly Placed[]): Problem[] {
  const seen = new Set<string>();
  return places.flatMap(({ text, path }): Problem[] => {
    if (text === null) return [];
    if (seen.has(text)) return [{ path, part: 'value', message: `the ${what} "${text}" stands twice. Give each its own, or remove one.` }];
    seen.add(text);
    return [];
  });
}

function strangers(what: string, known: readonly (string | null)[], places: readonly Placed[]): Problem[] {
  const names = known.filter((text) => text !== null);
  return places.flatMap(({ text, path }): Problem[] => (text === null || names.includes(text) ? [] : [{ path, part: 'value', message: `"${text}" is not among the ${what} of this file. ${suggest(text, names)}` }]));
}

function checkDisposable({ disposable, name, identity }: Sketch): Problem[] {
  if (!disposable || (name === 'lab' && identity === labIdentityReference)) return [];
  return [{ path: ['disposable'], part: 'value', message: `true is only for the world that this tool itself made (environment "lab", identity ${labIdentityReference}). Write disposable: false; destructive rows then want --arm with the cluster's name.` }];
}

function checkPlatform(sketch: Sketch): Problem[] {
  const { platform } = sketch;
  if (!platformNames.some((known) => known === platform)) return [];
  const foreign = platformNames.filter((other) => other !== platform && sketch[other] !== undefined);
  return [
    ...foreign.map((other): Problem => ({ path: [other], part: 'key', message: `is for the platform ${other}, and this cluster's is ${platform}. Remove it, or correct the platform.` })),
    ...(platform !== 'proxmox' && sketch['ssh'] === undefined ? [{ path: ['ssh'], part: 'key', message: `is missing: the platform ${platform} is reached by ssh. Add ssh: { user: ..., key: "file:...", knownHosts: "file:..." }.` } as const] : []),
  ];
}

function checkNames({ nodes, guests, endpoints, allow }: Sketch): Problem[] {
  const nodeNames = nodes.map((node) => node.name);
  const guestNames = guests.map((guest) => guest.name);
  return [
    ...duplicates('node', nodes.map((node, index) => ({ text: node.name, path: ['nodes', index, 'name'] }))),
    ...duplicates('guest', guests.map((guest, index) => ({ text: guest.name, path: ['guests', index, 'name'] }))),
    ...duplicates('guest id', guests.map((guest, index) => ({ text: guest.id, path: ['guests', index, 'id'] }))),
    ...duplicates('disk', nodes.flatMap(({ disks }, node) => disks.map(({ id }, disk) => ({ text: id, path: ['nodes', node, 'disks', disk, 'id'] })))),
    ...strangers('nodes', nodeNames, endpoints.map(({ node }, index) => ({ text: node, path: ['endpoints', index, 'node'] }))),
    ...strangers('nodes', nodeNames, allow.nodes.map((text, index) => ({ text, path: ['allow', 'nodes', index] }))),
    ...strangers('guests', guestNames, allow.guests.map((text, index) => ({ text, path: ['allow', 'guests', index] }))),
    ...strangers('guests', guestNames, guests.flatMap(({ probes }, guest) => probes.map(({ resolver }, probe) => ({ text: resolver !== null && isIP(resolver) !== 0 ? null : resolver, path: ['guests', guest, 'probes', probe, 'resolver'] })))),
  ];
}

/** What does not fit together in an environment file, given as it was written. `fileName` is its name without `.yaml`. */
export function crossCheck(document: unknown, fileName: string): Problem[] {
  const { success, data: sketch } = sketchSchema.safeParse(document);
  if (!success) return [];
  const otherName: Problem[] = sketch.name === null || sketch.name === fileName ? [] : [{ path: ['name'], part: 'value', message: `"${sketch.name}" is not the name of this file. Write name: ${fileName}, or rename the file to ${sketch.name}.yaml.` }];
  return [...otherName, ...checkDisposable(sketch), ...checkPlatform(sketch), ...crossCheckHands(document), ...checkNames(sketch)];
}
