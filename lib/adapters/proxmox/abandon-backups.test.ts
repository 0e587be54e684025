import { afterEach, describe, expect, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import { startBackup } from '../../platforms/proxmox/requests/storage.ts';
import { abandonBackups } from './abandon-backups.ts';
import { backUp } from './backup.ts';
import type { ProxmoxContext } from './context.ts';
import { contextOfModel } from './testing.ts';

afterEach(endAll);

const contextOf = (played: Played): ProxmoxContext => ({ ...contextOfModel(played), settings: { backup: { storage: 'shared', mode: 'snapshot' } } });
const running = ({ cluster }: Played): string[] => cluster.world.tasks.filter(({ type, endS }) => type === 'vzdump' && endS === null).map(({ upid }) => upid);

/** Somebody else's archive of the guest, as a nightly job makes it. */
function foreign({ cluster: { world } }: Played): string {
  const volid = 'shared:backup/vzdump-qemu-100-2026_11_20-00_00_00.vma.zst';
  world.backups.set(volid, { volid, vmid: '100', kind: 'vm', ctime: 1, size: 1, notes: 'nightly', config: {} });
  return volid;
}

describe('what our backups left', () => {
  test('archives with our note are removed, those of others are not touched; a second time nothing is sent', async () => {
    const played = await play();
    const others = foreign(played);
    await (await backUp(contextOf(played), 'web')).done;
    expect(played.cluster.world.backups.size).toBe(2);
    await abandonBackups(contextOf(played), 'web');
    expect([...played.cluster.world.backups.keys()]).toEqual([others]);
    const before = played.cluster.standIn.asked.length;
    await abandonBackups(contextOf(played), 'web');
    expect(played.cluster.standIn.asked.slice(before).filter((line) => !line.includes(' GET '))).toEqual([]);
  });

  test('a job of ours that runs is ended, and the guest is free', async () => {
    const played = await play({ work: { backup: 600 } });
    const given = new AbortController();
    const operation = await backUp(contextOf(played), 'web', { signal: given.signal });
    operation.done.catch(() => undefined);
    await operation.underWay;
    given.abort(new Error('given up'));
    await expect(operation.done).rejects.toThrow('given up');
    expect([running(played).length, played.cluster.world.guests.get('100')?.lock]).toEqual([1, 'backup']);
    await abandonBackups(contextOf(played), 'web');
    expect([running(played).length, played.cluster.world.guests.get('100')?.lock]).toEqual([0, null]);
  });

  test('a job of somebody else goes on', async () => {
    const played = await play({ work: { backup: 600 } });
    await played.write(startBackup('pve3', { vmid: '100', storage: 'shared', mode: 'snapshot', notes: 'nightly' }));
    await abandonBackups(contextOf(played), 'web');
    expect(running(played)).toHaveLength(1);
  });

  test('nothing is asked where no storage for backups is named', async () => {
    const played = await play();
    const before = played.cluster.standIn.asked.length;
    await abandonBackups(contextOfModel(played), 'web');
    expect(played.cluster.standIn.asked).toHaveLength(before);
  });
});
