import { afterEach, describe, expect, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import { registerSecret } from '../../record/scrub.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import type { StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { SshError } from '../../transports/ssh-error.ts';
import { operationLog } from '../operation.ts';
import { verifyBackup } from './backup-verification.ts';
import type { BackupToVerify } from './backup-verification.ts';
import { contextOfModel, environment, shellsOf } from './testing.ts';

afterEach(endAll);
const { signal } = new AbortController();
const volume = 'shared:backup/vzdump-qemu-100-2026_11_21-00_00_00.vma.zst';
const [web] = environment.guests;
if (web === undefined) throw new Error('the recorded environment has a guest');
const backup: BackupToVerify = {
  node: 'pve3', guest: web,
  storage: { name: 'shared', type: 'dir', content: ['backup'], active: true, shared: true, availableBytes: null },
  archive: { volume, vmid: '100', createdAt: 1, bytes: 1, verified: null, encrypted: false, notes: 'ha-acceptance' },
};

async function withArchive(isThere = true): Promise<Played> {
  const played = await play();
  if (isThere) played.cluster.world.backups.set(volume, { volid: volume, vmid: '100', kind: 'vm', ctime: 1, size: 1, notes: 'ha-acceptance', config: { name: 'web' } });
  return played;
}

const verify = async (context: Parameters<typeof verifyBackup>[0], what = backup) => verifyBackup(context, what, operationLog(), signal);

describe('an archive on an ordinary storage is read to its end by its node', () => {
  test('which says that its sums hold, and is told the volume as a word of its own', async () => {
    const played = await withArchive();
    const { fleet, told } = shellsOf(played);
    expect(await verify({ ...contextOfModel(played), fleet })).toEqual({ verified: true, verification: 'pve3 read it back to its end, its sums hold' });
    expect(told).toEqual([expect.stringMatching(/^pve3: bash -c set -eo pipefail[\s\S]*vma verify[\s\S]* bash shared:backup\/vzdump-qemu-100-\S+$/)]);
  });

  test('which cannot: then it is no backup, in the node\'s words', async () => {
    const played = await withArchive(false);
    expect(await verify({ ...contextOfModel(played), fleet: shellsOf(played).fleet })).toEqual({ verified: false, verification: `pve3 could not read it back (status 1): volume '${volume}' does not exist` });
  });

  test('which cannot, and whose words are quoted without half a secret', async () => {
    registerSecret('half-secret-of-vma');
    const { fleet } = shellsOf(await withArchive());
    const hosts = new Map([...fleet.hosts].map(([name, host]) => [name, { ...host, exec: async () => ({ code: 1, stdout: '', stderr: `half-secret-of-vma${'x'.repeat(395)}`, ms: 1 }) }]));
    expect((await verify({ ...contextOfModel(await withArchive()), fleet: { ...fleet, hosts } })).verification).toMatch(/\(status 1\): cret\]x{395}$/);
  });

  test('whose shell was lost: nobody can tell', async () => {
    const played = await withArchive();
    const { fleet } = shellsOf(played, () => {
      throw new SshError('lost', 'pve3', 'The connection to pve3 broke.');
    });
    expect(await verify({ ...contextOfModel(played), fleet })).toEqual({ verified: null, verification: 'it could not be read back: The connection to pve3 broke.' });
  });
});

describe('without ssh only its head is read', () => {
  test('which proves nothing of its data', async () => {
    expect(await verify(contextOfModel(await withArchive()))).toMatchObject({ verified: null, verification: expect.stringContaining('its data were not read') as string });
  });

  test('and where not even that can be read, it is no backup', async () => {
    expect(await verify(contextOfModel(await withArchive(false)))).toMatchObject({ verified: false, verification: expect.stringContaining('does not exist') as string });
  });
});

describe('an archive on a Proxmox Backup Server is verified by that server', () => {
  /** Its list as the server's storage has it, with the result from a moment on; invented in the documented shape. */
  async function byServer(state: string | null): Promise<Awaited<ReturnType<typeof verify>>> {
    let looks = 0;
    const answer = ({ call }: StandInRequest) => {
      if (call !== 'GET /nodes/{node}/storage/{storage}/content') return null;
      looks += 1;
      return { data: [{ volid: volume, vmid: 100, ctime: 1, size: 1, notes: 'ha-acceptance', ...(state === null || looks < 3 ? {} : { verification: { state, upid: 'UPID:x' } }) }] };
    };
    return verify(contextOfModel(await play({ answer })), { ...backup, storage: { ...backup.storage, type: 'pbs' } });
  }

  test.each([['ok', true, /verified it: ok/], ['failed', false, /verified it: FAILED/], [null, null, /has not verified it by itself.*Verify New/]])('whose word in the end is %s', async (state, verified, words) => {
    expect(await byServer(state)).toEqual({ verified, verification: expect.stringMatching(words) as string });
  });
});
