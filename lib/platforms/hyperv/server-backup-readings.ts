import { z } from 'zod';
import { list, moment } from '../../transports/powershell/json51.ts';

const count = z.string().regex(/^\d+$/).transform(Number);

/** read-server-target.ps1. Results as Windows tells them: 0 is success, and some versions write a word. */
export const serverTargetReading = z.object({
  present: z.boolean(),
  free: count.nullable(),
  marks: list(z.object({ name: z.string(), utc: moment })),
  running: z.object({ began: moment, doing: z.string() }).nullable(),
  last: z.object({ state: z.string(), hresult: z.string(), detail: z.string(), words: z.string(), began: moment }).nullable(),
  versions: list(z.object({ id: z.string(), utc: moment, machines: list(z.string()), volumes: z.int() })),
});
export type ServerTarget = z.output<typeof serverTargetReading>;

/** verify-server-backup.ps1 */
export const serverImagesReading = z.object({ images: list(z.object({ name: z.string(), bytes: count, intact: z.boolean().nullable() })) });
