import type { GuestConfig } from '../../environment/environment.ts';
import { ProxmoxError } from '../../platforms/proxmox/proxmox-error.ts';
import { backedUpConfig, listBackups } from '../../platforms/proxmox/requests/storage.ts';
import type { ListedBackup, NodeStorage } from '../../platforms/proxmox/requests/storage.ts';
import { quoteEnd } from '../../record/scrub.ts';
import { SshError } from '../../transports/ssh-error.ts';
import type { BackupOutcome } from '../hypervisor.ts';
import type { OperationLog } from '../operation.ts';
import { askServerToVerify } from './backup-server.ts';
import type { ProxmoxContext } from './context.ts';

export type Verification = Pick<BackupOutcome, 'verified' | 'verification'>;

export interface BackupToVerify {
  node: string;
  guest: GuestConfig;
  storage: NodeStorage;
  archive: ListedBackup;
}

/** Reading an archive back takes about as long as writing it. */
const readTimeoutMs = 3_600_000;
/** A datastore that verifies what is new begins at once; how long its word is waited for when we may not ask for it ourselves, ms. */
const ownWillMs = 60_000;
const serverTimeoutMs = 3_600_000;
const pollMs = 3000;

/** Reads an archive to its end: the sums in a VM's archive by `vma verify`, a container's by unpacking it to nowhere. Argument: its volume. */
const readBack = `set -eo pipefail
path=$(pvesm path "$1")
case $path in
  *.zst) out=(zstd -q -d -c) ;; *.gz|*.tgz) out=(gzip -d -c) ;; *.lzo) out=(lzop -d -c) ;; *) out=(cat) ;;
esac
case $path in
  *.vma|*.vma.*) "\${out[@]}" -- "$path" | vma verify - ;;
  *) "\${out[@]}" -- "$path" | tar -t -f - > /dev/null ;;
esac`;

/** What the Proxmox Backup Server says of the archive, after it was asked to verify it where we may. */
async function byServer(context: ProxmoxContext, { node, guest, storage, archive }: BackupToVerify, log: OperationLog, signal: AbortSignal): Promise<Verification> {
  const { client, clock, settings } = context;
  const server = settings.backup?.server;
  if (server !== undefined) log.add(await askServerToVerify(context, guest.kind === 'vm' ? 'vm' : 'ct', guest.id, archive.createdAt, signal));
  for (const until = clock.now() + (server === undefined ? ownWillMs : serverTimeoutMs); clock.now() < until; await clock.sleep(pollMs, signal)) {
    const now = (await client.read(listBackups(node, storage.name, guest.id), { signal })).find(({ volume }) => volume === archive.volume);
    if (now?.verified === 'ok') return { verified: true, verification: 'the Proxmox Backup Server verified it: ok' };
    if (now?.verified === 'failed') return { verified: false, verification: 'the Proxmox Backup Server verified it: FAILED' };
  }
  return { verified: null, verification: server === undefined ? 'the Proxmox Backup Server has not verified it by itself, and the environment file does not say how to ask it (proxmox.backup.server and credentials.backupServer), or switch "Verify New" of the datastore on' : 'the Proxmox Backup Server was asked and has given no result' };
}

async function overSsh(context: ProxmoxContext, { node, archive }: BackupToVerify, signal: AbortSignal): Promise<Verification | null> {
  const host = context.fleet?.hosts.get(node);
  if (host === undefined) return null;
  try {
    const { code, stderr, stdout } = await host.exec(['bash', '-c', readBack, 'bash', archive.volume], { timeoutMs: readTimeoutMs, signal });
    return { verified: code === 0, verification: code === 0 ? `${node} read it back to its end, its sums hold` : `${node} could not read it back (status ${code}): ${quoteEnd(stderr.trim() || stdout.trim(), 400)}` };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SshError)) throw error;
    return { verified: null, verification: `it could not be read back: ${error.message}` };
  }
}

/**
 * Whether an archive can be read: by the backup server where it lies on one, else by its node over ssh. Without ssh only its head is
 * read, which proves nothing of its data.
 */
export async function verifyBackup(context: ProxmoxContext, backup: BackupToVerify, log: OperationLog, signal: AbortSignal): Promise<Verification> {
  if (backup.storage.type === 'pbs') return byServer(context, backup, log, signal);
  const read = await overSsh(context, backup, signal);
  if (read !== null) return read;
  try {
    await context.client.read(backedUpConfig(backup.node, backup.archive.volume), { signal });
    return { verified: null, verification: 'its configuration can be read out of it; its data were not read, because the environment file gives no ssh' };
  } catch (error) {
    if (!(error instanceof ProxmoxError) || error.kind !== 'refused') throw error;
    return { verified: false, verification: `not even its configuration can be read: ${error.message}` };
  }
}
