import { z } from 'zod';

/** The parts of Ceph's answers that are read (Ceph 14 and newer); what else is in them is let through. */

const count = z.number().default(0);

export const statusSchema = z.object({
  health: z.object({
    status: z.string(),
    checks: z.record(z.string(), z.object({ severity: z.string().default('HEALTH_WARN'), muted: z.boolean().default(false), summary: z.object({ message: z.string() }) })).default({}),
  }),
  pgmap: z.object({
    num_pgs: count,
    pgs_by_state: z.array(z.object({ state_name: z.string(), count: z.number() })).default([]),
    degraded_objects: count,
    degraded_total: count,
    misplaced_objects: count,
    misplaced_total: count,
    recovering_objects_per_sec: count,
  }),
});

export const treeSchema = z.object({
  nodes: z.array(z.object({ id: z.number(), name: z.string(), type: z.string(), children: z.array(z.number()).default([]), status: z.string().optional(), reweight: z.number().optional(), exists: z.number().optional() })),
  stray: z.array(z.object({ id: z.number(), name: z.string(), status: z.string().optional() })).default([]),
});

export const poolsSchema = z.array(z.object({ pool_name: z.string(), size: z.number(), min_size: z.number(), application_metadata: z.record(z.string(), z.unknown()).default({}) }));

export type CephStatus = z.infer<typeof statusSchema>;
export type OsdTree = z.infer<typeof treeSchema>;
export type CephPools = z.infer<typeof poolsSchema>;
