import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { dnsGuest, labGuests, labNodes, webGuest } from '../topology.ts';
import { cephConf, keyring } from './ceph.ts';
import { firstCib } from './cib.ts';
import { corosyncConf } from './corosync.ts';
import { cephSecretXml, domainXml, libvirtdConf, qemuConf } from './libvirt.ts';

/** What is written for the programs, whole: a change must be seen and meant. */
describe('the configuration that the nodes get', () => {
  test.each([
    ['corosync.conf', corosyncConf(labNodes)],
    ['cib.xml', firstCib(labNodes, labGuests, 'a<b>&"c')],
    ['ceph.conf', cephConf('11111111-2222-4333-8444-555555555555', labNodes)],
    ['dns.xml', domainXml(dnsGuest, 'tcg')],
    ['web.kvm.xml', domainXml(webGuest, 'kvm')],
    ['libvirtd.conf', libvirtdConf('66666666-7777-4888-8999-000000000000')],
    ['qemu.conf', qemuConf()],
    ['secret.xml', cephSecretXml()],
    ['keyring', keyring('osd.0', 'a2V5', { mon: 'allow profile osd', osd: 'allow *' })],
  ])('%s', async (name, content) => {
    await expect(content).toMatchFileSnapshot(`golden/${name}`);
  });

  test('a password with marks of XML arrives whole', () => {
    const cib = firstCib(labNodes, labGuests, 'a<b>&"c');
    expect(XMLValidator.validate(cib)).toBe(true);
    const parsed = JSON.stringify(new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(cib));
    expect(parsed).toContain(JSON.stringify('a<b>&"c').slice(1, -1));
  });

  test('the name of a domain has a line of its own, which VirtualDomain needs', () => {
    expect(domainXml(webGuest, 'tcg').split('\n')).toContain(' <name>web</name>');
  });
});
