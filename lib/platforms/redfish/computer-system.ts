import { z } from 'zod';
import type { HttpsTarget } from '../../transports/https-client.ts';

/** Power states of the schema ComputerSystem. */
export const powerStates = ['On', 'Off', 'PoweringOn', 'PoweringOff', 'Paused'] as const;
export type PowerState = (typeof powerStates)[number];

/** Path of a resource on the same BMC. Anything else would carry our password elsewhere. */
export const resourcePath = z.string().regex(/^\/(?!\/)[^\s]*$/, 'must be a path on this BMC');

/** Path of a Location of this BMC, which may be written as a whole address; null for none, and for one of somebody else. */
export function pathOnBmc({ baseUrl }: Pick<HttpsTarget, 'baseUrl'>, location: string | undefined): string | null {
  if (location === undefined || !URL.canParse(location, baseUrl)) return null;
  const url = new URL(location, baseUrl);
  return url.origin === new URL(baseUrl).origin ? (resourcePath.safeParse(`${url.pathname}${url.search}`).data ?? null) : null;
}

const link = z.object({ '@odata.id': resourcePath });

/** Resource root of a Redfish service; the part that we use. */
export const serviceRoot = z.object({ Systems: link, Links: z.object({ Sessions: link.optional() }).optional() });
/** A collection of resources. */
export const collection = z.object({ Members: z.array(link) });
/** What an action's parameters may be, where the action refers to it instead of saying it. */
export const actionInfo = z.object({ Parameters: z.array(z.object({ Name: z.string(), AllowableValues: z.array(z.string()).optional() })) });

/** A ComputerSystem; the part that we use. */
export const computerSystem = z.object({
  '@odata.id': resourcePath,
  Id: z.string(),
  Name: z.string().optional(),
  HostName: z.string().nullish(),
  UUID: z.string().nullish(),
  SerialNumber: z.string().nullish(),
  SKU: z.string().nullish(),
  PowerState: z.enum(powerStates).nullish(),
  Actions: z.object({
    '#ComputerSystem.Reset': z.object({
      target: resourcePath,
      'ResetType@Redfish.AllowableValues': z.array(z.string()).optional(),
      '@Redfish.ActionInfo': resourcePath.optional(),
    }).optional(),
  }).optional(),
});
export type ComputerSystem = z.infer<typeof computerSystem>;

/** A task or task monitor (schema Task); the part that we use. */
export const task = z.object({
  TaskState: z.string().optional(),
  TaskStatus: z.string().optional(),
  Messages: z.array(z.object({ Message: z.string().optional() })).optional(),
});

/** Task states after which nothing more happens (schema Task, TaskState). */
export const endedTaskStates: readonly string[] = ['Completed', 'Killed', 'Cancelled', 'Exception'];
