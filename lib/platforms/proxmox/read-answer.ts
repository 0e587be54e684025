import { z } from 'zod';
import { quote } from '../../record/scrub.ts';
import { ProxmoxError } from './proxmox-error.ts';

const envelope = z.object({ data: z.unknown() });

/** Longest stretch of an answer that is quoted in an error. */
const quotedCharacters = 120;

/**
 * The `data` of an answer in the shape that was documented.
 *
 * @throws ProxmoxError when it is something else.
 */
export function readAnswer<T>(asked: string, endpoint: string, body: string, shape: z.ZodType<T>): T {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    throw new ProxmoxError('answer', `${asked} through ${endpoint}: the answer is not JSON ("${quote(body.trim(), quotedCharacters)}"). Is this the API of Proxmox VE, port 8006?`, { endpoint });
  }
  const opened = envelope.safeParse(document);
  if (!opened.success || typeof document !== 'object' || document === null || !('data' in document)) throw new ProxmoxError('answer', `${asked} through ${endpoint}: the answer has no "data". Is this the API of Proxmox VE, port 8006?`, { endpoint });
  const read = shape.safeParse(opened.data.data);
  if (read.success) return read.data;
  throw new ProxmoxError('answer', `${asked} through ${endpoint}: the answer is not as documented: ${read.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}. Report it with the version of Proxmox VE.`, { endpoint });
}
