import { expect, test } from 'vitest';
import { readCrmMon } from './crm-mon.ts';
import { recorded } from './testing.ts';

const web = (name: string) => readCrmMon(recorded(name)).resources.find((resource) => resource.id === 'web');

test('reads an idle cluster', () => {
  const status = readCrmMon(recorded('crm-mon-idle.xml'));
  expect(status).toMatchObject({ coordinator: 'n1', quorate: true, version: '2.1.5-a3f44794f94', fencingEnabled: true, failures: [], fencings: [] });
  expect(status.nodes).toEqual(['n1', 'n2', 'n3'].map((name) => ({ name, online: true, standby: false, maintenance: false, pending: false, unclean: false, leaving: false, coordinator: name === 'n1' })));
  expect(status.resources.map(({ id, role, nodes }) => [id, role, nodes])).toEqual([
    ['fence-n1', 'Started', ['n1']], ['fence-n2', 'Started', ['n2']], ['fence-n3', 'Started', ['n3']], ['dns', 'Started', ['n1']], ['web', 'Started', ['n2']],
  ]);
});

test('follows a live migration', () => {
  expect(web('crm-mon-migrating.xml')).toMatchObject({ role: 'Migrating', nodes: ['n2'] });
  expect(web('crm-mon-handover.xml')).toMatchObject({ role: 'Stopping', nodes: ['n2', 'n3'] });
  expect(web('crm-mon-migrated.xml')).toMatchObject({ role: 'Started', nodes: ['n3'] });
  const arrived = readCrmMon(recorded('crm-mon-migrated.xml')).history.filter(({ resource, node }) => resource === 'web' && node === 'n3');
  expect(arrived.map(({ task, rc }) => [task, rc])).toEqual([['migrate_from', 0], ['monitor', 0]]);
});

const n2 = (name: string) => readCrmMon(recorded(name)).nodes.find((node) => node.name === 'n2');

test('follows the loss of a node: unclean, being fenced, fenced, its guest started elsewhere, back', () => {
  expect(n2('crm-mon-unclean.xml')).toMatchObject({ online: false, unclean: true });
  expect(readCrmMon(recorded('crm-mon-unclean.xml'))).toMatchObject({ coordinator: 'n1', quorate: true, fencings: [] });
  expect(readCrmMon(recorded('crm-mon-fencing.xml')).fencings).toEqual([{ action: 'off', target: 'n2', status: 'pending', completed: null }]);
  expect(n2('crm-mon-fenced.xml')).toMatchObject({ online: false, unclean: false });
  expect(readCrmMon(recorded('crm-mon-fenced.xml')).fencings).toEqual([{ action: 'off', target: 'n2', status: 'success', completed: '2026-11-21 03:36:19Z' }]);
  expect(web('crm-mon-fenced.xml')).toMatchObject({ role: 'Stopped', nodes: [], active: false });
  expect(web('crm-mon-starting.xml')).toMatchObject({ role: 'Starting', nodes: ['n1'] });
  expect(n2('crm-mon-rejoining.xml')).toMatchObject({ online: true, pending: true });
});

// Invented: what the recorded cluster did not show.
const invented = (body: string, dc = '<current_dc present="true" name="n1" with_quorum="true"/>') => readCrmMon(`<pacemaker-result api-version="2.25"><summary>${dc}<cluster_options stonith-enabled="false"/></summary>${body}<status code="0"/></pacemaker-result>`);

test('finds resources in groups, clones and bundles', () => {
  const { resources } = invented('<resources><group id="g"><resource id="a"/></group><clone id="c"><group id="c:0"><resource id="b"/></group></clone><bundle id="d"><replica id="0"><resource id="e"/></replica></bundle></resources>');
  expect(resources.map((resource) => resource.id)).toEqual(['a', 'b', 'e']);
});

test('names failures by their resource, and counts failures without a record', () => {
  const { failures } = invented('<failures><failure op_key="my_web_migrate_to_0" node="n1" exitstatus="error" exitreason="no route"/></failures><node_history><node name="n2"><resource_history id="dns" fail-count="2"/><resource_history id="web" fail-count="0"/></node></node_history>');
  expect(failures).toEqual([
    { resource: 'my_web', node: 'n1', text: 'my_web_migrate_to_0 on n1: error (no route)' },
    { resource: 'dns', node: 'n2', text: 'dns on n2: fail count 2' },
  ]);
});

test('knows no quorum without a coordinator', () => {
  expect(invented('', '<current_dc present="false"/>')).toMatchObject({ coordinator: null, quorate: null, fencingEnabled: false });
  expect(invented('', '<current_dc present="true" name="n2" with_quorum="false"/>')).toMatchObject({ coordinator: 'n2', quorate: false });
});

test('refuses what is no report of crm_mon', () => {
  expect(() => readCrmMon('<configuration/>')).toThrow(/configuration.*Pacemaker 2.0.4/);
});
