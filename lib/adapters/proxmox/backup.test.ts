import { afterEach, describe, expect, test } from 'vitest';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import type { Played } from '../../platforms/proxmox/testing/model/play.ts';
import type { ModelOptions } from '../../platforms/proxmox/testing/model/model-cluster.ts';
import { recordedData } from '../../platforms/proxmox/testing/recorded.ts';
import type { StandInRequest } from '../../platforms/proxmox/testing/stand-in.ts';
import { backUp } from './backup.ts';
import type { ProxmoxContext } from './context.ts';
import { contextOfModel } from './testing.ts';

afterEach(endAll);

const contextOf = (played: Played, storage = 'shared'): ProxmoxContext => ({ ...contextOfModel(played), settings: { backup: { storage, mode: 'snapshot' } } });
const sent = ({ cluster }: Played): string[] => cluster.standIn.asked.filter((line) => line.includes(' POST '));
const fault = async (context: ProxmoxContext) => backUp(context, 'web').then(({ done }) => done).then(() => expect.fail('it went well'), (error: unknown) => (error as { fault?: object }).fault ?? error);
/** One answer of the API in place of the model's. */
const instead = (call: string, answer: object) => ({ answer: (request: StandInRequest) => (request.call === call ? { data: answer } : null) });
const storage = { storage: 'shared', type: 'dir', content: 'images,backup', active: 1, enabled: 1, shared: 1, avail: 9, total: 9, used: 0 };

describe('a backup', () => {
  test('is asked of the node that has the guest, prunes nothing of what others keep, and bears our note', async () => {
    const played = await play();
    expect(await (await backUp(contextOf(played), 'web')).done).toMatchObject({ node: 'pve3', status: 'OK', warnings: 0, listed: true });
    expect(sent(played)).toEqual([expect.stringMatching(/POST \/nodes\/pve3\/vzdump .*storage=shared.*remove=0.*notes-template=ha-acceptance/) as string]);
  });

  test('that ended with warnings is told with their number: what they are worth is the policy\'s matter', async () => {
    const played = await play();
    played.cluster.world.backupWarnings.set('100', 2);
    expect(await (await backUp(contextOf(played), 'web')).done).toMatchObject({ status: 'WARNINGS: 2', warnings: 2, listed: true });
  });

  test('of a guest that moves away just then is not made, though the answer is 200: it is told, and no archive claimed', async () => {
    const played = await play(instead('POST /nodes/{node}/vzdump', recordedData('vzdump-vm-on-other-node') as object));
    expect(await fault(contextOf(played))).toMatchObject({ message: expect.stringContaining('NO backup was made') as string });
  });

  test('whose task fails is a failure of the cluster, in the task\'s words', async () => {
    // Locked between our look and the task's.
    const played = await play({ answer: ({ call }, world) => {
      const guest = world.guests.get('100');
      if (call === 'POST /nodes/{node}/vzdump' && guest !== undefined) guest.lock = 'snapshot';
      return null;
    } });
    expect(await fault(contextOf(played))).toMatchObject({ blame: 'cluster', message: expect.stringContaining('job errors') as string, impact: 'There is no archive that can be relied on.' });
  });

  test('whose task says OK and which no storage lists is none', async () => {
    const played = await play(instead('GET /nodes/{node}/storage/{storage}/content', []));
    expect(await (await backUp(contextOf(played), 'web')).done).toMatchObject({ status: 'OK', listed: false, verified: false, bytes: 0, archive: 'none on shared' });
  });

  test('whose node dies is unknown, not failed', async () => {
    const played = await play({ work: { backup: 60 } });
    const { done, underWay } = await backUp(contextOf(played), 'web');
    const ended = done.then(() => expect.fail('it went well'), (error: unknown) => (error as { fault?: object }).fault);
    await underWay;
    await played.cluster.power('pve3', 'off');
    expect(await ended).toMatchObject({ blame: 'unknown' });
  });
});

describe('nothing is begun', () => {
  test.each<[string, Omit<ModelOptions, 'clock'>, string, 'tool' | 'cluster', string]>([
    ['to a storage that the node does not have', {}, 'nowhere', 'tool', 'pve3 has no storage "nowhere"'],
    ['to a storage that takes no backups', instead('GET /nodes/{node}/storage', [{ ...storage, content: 'images' }]), 'shared', 'tool', 'takes no backups'],
    ['to a storage that is not active there', instead('GET /nodes/{node}/storage', [{ ...storage, active: 0 }]), 'shared', 'cluster', 'is not active on pve3'],
    ['of a guest that is off', { guests: [{ vmid: '100', node: 'pve3', requested: 'stopped' }] }, 'shared', 'cluster', 'does not run'],
    ['of a guest that another operation holds', { guests: [{ vmid: '100', node: 'pve3', lock: 'snapshot' }] }, 'shared', 'cluster', 'locked (snapshot)'],
    ['of a guest without a disk', { guests: [{ vmid: '100', node: 'pve3', config: { name: 'web', scsi0: 'shared:100/x.raw,backup=0,size=1G' } }] }, 'shared', 'cluster', 'no disk that a backup takes'],
  ])('%s', async (_what, options, to, blame, words) => {
    const played = await play(options);
    expect(await fault(contextOf(played, to))).toMatchObject({ blame, message: expect.stringContaining(words) as string, impact: 'Nothing was done.' });
    expect(sent(played)).toEqual([]);
  });

  test('without a storage in the environment file', async () => {
    expect(await fault(contextOfModel(await play()))).toMatchObject({ blame: 'tool', remedy: 'Set proxmox.backup.storage.' });
  });
});
