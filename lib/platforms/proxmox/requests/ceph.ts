import { z } from 'zod';
import { perlBoolean, perlNumber, perlText } from '../perl.ts';
import { read } from '../request.ts';
import type { ProxmoxRead } from '../request.ts';

/**
 * Ceph's own `ceph status`, passed through; read by lib/platforms/ceph. Asked of a node without Ceph it is 500 "binary not
 * installed": choose the endpoint, or name a node that the endpoint is to pass the question on to.
 */
export function cephStatus(node?: string): ProxmoxRead<unknown> {
  return node === undefined ? read('/cluster/ceph/status', {}, z.unknown()) : read('/nodes/{node}/ceph/status', { node }, z.unknown());
}

interface TreeNode {
  id: string;
  name: string;
  type: string;
  status?: string | undefined;
  reweight?: number | undefined;
  in?: boolean | undefined;
  children: TreeNode[];
}

const treeNode: z.ZodType<TreeNode> = z.lazy(() => z.object({ id: perlText, name: z.string(), type: z.string(), status: z.string().optional(), reweight: perlNumber.optional(), in: perlBoolean.optional(), children: z.array(treeNode).default([]) }));

/** A nested tree, flat and with numbers for names, as `ceph osd tree --format json` gives it. */
function flatten(node: TreeNode): Record<string, unknown>[] {
  const own = { id: Number(node.id), name: node.name, type: node.type, children: node.children.map(({ id }) => Number(id)), ...(node.type === 'osd' ? { status: node.status ?? 'unknown', reweight: node.in === false ? 0 : (node.reweight ?? 0) } : {}) };
  return [own, ...node.children.flatMap(flatten)];
}

const tree = z.object({ root: z.object({ children: z.array(treeNode).default([]) }) }).transform(({ root }) => ({ nodes: root.children.flatMap(flatten) }));

/** The tree of OSDs in the form of Ceph's own `osd tree`. @param node one with Ceph */
export function osdTree(node: string): ProxmoxRead<unknown> {
  return read('/nodes/{node}/ceph/osd', { node }, tree);
}

const pools = z.array(z.object({ pool_name: z.string(), size: perlNumber, min_size: perlNumber, application_metadata: z.record(z.string(), z.unknown()).default({}) }));

/** Pools with their copies, in the form of Ceph's own `osd pool ls detail`. @param node one with Ceph */
export function cephPools(node: string): ProxmoxRead<unknown> {
  return read('/nodes/{node}/ceph/pool', { node }, pools);
}
