import { expect, test } from 'vitest';
import { recorded } from '../../platforms/pacemaker/testing.ts';
import { registerSecret } from '../../record/scrub.ts';
import { readPrerequisites } from './prerequisites.ts';
import { recordedCluster, scriptedContext, type Answer } from './testing.ts';

/** The recorded cluster on the right ground, with the answers that a test wants otherwise. The shapes of the answers are Pacemaker's; the figures are invented. */
function ground(otherwise: (host: string, command: string) => Answer | null) {
  return scriptedContext((host, command) => {
    const other = otherwise(host, command);
    if (other !== null) return other;
    if (command.startsWith('stonith_admin --list')) return `<pacemaker-result><list name="fence devices" count="1"><item name="device">fence-${command.split(' ')[2]}</item></list><status code="0" message="OK"/></pacemaker-result>`;
    if (command.startsWith('crm_resource')) return 'true\n';
    if (command.startsWith('sh -c d=')) return '1073741824\n';
    return recordedCluster('crm-mon-idle.xml')(command) ?? '';
  });
}

async function findings(otherwise: (host: string, command: string) => Answer | null): Promise<[string, boolean | null][]> {
  return (await readPrerequisites(ground(otherwise))).map(({ title, ok }) => [title, ok]);
}

const bad = async (otherwise: (host: string, command: string) => Answer | null) => (await findings(otherwise)).filter(([, ok]) => ok !== true);

test('on the right ground everything is found well, of every node, guest and pair of nodes', async () => {
  const found = await findings(() => null);
  expect(found.filter(([, ok]) => ok !== true)).toEqual([]);
  expect(found.map(([title]) => title)).toEqual([
    'fencing is on',
    ...['n1', 'n2', 'n3'].flatMap((node) => [`node ${node} has a fence device`, `fence device fence-${node} of ${node} answers`]),
    'guest dns-guest may be migrated live', 'guest web-guest may be migrated live',
    ...[['n1', 'n2'], ['n1', 'n3'], ['n2', 'n1'], ['n2', 'n3'], ['n3', 'n1'], ['n3', 'n2']].map(([from, to]) => `guests can migrate from ${from} to ${to}`),
    'backups can be written on n1', 'backups can be written on n2', 'backups can be written on n3',
  ]);
});

test.each<{ what: string; otherwise: (host: string, command: string) => Answer | null; found: [string, boolean | null][] }>([
  { what: 'a fence device that fails', otherwise: (_, command) => (command.includes('--query fence-n2') ? { code: 1 } : null), found: [['fence device fence-n2 of n2 answers', false]] },
  { what: 'a fence device with which Pacemaker is content, as it can list, and whose agent is not', otherwise: (_, command) => (command === 'fence_redfish' ? { code: 1, stderr: 'Failed: Unable to get status' } : null), found: ['n1', 'n2', 'n3'].map((node) => [`fence device fence-${node} of ${node} answers`, false]) },
  { what: 'a node that nothing can fence', otherwise: (_, command) => (command.includes('--list n3') ? '<pacemaker-result><list name="fence devices" count="0"/></pacemaker-result>' : null), found: [['node n3 has a fence device', false]] },
  { what: 'fencing that is off', otherwise: (_, command) => (command.startsWith('cibadmin') ? recorded('cib.xml').replace(/(name="stonith-enabled" value=)"\w+"/, '$1"false"') : null), found: [['fencing is on', false]] },
  { what: 'a guest that may not be migrated', otherwise: (_, command) => (command.includes('--resource web') ? 'false\n' : null), found: [['guest web-guest may be migrated live', false]] },
  { what: 'a guest of which nothing is said', otherwise: (_, command) => (command.includes('--resource web') ? { code: 105, stderr: 'not found' } : null), found: [['guest web-guest may be migrated live', false]] },
  { what: 'a node that another one does not let in', otherwise: (host, command) => (host === 'n1' && command.includes('//n3/') ? { code: 1, stderr: 'Permission denied' } : null), found: [['guests can migrate from n1 to n3', false]] },
  { what: 'a folder that cannot be written', otherwise: (host, command) => (host === 'n2' && command.startsWith('sh -c d=') ? { code: 1 } : null), found: [['backups can be written on n2', false]] },
])('$what is found', async ({ otherwise, found }) => {
  expect(await bad(otherwise)).toEqual(found);
});

test('what libvirt says of another node is quoted without half a secret', async () => {
  registerSecret('half-secret-of-libvirt');
  const all = await readPrerequisites(ground((host, command) => (host === 'n1' && command.includes('//n3/') ? { code: 1, stderr: `${'x'.repeat(291)}half-secret-of-libvirt` } : null)));
  expect(all.find(({ ok }) => ok === false)?.detail).toBe(`${'x'.repeat(291)}[secret]`);
});

test('a node that does not answer is not called right', async () => {
  const found = await bad((host, command) => (host === 'n3' && (command.includes('virsh') || command.startsWith('sh -c d=')) ? { code: 255, stderr: 'gone' } : null));
  expect(found.map(([title]) => title)).toEqual(['guests can migrate from n3 to n1', 'guests can migrate from n3 to n2', 'backups can be written on n3']);
});
