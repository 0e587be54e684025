import { afterEach, expect, test } from 'vitest';
import { setGuestConfig } from '../../platforms/proxmox/requests/guests.ts';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { ProxmoxContext } from './context.ts';
import { restoreBackup } from './restore.ts';
import { takeSnapshot } from './snapshot.ts';
import { contextOfModel, environment as recorded } from './testing.ts';

afterEach(endAll);

const guestWith = (option: Record<string, string>) => [{ vmid: '100', node: 'pve3', config: { name: 'web', agent: '1', scsi0: 'shared:100/vm-100-disk-0.raw,size=1G', ...option } }];
const guests = guestWith({ hookscript: 'local:snippets/x.sh' });
const played = async (allow: Partial<typeof recorded.allow> = {}, of = guests): Promise<ProxmoxContext> => ({
  ...contextOfModel(await play({ guests: of })),
  settings: { backup: { storage: 'shared', mode: 'snapshot' } },
  environment: { ...recorded, allow: { ...recorded.allow, faults: ['backup', 'backup-restore'], guests: ['web'], ...allow } },
});
const cautions = async (context: ProxmoxContext): Promise<unknown[]> => ((await takeSnapshot(context, 'full')).cautions ?? []).map(({ faults, guest, why }) => [faults, guest, why]);

test('a guest with a hook script is kept from its restoration alone, while a token signs in', async () => {
  expect(await cautions(await played())).toEqual([[['backup-restore'], 'web', expect.stringContaining('harness@pve!acceptance cannot restore web beside itself: its configuration has hookscript') as string]]);
});

test('so is one with "args", as the recorded guest has them; whatever else is done to it is not refused', async () => {
  const { cautions: found = [] } = await takeSnapshot(await played({}, guestWith({ args: '-kernel /boot/vmlinuz' })), 'full');
  expect(found).toEqual([{ faults: ['backup-restore'], node: null, guest: 'web', why: expect.stringContaining('its configuration has args') as string, remedy: expect.stringContaining('qm set') as string }]);
});

test('nothing is said of a guest that may not be touched, where nothing is restored, and to root@pam itself', async () => {
  expect(await cautions(await played({ guests: [] }))).toEqual([]);
  expect(await cautions(await played({ faults: ['backup'] }))).toEqual([]);
  const context = await played();
  expect(await cautions({ ...context, client: { ...context.client, user: 'root@pam' } })).toEqual([]);
});

test('the restoration refuses it by itself as well, before it makes anything', async () => {
  const model = await play({ guests });
  const context: ProxmoxContext = { ...contextOfModel(model), settings: { backup: { storage: 'shared', mode: 'snapshot' } } };
  const operation = await restoreBackup(context, 'web', { archive: 'shared:backup/x', node: 'pve3', status: 'OK', warnings: 0, bytes: 1, guestDiskBytes: 1, listed: true, verified: null, verification: '', durationMs: 1 });
  await expect(operation.done).rejects.toMatchObject({ fault: { blame: 'tool', message: expect.stringContaining('hookscript') as string, remedy: expect.stringContaining('credentials.login') as string } });
  expect(model.cluster.standIn.asked.filter((line) => line.includes(' POST '))).toEqual([]);
});

test.each(['vm', 'container'] as const)('the platform refuses a token that takes the hook script of a %s away', async (kind) => {
  const { write } = await play({ guests: [{ vmid: '100', node: 'pve3', kind, config: { hookscript: 'local:snippets/x.sh' } }] });
  await expect(write(setGuestConfig('pve3', kind, '100', { delete: 'net0,hookscript' }))).rejects.toThrow(kind === 'vm' ? "only root can set 'hookscript' config" : 'changing the hookscript is only allowed for root@pam');
});
