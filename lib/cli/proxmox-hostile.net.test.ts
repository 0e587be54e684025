import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import type { TestContext } from 'vitest';
import { noNetworkReason } from '../probes/netns.ts';
import type { Measurement, Verdicts } from '../record/types.ts';
import { openIdsOfRun } from '../safety/journal.ts';
import { proxmoxStandInName } from './stand-in/proxmox/environment-file.ts';
import { startProxmoxStandIn, type ProxmoxStandIn, type ProxmoxStandInOptions } from './stand-in/proxmox/stand-in.ts';
import { killWhole } from './testing.ts';

const missing = noNetworkReason();
if (missing !== null) console.warn(`proxmox-hostile.net.test.ts spoils nothing here: ${missing}`);

type Context = Pick<TestContext, 'expect' | 'onTestFinished'>;

const restore = ['restore', '--env', proxmoxStandInName];

async function standInFor({ onTestFinished }: Context, options: ProxmoxStandInOptions = {}): Promise<ProxmoxStandIn> {
  const cluster = await startProxmoxStandIn({ hostile: true, ...options });
  onTestFinished(async () => cluster.stop());
  return cluster;
}

/** The world as it was before anything was done to it, and no undo open; of a guest that was recovered the place is the cluster's own affair. */
function expectWhole({ expect }: Context, cluster: ProxmoxStandIn, home: string | null = 'pve2'): void {
  const { begun: _, guests, ...world } = cluster.world();
  expect(guests).toEqual(guests.map(({ name, node }) => ({ name, node, runsOn: node, lock: null, wanted: 'started', state: 'started' })));
  if (home !== null) expect(guests.find(({ name }) => name === 'web')?.node).toBe(home);
  expect(world).toEqual({
    nodes: ['pve1', 'pve2', 'pve3'].map((name) => ({ name, isUp: true, isLinked: true, isDrained: false })),
    disks: [0, 1, 2].map((id) => ({ id: `osd.${id}`, isIn: true, isUp: true })),
    archives: [], pools: [], running: [],
  });
  expect(cluster.away()).toEqual([]);
  const left = readdirSync(cluster.state, { recursive: true, encoding: 'utf8' }).filter((path) => /open\/.*\.json$|unsettled\.json$/.test(path));
  expect([left, cluster.runs().flatMap(openIdsOfRun)]).toEqual([[], []]);
}

function verdictsOf(cluster: ProxmoxStandIn, out: string): Verdicts {
  const folder = cluster.runs().at(-1) ?? '';
  if (!existsSync(join(folder, 'verdicts.json'))) throw new Error(`the run came to no verdict:\n${out}`);
  return cluster.verdicts(folder);
}

const said = ({ scenarios }: Verdicts): unknown[] => scenarios.map(({ id, verdict, reason }) => [id, verdict, reason]);
const figures = ({ scenarios }: Verdicts, wanted: Measurement['name']): Measurement[] => scenarios.flatMap(({ measurements }) => measurements).filter(({ name, hi }) => name === wanted && hi !== null);
const statuses = (cluster: ProxmoxStandIn, pattern: RegExp): (number | null)[] => cluster.asked().filter(({ asked }) => pattern.test(asked)).map(({ status }) => status);

const shortPauses = { NODE_OPTIONS: `--import ${new URL('./stand-in/short-pauses.ts', import.meta.url).pathname}` };
const migrateOf = 'POST /nodes/[^/]+/qemu/100/migrate';
const vzdumpOf = 'POST /nodes/[^/]+/vzdump';

/** Whole runs by the real command line, side by side, against a model of a cluster whose API misbehaves as Proxmox VE does. */
describe.skipIf(missing !== null)('a whole run on Proxmox VE', { concurrent: true, timeout: 900_000 }, () => {
  test('that signs in for a ticket, which expires behind a move that is obeyed and again in an undo, whose endpoint hangs as well: it is renewed, another endpoint is asked, and all passes', async (context) => {
    const { expect } = context;
    const cluster = await standInFor(context, { byTicket: true, container: 'shared', apart: true });
    cluster.spoil('behind-move', { asked: migrateOf, expires: 'behind' });
    cluster.spoil('backup', { asked: vzdumpOf });
    cluster.spoil('hung', { asked: 'GET /cluster/status', endpoint: 'pve1', behind: 'backup', says: null });
    cluster.spoil('undo', { asked: 'DELETE /nodes/[^/]+/storage/.*', behind: 'hung', expires: 'before' });
    const { out, code } = await cluster.cli([...cluster.run('live-migration', 'backup'), '--guest', 'web']);
    const verdicts = verdictsOf(cluster, out);
    expect({ code, said: said(verdicts) }).toEqual({ code: 0, said: ['live-migration.web.r1', 'backup.web.r1'].map((id) => [id, 'pass', expect.anything()]) });
    expect(cluster.unspoilt()).toEqual([]);
    expect(cluster.asked().filter(({ asked }) => /^DELETE .*storage/.test(asked)).map(({ endpoint, status }) => [endpoint, status])).toEqual([['pve2', 401], ['pve2', 200]]);
    expect(cluster.world().begun.filter((type) => /migrate|vzdump|imgdel/.test(type))).toEqual(['hamigrate', 'qmigrate', 'hamigrate', 'qmigrate', 'vzdump', 'imgdel']);
    expectWhole(context, cluster);
  });

  test('whose password is changed in the middle, when its ticket has run out: nothing is called a pass, the account is not locked by trying, and restore mends it with the right one', async (context) => {
    const { expect } = context;
    const cluster = await standInFor(context, { byTicket: true, work: { backup: 320 } });
    cluster.spoil('expired', { asked: 'GET /nodes/[^/]+/tasks/.*', expires: 'before' });
    cluster.spoil('refused', { asked: 'POST /access/ticket', behind: 'expired', times: 10_000, says: { status: 401, reason: 'authentication failure' } });
    const { out, code } = await cluster.cli(cluster.run('backup'), shortPauses);
    const verdicts = verdictsOf(cluster, out);
    expect({ code, said: said(verdicts) }).toEqual({ code: 4, said: [['backup.web.r1', 'inconclusive', expect.stringMatching(/^The tool failed, not the cluster: POST .access.ticket .*authentication failure/)]] });
    expect(out).toMatch(/still broken: cancel a backup of ours of guest web[^]*lest the account be locked[^]*try again: npx --no ha-acceptance restore/);
    // By each of the two processes, and once more in the end: accounts are locked by five and more.
    expect(cluster.asked().filter(({ spoilt }) => spoilt === 'refused').length).toBeLessThan(4);
    cluster.spoil('refused', null);
    const mended = await cluster.cli(restore, shortPauses);
    expect([mended.code, mended.out]).toEqual([0, expect.stringMatching(/mended: cancel a backup of ours of guest web/)]);
    expectWhole(context, cluster);
  });

  test('whose starts are obeyed and answered 596: each is found among the tasks, followed and never sent again; one that is refused by a 5xx is not sent again either, and fails its row alone', async (context) => {
    const { expect } = context;
    const cluster = await standInFor(context, { container: 'shared', apart: true });
    const lost = { isCarriedOut: true, says: { status: 596, reason: 'Connection timed out' } };
    const busy = { says: { status: 503, reason: 'Service Unavailable' } };
    cluster.spoil('move', { asked: migrateOf, ...lost });
    cluster.spoil('backup', { asked: vzdumpOf, ...lost });
    cluster.spoil('following', { asked: 'GET /nodes/[^/]+/tasks/.*/status', behind: 'backup', ...busy });
    cluster.spoil('refused', { asked: vzdumpOf, behind: 'following', ...busy });
    cluster.spoil('undo', { asked: 'GET /cluster/tasks', behind: 'refused', ...busy });
    const { out, code } = await cluster.cli(cluster.run('live-migration', 'backup'));
    const verdicts = verdictsOf(cluster, out);
    expect({ code, said: said(verdicts) }).toEqual({ code: 1, said: [
      ['live-migration.web.r1', 'pass', expect.anything()],
      ['backup.web.r1', 'pass', expect.anything()],
      ['backup.files.r1', 'fail', expect.stringMatching(/POST .*vzdump .*503 Service Unavailable/)],
    ] });
    expect(cluster.unspoilt()).toEqual([]);
    // There and back; each guest once.
    expect([statuses(cluster, /^POST .*migrate$/), statuses(cluster, /^POST .*vzdump$/)]).toEqual([[596, 200], [596, 503]]);
    expect(cluster.world().begun.filter((type) => /migrate|vzdump/.test(type))).toEqual(['hamigrate', 'qmigrate', 'hamigrate', 'qmigrate', 'vzdump']);
    expectWhole(context, cluster);
  });

  test('whose node of the endpoint in use loses its power, with the ticket expired and the next endpoint hung while it is off: the recovery is measured, and only what concerns that node is unknown', async (context) => {
    const { expect } = context;
    const cluster = await standInFor(context, { byTicket: true, endpoints: ['pve2', 'pve3'], allowed: ['pve2'] });
    cluster.spoil('expired', { asked: 'GET /cluster/status', whileOff: 'pve2', expires: 'before' });
    cluster.spoil('hung', { asked: 'GET /cluster/status', endpoint: 'pve3', whileOff: 'pve2', behind: 'expired', says: null });
    cluster.spoil('silent', { asked: 'GET /nodes/pve1/qemu', whileOff: 'pve2', behind: 'hung', times: 2, says: { status: 596, reason: 'Connection timed out' } });
    const { out, code } = await cluster.cli(cluster.run('node-failure'));
    const verdicts = verdictsOf(cluster, out);
    // The other one is the coordinator, which nobody allowed.
    expect({ code, said: said(verdicts) }).toEqual({ code: 3, said: [['node-failure.web.worker.r1', 'pass', expect.stringMatching(/^Outage/)], ['node-failure.web.coordinator.r1', 'blocked', expect.anything()]] });
    // The guest cannot have been back later than the outage ended: what the readings do not tell widens the figure, and moves it nowhere.
    const [[outage], [recovery]] = [figures(verdicts, 'outage'), figures(verdicts, 'recovery')];
    expect((outage?.hi ?? 0) / 1000 * 20).toBeGreaterThan(110);
    expect(recovery?.lo).toBeLessThan(outage?.hi ?? 0);
    expect(recovery?.hi).toBeGreaterThan((outage?.lo ?? Infinity) + 10_000);
    expect(cluster.unspoilt()).toEqual([]);
    expectWhole(context, cluster, null);
  });

  test('killed with all its processes while a disk is out: restore, signed in by ticket, mends it although the API answers 5xx at first', async (context) => {
    const { expect } = context;
    const cluster = await standInFor(context, { byTicket: true });
    const running = cluster.start(cluster.run('disk-removal'));
    await cluster.untilEvent(/"kind":"fault-injected"/);
    await killWhole(running);
    expect([cluster.away().length, cluster.world().pools]).toEqual([1, ['ha-acceptance']]);
    const busy = { times: 2, says: { status: 503, reason: 'Service Unavailable' } };
    cluster.spoil('at-sign-in', { asked: 'POST /access/ticket', ...busy });
    cluster.spoil('behind-mending', { asked: 'GET /cluster/ha/status/current', behind: 'at-sign-in', ...busy });
    const { out, code } = await cluster.cli(restore);
    expect([code, out]).toEqual([0, expect.stringMatching(/took over the lock of the cluster[^]*mended: put disk osd\.\d back/)]);
    expect(cluster.unspoilt()).toEqual([]);
    expectWhole(context, cluster);
  });
});
