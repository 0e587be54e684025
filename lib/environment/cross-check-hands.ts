import { z } from 'zod';
import type { Problem } from './problem.ts';

const text = z.string().nullable().catch(null);

/** What can be read of the hands of a file that may be wrong anywhere. */
const sketchSchema = z.looseObject({
  platform: text,
  ssh: z.unknown().optional(),
  nodes: z
    .array(z.looseObject({
      power: z.looseObject({ hand: text, ssh: z.unknown().optional() }).nullable().catch(null).default(null),
      shutdown: z.looseObject({ hand: text }).nullable().catch(null).default(null),
      disks: z.array(z.looseObject({ id: text, hand: text, serial: z.unknown().optional() }).catch({ id: null, hand: null, serial: null })).catch([]).default([]),
    }).catch({ power: null, shutdown: null, disks: [] }))
    .catch([]),
});

type Node = z.output<typeof sketchSchema>['nodes'][number];

const parents = new Set(['parent-proxmox', 'parent-hyperv', 'parent-vmware']);
/** Parents that are reached by ssh, with the login of the nodes unless they have one of their own. */
const parentsOverSsh = new Set(['parent-hyperv', 'parent-vmware']);

function ofNode({ power, shutdown, disks }: Node, index: number, canSsh: boolean, platform: string | null): Problem[] {
  const problem = (path: PropertyKey[], message: string): Problem => ({ path: ['nodes', index, ...path], part: 'value', message });
  const overSsh: PropertyKey[][] = [...(shutdown?.hand === 'ssh' ? [['shutdown', 'hand']] : []), ...disks.flatMap(({ hand }, disk) => (hand === 'ssh' ? [['disks', disk, 'hand']] : []))];
  return [
    ...(canSsh ? [] : overSsh.map((path) => problem(path, 'needs a way to the node, and the file has none. Add ssh: { user: root, key: "file:...", knownHosts: "file:..." }.'))),
    ...(canSsh || power === null || !parentsOverSsh.has(power.hand ?? '') || (power['ssh'] !== undefined && power['ssh'] !== null) ? [] : [problem(['power', 'hand'], 'reaches its host by ssh, and neither it nor the file says how. Add ssh: { user: ..., key: "file:...", knownHosts: "file:..." } to it.')]),
    ...(canSsh ? [] : disks.flatMap(({ hand }, disk) => (hand === 'parent-vmware' ? [problem(['disks', disk, 'hand'], 'asks the node itself whether the disk is gone, and the file has no way to it. Add ssh: { user: root, key: "file:...", knownHosts: "file:..." }.')] : []))),
    ...(platform === 'hyperv' ? overSsh.map((path) => problem(path, 'ssh works a Linux kernel, and the nodes of this platform have none. Use hand: command.')) : []),
    ...disks.flatMap(({ id, hand, serial }, disk): Problem[] => {
      if (hand === 'ssh' && (serial === undefined || serial === null) && id !== null && !/^osd\.\d+$/.test(id)) return [problem(['disks', disk, 'hand'], `needs the serial number of "${id}", because the name of a device changes: only an OSD (osd.N) is found without. Add serial, as "lsblk -dno NAME,SERIAL,WWN" on the node shows it.`)];
      if (hand !== null && parents.has(hand) && power?.hand !== hand) return [problem(['disks', disk, 'hand'], `reaches the disk through the parent that holds the power of the node, and that is not named. Add power: { hand: ${hand}, ... } to the node.`)];
      return [];
    }),
  ];
}

/** Hands that lack what they work with. Takes the file as it was written. */
export function crossCheckHands(document: unknown): Problem[] {
  const { success, data } = sketchSchema.safeParse(document);
  if (!success) return [];
  return data.nodes.flatMap((node, index) => ofNode(node, index, data.ssh !== undefined && data.ssh !== null, data.platform));
}
