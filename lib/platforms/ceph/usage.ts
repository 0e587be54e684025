import { z } from 'zod';

const answer = z.object({ nodes: z.array(z.object({ name: z.string(), kb: z.number(), kb_used: z.number() })) });

/** How full a disk of the storage is. */
export interface DiskUsage {
  id: string;
  bytes: number;
  used: number;
}

/**
 * Reads the answer to `usageCommand`.
 *
 * @throws Error when it is something else.
 */
export function readUsage(text: string): DiskUsage[] {
  return answer.parse(JSON.parse(text)).nodes.map(({ name, kb, kb_used: used }) => ({ id: name, bytes: kb * 1024, used: used * 1024 }));
}
