import { z } from 'zod';
import type { Environment } from '../../environment/environment.ts';
import { toolError } from './context.ts';

const schema = z.strictObject({
  backup: z.strictObject({
    /** Folder on each node into which archives are written. */
    directory: z.string().regex(/^\/[^\0]*[^/\0]$/, 'must be an absolute path without a slash at its end'),
  }).optional(),
});

export type PacemakerOptions = z.infer<typeof schema>;

/** The `pacemaker:` key of the environment file. */
export function pacemakerOptions(environment: Environment): PacemakerOptions {
  const { success, data, error } = schema.safeParse(environment.platformOptions);
  if (success) return data;
  throw toolError(`The key "pacemaker" of ${environment.source.path} is wrong: ${error.issues.map((issue) => `${['pacemaker', ...issue.path].join('.')}: ${issue.message}`).join('; ')}.`, 'Nothing was done.', 'Write for example "pacemaker: { backup: { directory: /var/lib/libvirt/backup } }".', 'connecting', environment.name);
}
