import { z } from 'zod';
import { read } from '../request.ts';
import type { ProxmoxRead } from '../request.ts';

/** Version of Proxmox VE, by which calls differ: 7 and 8 have HA groups where 9 has rules. */
export interface ProxmoxVersion {
  /** For example `9.1.3`. */
  text: string;
  major: number;
}

const answer = z.object({ version: z.string() }).transform(({ version }, context): ProxmoxVersion => {
  const major = /^(\d+)(?:[.-]|$)/.exec(version)?.[1];
  if (major !== undefined) return { text: version, major: Number(major) };
  context.issues.push({ code: 'custom', message: `"${version}" is no version`, input: version });
  return z.NEVER;
});

/** Version of the node that is asked. */
export function version(): ProxmoxRead<ProxmoxVersion> {
  return read('/version', {}, answer);
}
