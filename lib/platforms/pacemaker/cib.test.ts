import { expect, test } from 'vitest';
import { quote } from '../../record/scrub.ts';
import { configurationLines, fenceDeviceOf, placementsOf, propertiesOf, readCib, timingSettings, virtualDomainsOf } from './cib.ts';
import { fenceAgentQuestion } from './commands.ts';
import { recorded } from './testing.ts';

const text = recorded('cib.xml');
const cib = readCib(text);
const changed = (from: string, to: string) => readCib(text.replace(from, to));

test('finds the virtual machines with the file that defines each', () => {
  expect(virtualDomainsOf(cib)).toEqual(['dns', 'web'].map((id) => ({ id, config: `/etc/lab/${id}.xml`, hypervisor: 'qemu:///system', migrationTransport: 'ssh', meta: { 'allow-migrate': 'true' } })));
  expect(propertiesOf(cib)).toMatchObject({ 'cluster-name': 'ha-acceptance-lab', 'stonith-enabled': 'true' });
});

test('gives sorted lines without secrets', () => {
  const lines = configurationLines(cib);
  expect(lines).toEqual(lines.toSorted());
  expect(lines).toContain('crm_config/cluster_property_set stonith-timeout=30s');
  expect(lines).toContain('resources/primitive[web]/operations/op[web-monitor] interval=10s name=monitor timeout=30s');
  expect(lines).toContain('rsc_defaults/meta_attributes resource-stickiness=100');
  expect(lines).toContain('resources/primitive[fence-n1]/instance_attributes password=(hidden)');
  expect(lines.join('\n')).not.toContain('correct-horse');
});

test.each([
  ['a property', '<nvpair id="options-stonith-action" name="stonith-action" value="off"/>', '<nvpair id="x" name="stonith-action" value="reboot"/>'],
  ['an attribute', 'value="/etc/lab/web.xml"', 'value="/etc/lab/other.xml"'],
  ['a constraint', '<constraints/>', '<constraints><rsc_location id="cli-prefer-web" rsc="web" role="Started" node="n3" score="INFINITY"/></constraints>'],
  ['a standby', '<node id="2" uname="n2"/>', '<node id="2" uname="n2"><instance_attributes id="nodes-2"><nvpair id="n" name="standby" value="on"/></instance_attributes></node>'],
  ['a wish to stop', 'name="allow-migrate" value="true"/>', 'name="allow-migrate" value="true"/><nvpair id="r" name="target-role" value="Stopped"/>'],
])('shows a change of %s', (_what, from, to) => {
  expect(configurationLines(changed(from, to))).not.toEqual(configurationLines(cib));
});

test.each([
  ['what the cluster rewrites', 'name="have-watchdog" value="false"', 'name="have-watchdog" value="true"'],
  ['an id', 'nvpair id="options-stonith-action"', 'nvpair id="other"'],
  ['the lock', '<nvpair id="options-stonith-action"', '<nvpair id="l" name="ha-acceptance-lock" value="me"/><nvpair id="options-stonith-action"'],
  ['a wish to be started, which holds without it', 'name="allow-migrate" value="true"/>', 'name="allow-migrate" value="true"/><nvpair id="r" name="target-role" value="Started"/>'],
  ['an empty set that a tool left', '<node id="2" uname="n2"/>', '<node id="2" uname="n2"><instance_attributes id="nodes-2"/></node>'],
])('shows no change of %s', (_what, from, to) => {
  expect(changed(from, to)).not.toEqual(cib);
  expect(configurationLines(changed(from, to), ['ha-acceptance-lock'])).toEqual(configurationLines(cib));
});

test('tells the constraints of a move from those of people', () => {
  expect(placementsOf(readCib(recorded('cib-moved.xml')), 'web')).toEqual(['cli-prefer-web']);
  const moved = changed('<constraints/>', '<constraints><rsc_location id="cli-prefer-web" rsc="web" node="n3" score="INFINITY"/><rsc_location id="cli-ban-dns-on-n1" rsc="dns" node="n1" score="-INFINITY"/><rsc_location id="web-likes-n1" rsc="web" node="n1" score="10"/></constraints>');
  expect(placementsOf(moved, 'web')).toEqual(['cli-prefer-web']);
  expect(placementsOf(moved, 'dns')).toEqual(['cli-ban-dns-on-n1']);
  expect(placementsOf(cib, 'web')).toEqual([]);
});

test('names the settings that explain timings', () => {
  expect(timingSettings(cib)).toMatchObject({ 'stonith-timeout': '30s', 'dc-deadtime': '2s', 'resource-stickiness (default)': '100', 'web monitor interval': '10s', 'web migration transport': 'ssh' });
});

test('keeps the order of a group, because it is the order of starting', () => {
  const group = (members: string) => readCib(`<configuration><resources><group id="g">${members}</group></resources></configuration>`);
  expect(configurationLines(group('<primitive id="a"/><primitive id="b"/>'))).not.toEqual(configurationLines(group('<primitive id="b"/><primitive id="a"/>')));
});

test('a fence device is asked as Pacemaker asks it, without what is for its daemon, and its password is known as a secret', () => {
  const device = fenceDeviceOf(cib, 'fence-n1');
  expect(device).toMatchObject({ agent: 'fence_redfish', monitor: 'monitor', parameters: { ip: '10.88.0.21', systems_uri: '/redfish/v1/Systems/1' } });
  expect(fenceAgentQuestion(device ?? { agent: '', monitor: '', parameters: {} })).toEqual({
    argv: ['fence_redfish'],
    stdin: 'ip=10.88.0.21\nipport=443\nusername=admin\npassword=correct-horse\nssl_secure=1\nsystems_uri=/redfish/v1/Systems/1\naction=monitor\n',
  });
  expect(quote('it said correct-horse', 100)).toBe('it said [secret]');
  expect(fenceDeviceOf(cib, 'web')).toBeNull();
});
