import { z } from 'zod';
import { perlBoolean, perlNumber, perlText } from '../perl.ts';
import { read, write } from '../request.ts';
import type { ProxmoxRead, ProxmoxWrite } from '../request.ts';

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

/** Whether Ceph itself says that an OSD may be stopped without losing service. */
export interface OsdSafety {
  safe: boolean;
  detail: string;
}

export function osdSafety(node: string, id: string): ProxmoxRead<OsdSafety> {
  const answer = z.object({ safe: perlBoolean, status: z.string().default('') }).transform(({ safe, status }): OsdSafety => ({ safe, detail: status }));
  return read('/nodes/{node}/ceph/cmd-safety', { node }, answer, { service: 'osd', id, action: 'stop' });
}

/** Stops or starts the daemon of an OSD; a task. */
export function changeOsdService(node: string, id: string, change: 'stop' | 'start'): ProxmoxWrite<unknown> {
  return write('POST', `/nodes/{node}/ceph/${change}`, { node }, z.unknown(), { service: `osd.${id}` });
}

/** Puts an OSD back among those that hold data, after Ceph put it out by itself (600 s after it went down). */
export function takeOsdIn(node: string, id: string): ProxmoxWrite<null> {
  return write('POST', '/nodes/{node}/ceph/osd/{osdid}/in', { node, osdid: id }, z.unknown().transform(() => null));
}
