import { z } from 'zod';
import { requestHttps } from '../../transports/https-client.ts';
import { AdapterError } from '../adapter-error.ts';
import type { ProxmoxContext } from './context.ts';

const timeoutMs = 30_000;
const answer = z.object({ data: z.string() });

/**
 * Asks a Proxmox Backup Server to verify one snapshot; it begins a task of its own, and its result is shown by the storage's list.
 * Documented in its API viewer (POST /admin/datastore/{store}/verify); its tokens are written with a colon, not with `=`.
 *
 * @param createdAt s since 1970, as the storage lists it
 * @returns what it answered, for the log
 * @throws AdapterError when it refuses
 */
export async function askServerToVerify({ settings, environment }: ProxmoxContext, type: 'vm' | 'ct', id: string, createdAt: number, signal: AbortSignal): Promise<string> {
  const server = settings.backup?.server;
  const token = environment.credentials['backupServer']?.reveal().trim();
  const fail = (what: string): AdapterError => new AdapterError({ message: `The Proxmox Backup Server ${server?.url ?? ''} cannot be asked to verify the backup: ${what}.`, blame: 'tool', impact: 'The backup was made; nobody verified it.', remedy: 'See proxmox.backup.server and credentials.backupServer: a token is written user@realm!name:secret and needs Datastore.Verify on the datastore.', phase: 'backup', target: id });
  if (server === undefined || token === undefined) throw fail('the environment file does not say how');
  const body = { 'backup-type': type, 'backup-id': id, 'backup-time': createdAt, 'ignore-verified': false, ...(server.namespace === undefined ? {} : { ns: server.namespace }) };
  const target = { baseUrl: server.url.replace(/\/$/, ''), headers: { Authorization: `PBSAPIToken=${token}` }, ...(server.fingerprint === undefined ? {} : { fingerprint: server.fingerprint }) };
  const response = await requestHttps(target, { method: 'POST', path: `/api2/json/admin/datastore/${encodeURIComponent(server.datastore)}/verify`, body, timeoutMs, signal }).catch((error: Error) => {
    signal.throwIfAborted();
    throw fail(error.message);
  });
  if (response.status !== 200) throw fail(`${response.status} ${response.body.trim() || response.reason}`);
  return `the Proxmox Backup Server verifies it: ${answer.parse(JSON.parse(response.body)).data}`;
}
