import { z } from 'zod';
import type { Environment } from '../../environment/environment.ts';
import { AdapterError } from '../adapter-error.ts';

/** pve-storage-id of PVE::JSONSchema. */
const storageName = z.string().regex(/^[a-z][a-z0-9\-_.]*[a-z0-9]$/i, 'must be the name of a storage, as "pvesm status" shows it');

const schema = z.strictObject({
  backup: z.strictObject({
    /** Storage that the archives go to; of any type that takes backups. */
    storage: storageName,
    mode: z.enum(['snapshot', 'suspend', 'stop']).default('snapshot'),
    /** A Proxmox Backup Server behind that storage, asked itself to verify what was written. */
    server: z.strictObject({
      url: z.url({ protocol: /^https$/, error: 'must be the address of the Proxmox Backup Server, for example https://192.0.2.40:8007' }),
      datastore: z.string().min(1),
      namespace: z.string().min(1).optional(),
      fingerprint: z.string().min(1).optional(),
    }).optional(),
  }).optional(),
  restore: z.strictObject({
    /** Storage for the disks of scratch guests. Default: that of the guest's first disk. */
    storage: storageName.optional(),
  }).optional(),
});

export type ProxmoxSettings = z.infer<typeof schema>;

/** What `credentials` may hold. */
const knownCredentials = ['token', 'login', 'ca', 'backupServer'];

function wrong(environment: Environment, what: string, remedy: string): AdapterError {
  return new AdapterError({ message: `${environment.source.path}: ${what}`, blame: 'tool', impact: 'Nothing was done.', remedy, phase: 'connecting', target: environment.name });
}

/** The `proxmox:` key of the environment file. @throws AdapterError that names what is wrong in it, or in the names under `credentials`. */
export function proxmoxSettings(environment: Environment): ProxmoxSettings {
  const stranger = Object.keys(environment.credentials).find((name) => !knownCredentials.includes(name));
  if (stranger !== undefined) throw wrong(environment, `credentials.${stranger} is not known on this platform.`, `Known are ${knownCredentials.join(', ')}.`);
  const { success, data, error } = schema.safeParse(environment.platformOptions);
  if (!success) throw wrong(environment, error.issues.map((issue) => `${['proxmox', ...issue.path].join('.')}: ${issue.message}`).join('; '), 'Write for example "proxmox: { backup: { storage: shared } }".');
  if (data.backup?.server !== undefined && environment.credentials['backupServer'] === undefined) throw wrong(environment, 'proxmox.backup.server has no credentials.', 'Add credentials.backupServer, a token of the Proxmox Backup Server: user@realm!name:secret.');
  return data;
}
