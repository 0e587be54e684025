import { expect, test } from 'vitest';
import { recorded } from '../../platforms/pacemaker/testing.ts';
import { AdapterError } from '../adapter-error.ts';
import { liveMigrate } from './migrate.ts';
import { broken, recordedCluster, scriptedContext, type Answer } from './testing.ts';

const constraint = '<constraints><rsc_location id="cli-prefer-web" rsc="web" role="Started" node="n3" score="INFINITY"/></constraints>';
const statistics = 'Job type: 3\n\noperation: 4\ntime_elapsed: 1813\ndowntime: 568\n';

/** A cluster in which web moves from n2 to n3 as it was recorded, as soon as the request is in force. */
function movingCluster(options: { onMove?: Answer; inForce?: boolean; statistics?: Answer; arrived?: (xml: string) => string; lingers?: number } = {}) {
  const { onMove = '', inForce = true, statistics: job = statistics, arrived = (xml: string) => xml } = options;
  let requested = false;
  let readings = 0;
  let { lingers = 0 } = options;
  const place = () => (readings > 3 ? 'n3' : 'n2');
  return scriptedContext((host, command) => {
    if (command.includes('--move')) {
      requested = inForce;
      return onMove;
    }
    if (command.includes('--clear')) requested = false;
    if (requested || readings > 3) readings += command.startsWith('crm_mon') ? 1 : 0;
    const stage = ['crm-mon-idle.xml', 'crm-mon-migrating.xml', 'crm-mon-migrating.xml', 'crm-mon-handover.xml'][readings] ?? 'crm-mon-migrated.xml';
    if (command.startsWith('cibadmin') && requested) return recorded('cib.xml').replace('<constraints/>', constraint);
    if (command.startsWith('crm_mon')) return place() === 'n3' ? arrived(recorded(stage)) : recorded(stage);
    if (command.includes(' list ')) return host === place() || (place() === 'n3' && host === 'n2' && lingers-- > 0) ? 'web\n' : '';
    if (command.includes('domjobinfo')) return host === 'n3' ? job : { code: 1, stderr: 'no domain' };
    return recordedCluster(stage)(command) ?? '';
  });
}

async function faultOf(attempt: Promise<unknown>): Promise<AdapterError['fault']> {
  const error: unknown = await attempt.then(() => null, (reason: unknown) => reason);
  if (!(error instanceof AdapterError)) throw new Error(`an AdapterError was expected and ${String(error)} came`);
  return error.fault;
}

test('follows a migration to its end, with the figures of the hypervisor, and takes the request back', async () => {
  const context = movingCluster();
  const operation = await liveMigrate(context, 'web-guest', 'n3');
  expect(await operation.done).toEqual({ from: 'n2', to: 'n3', downtimeMs: 568, totalMs: 1813, proof: 'hypervisor', source: "libvirt's statistics of the incoming migration on n3" });
  expect(context.asked.filter((line) => line.endsWith('crm_resource --resource web --clear'))).toHaveLength(1);
  expect(operation.log().join('\n')).toMatch(/Migrating on n2/);
});

test.each([
  ['could not be asked, since the way to it broke: the tool', broken, 'tool', /n2 could not be asked: The connection to n2 broke/],
  ['does not answer itself: the cluster', { code: 1, stderr: 'failed to connect to the hypervisor' }, 'cluster', /libvirt there does not answer: .*failed to connect/],
  ['does not list the guest: the cluster', '', 'cluster', /libvirt there does not list it/],
] as const)('where libvirt on the source %s is blamed, and nothing is done', async (_, answer, blame, message) => {
  const context = scriptedContext((host, command) => (host === 'n2' && command.includes(' list ') ? answer : (recordedCluster('crm-mon-idle.xml')(command) ?? '')));
  expect(await faultOf(liveMigrate(context, 'web-guest', 'n3'))).toMatchObject({ blame, message: expect.stringMatching(message) as string });
  expect(context.asked.filter((line) => line.includes('--move'))).toEqual([]);
});

test('is not done while the source still has the guest, whatever the cluster manager says', async () => {
  const operation = await liveMigrate(movingCluster({ lingers: 2 }), 'web-guest', 'n3');
  await operation.done;
  expect(operation.log().join('\n')).toMatch(/there on n3, still there on n2/);
});

test('reads whether the request is in force when the connection breaks in the middle', async () => {
  const context = movingCluster({ onMove: broken });
  expect(await (await liveMigrate(context, 'web-guest', 'n3')).done).toMatchObject({ to: 'n3' });
  expect(context.asked.filter((line) => line.includes('--move'))).toHaveLength(1);
});

test('blames itself when the connection broke and nothing is in force', async () => {
  const operation = await liveMigrate(movingCluster({ onMove: broken, inForce: false }), 'web-guest', 'n3');
  expect(await faultOf(operation.done)).toMatchObject({ blame: 'tool', phase: 'live migration' });
});

test('a guest that was stopped and started was not migrated, whatever the statistics say', async () => {
  const operation = await liveMigrate(movingCluster({ arrived: (xml) => xml.replace('task="migrate_from"', 'task="start"') }), 'web-guest', 'n3');
  expect(await faultOf(operation.done)).toMatchObject({ blame: 'cluster', message: expect.stringMatching(/stopped and started on n3/) as string });
});

test.each<[string, Answer, (xml: string) => string, string, RegExp]>([
  ['without statistics', 'Job type: 0\n', (xml) => xml, 'manager', /migrate_from on n3.*kept no statistics/],
  ['with statistics of another job', 'Job type: 3\n\noperation: 9\ntime_elapsed: 12\n', (xml) => xml, 'manager', /another job: backup/],
  ['with statistics of a migration that failed', 'Job type: 4\n\noperation: 4\n', (xml) => xml, 'manager', /incoming migration, not completed/],
  ['with a libvirt that does not answer', { code: 1, stderr: 'Cannot recv data' }, (xml) => xml, 'manager', /could not be read.*Cannot recv data/],
  ['with neither statistics nor history', 'Job type: 0\n', (xml) => xml.replace('task="migrate_from"', 'task="monitor"'), 'none', /does not say.*kept no statistics/],
])('%s the downtime is unknown, and it is said what is left as proof', async (_, job, arrived, proof, source) => {
  const operation = await liveMigrate(movingCluster({ statistics: job, arrived }), 'web-guest', 'n3');
  expect(await operation.done).toMatchObject({ downtimeMs: null, totalMs: null, proof, source: expect.stringMatching(source) as string });
});

test('asks again for the statistics when libvirt was too busy to answer', async () => {
  const context = movingCluster();
  const { hosts } = context.fleet;
  const n3 = hosts.get('n3');
  if (n3 === undefined) throw new Error('the scripted fleet has no n3');
  let failures = 2;
  const busy: typeof n3 = { ...n3, exec: async (argv, options) => (argv.includes('domjobinfo') && failures-- > 0 ? { code: 1, stdout: '', stderr: 'busy', ms: 1 } : n3.exec(argv, options)) };
  const operation = await liveMigrate({ ...context, fleet: { ...context.fleet, hosts: new Map([...hosts, ['n3', busy]]) } }, 'web-guest', 'n3');
  expect(await operation.done).toMatchObject({ downtimeMs: 568, proof: 'hypervisor' });
});

test('a refusal of the cluster is the cluster\'s', async () => {
  const operation = await liveMigrate(movingCluster({ onMove: { code: 1, stderr: 'Could not move' }, inForce: false }), 'web-guest', 'n3');
  expect(await faultOf(operation.done)).toMatchObject({ blame: 'cluster', message: expect.stringMatching(/Could not move/) as string });
});

test.each([['web-guest', 'n2', /runs on n2 already/], ['web-guest', 'n9', /n9 cannot take a guest/], ['nobody', 'n3', /no guest "nobody"/]])('refuses to move %s to %s', async (guest, target, message) => {
  const context = movingCluster();
  expect(await faultOf(liveMigrate(context, guest, target))).toMatchObject({ blame: 'tool', message: expect.stringMatching(message) as string });
  expect(context.asked.filter((line) => line.includes('--move'))).toEqual([]);
});

test('tells a deadline from a wish to give up', async () => {
  const stuck = () => movingCluster({ inForce: true, arrived: () => recorded('crm-mon-migrating.xml') });
  expect(await faultOf((await liveMigrate(stuck(), 'web-guest', 'n3', { timeoutMs: 400 })).done)).toMatchObject({ blame: 'unknown', message: expect.stringMatching(/did not end within 0.4 s/) as string });
  const given = new AbortController();
  const operation = await liveMigrate(stuck(), 'web-guest', 'n3', { signal: given.signal });
  given.abort(new Error('given up'));
  await expect(operation.done).rejects.toThrow('given up');
});
