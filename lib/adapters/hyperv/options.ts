import { z } from 'zod';
import type { Environment } from '../../environment/environment.ts';
import { toolError } from '../pacemaker/context.ts';

const schema = z.strictObject({
  backup: z.strictObject({
    /** Folder on each node, or on a cluster shared volume, into which guests are exported. */
    directory: z.string().regex(/^[A-Za-z]:\\[^<>:"|?*\0]*[^\\<>:"|?*\0]$/, 'must be an absolute Windows path without a backslash at its end').optional(),
    /** Windows Server Backup in the place of exports. */
    serverBackup: z.strictObject({
      /** Volume of each node that holds nothing else: what is found there before is never touched, and keeps a backup from being made. */
      volume: z.string().regex(/^[A-Za-z]:$/, 'must be a drive letter and a colon, for example "E:"'),
    }).optional(),
  }).refine(({ directory, serverBackup }) => (directory === undefined) !== (serverBackup === undefined), 'must have either directory or serverBackup').optional(),
  evidence: z.strictObject({
    /** Whether the cluster log of each node is made (Get-ClusterLog) after each row: it takes some seconds a node. */
    clusterLog: z.boolean().optional(),
    /** Whether the newest report of Test-Cluster that lies on the nodes is attached, once a connection (default true). Nothing is tested. */
    validationReport: z.boolean().optional(),
    /** Whether it is told what Windows Server Backup of each node did last, where it is installed. It is not driven for it. */
    serverBackup: z.boolean().optional(),
  }).optional(),
  disks: z.strictObject({
    /** Whether disk-removal waits until the pool has given the disk up and made its copies anew, before it is put back (default false). */
    awaitRepair: z.boolean().optional(),
  }).optional(),
  restore: z.strictObject({
    /** Name of the item of Hyper-V's data exchange under which the guest publishes its write sequence: nothing else leaves a private switch. */
    exchange: z.string().min(1).max(255).optional(),
  }).optional(),
});

export type HypervOptions = z.infer<typeof schema>;

/** The `hyperv:` key of the environment file. */
export function hypervOptions(environment: Environment): HypervOptions {
  const { success, data, error } = schema.safeParse(environment.platformOptions);
  if (success) return data;
  throw toolError(`The key "hyperv" of ${environment.source.path} is wrong: ${error.issues.map((issue) => `${['hyperv', ...issue.path].join('.')}: ${issue.message}`).join('; ')}.`, 'Nothing was done.', String.raw`Write for example: hyperv: { backup: { directory: 'C:\ClusterStorage\Volume1\ha-acceptance' } }.`, 'connecting', environment.name);
}
