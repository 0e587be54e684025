import { z } from 'zod';
import { list } from '../../transports/powershell/json51.ts';

const size = z.string().regex(/^\d+$/).transform(Number);
const files = list(z.object({ name: z.string(), bytes: size, digest: z.string() }));

/** import-scratch.ps1 */
export const importReading = z.object({ id: z.string() });
/** compare-disks.ps1 */
export const digestsReading = z.object({ exported: files, imported: files });
export type DigestsReading = z.output<typeof digestsReading>;
/** read-scratch.ps1. `word`: what the machine publishes by Hyper-V's data exchange under the name that was asked for. */
export const scratchReading = z.object({
  machines: list(z.object({ id: z.string(), name: z.string(), state: z.string(), heartbeat: z.string(), clustered: z.boolean(), adapters: list(z.object({ name: z.string(), switch: z.string() })), disks: list(z.string()), word: z.string().nullable() })),
  privateSwitches: list(z.string()),
  folder: z.boolean(),
});
export type ScratchReading = z.output<typeof scratchReading>;
/** remove-scratch.ps1 */
export const scratchLeftReading = z.object({ machines: list(z.string()), switches: list(z.string()), folder: z.boolean() });
