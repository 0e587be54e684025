import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Environment } from '../environment/environment.ts';
import { loadMade, ordinaryFile, ordinaryVariables } from '../environment/testing.ts';
import { certificateAuthority, signedBy } from '../transports/testing/certificate.ts';
import { serveTls } from '../transports/testing/tls-server.ts';
import type { TlsTestServer } from '../transports/testing/tls-server.ts';
import { certificateFindings } from './certificates.ts';

const { signal } = new AbortController();
const authority = certificateAuthority('cluster CA');
let server: TlsTestServer;

beforeEach(async () => {
  server = await serveTls((_, response) => response.end(), signedBy(authority, 'device'));
});
afterEach(() => server.close());

/** An environment of Proxmox VE whose API, BMC, parent and backup server are all the same server. */
function environmentWith(trust: string): Environment {
  const { port } = new URL(server.baseUrl);
  const yaml = ordinaryFile
    .replace('platform: pacemaker', `platform: proxmox\nproxmox: { backup: { storage: shared, server: { url: "${server.baseUrl}", datastore: d${trust} } } }`)
    .replace('{ token: "env:HA_MADE_TOKEN" }', '{ token: "env:HA_MADE_TOKEN", backupServer: "env:HA_MADE_TOKEN" }')
    .replace('endpoints: [{ node: n1, address: 127.0.0.1 }]', `endpoints: [{ node: n1, address: 127.0.0.1, port: ${port}${trust} }]`)
    .replace('url: "https://127.0.0.3", credentials: "env:HA_MADE_BMC"', `url: "${server.baseUrl}", credentials: "env:HA_MADE_BMC"${trust}`)
    .replace('address: 127.0.0.2,', `address: 127.0.0.2, power: { hand: parent-proxmox, url: "${server.baseUrl}", credentials: "env:HA_MADE_TOKEN", guest: "901"${trust} },`);
  return loadMade(yaml, { ...ordinaryVariables, HA_MADE_TOKEN: 'ci@pve!made=token-of-the-test' });
}

test('each certificate that nobody vouches for is shown with how to compare it and where to write it', async () => {
  const findings = await certificateFindings(environmentWith(''), signal);
  expect(findings.map(({ title }) => title)).toEqual(['API of n1', 'Proxmox Backup Server', 'BMC of n1', 'parent of n2'].map((who) => `the certificate of the ${who} is trusted`));
  for (const { ok, detail } of findings) expect([ok, detail]).toEqual([false, expect.stringMatching(/^its certificate SHA256:.* is refused: no CA/)]);
  for (const { detail } of findings) expect(detail).toContain(server.fingerprint);
  expect(findings.map(({ remedy }) => /^If it is the right one, compare it on the device before you accept it.*pvenode cert info.*to (.*) in \//.exec(remedy)?.[1])).toEqual(['endpoints[].fingerprint of n1', 'proxmox.backup.server.fingerprint', 'nodes[].power.fingerprint of n1', 'nodes[].power.fingerprint of n2']);
  expect(server.asked).toEqual([]);
});

test('one that is pinned, by whichever spelling that was shown, or signed by the CA is shown too', async () => {
  const [shown] = await certificateFindings(environmentWith(''), signal);
  const [, ours = '', devices = ''] = /(SHA256:\S+) \((\S+)\)/.exec(shown?.detail ?? '') ?? [];
  for (const spelling of [ours, devices]) {
    const pinned = await certificateFindings(environmentWith(`, fingerprint: "${spelling}"`), signal);
    expect(pinned.map(({ ok, detail }) => [ok, detail])).toEqual(Array.from({ length: 4 }, () => [true, `${ours} (${devices}), as the environment file says`]));
  }
  const environment = environmentWith('');
  const signed = await certificateFindings({ ...environment, credentials: { ...environment.credentials, ca: { reference: 'file:ca.pem', reveal: () => authority.cert } } }, signal);
  expect(signed[0]).toMatchObject({ ok: true, detail: `${ours} (${devices}), signed by the CA of the environment file` });
});

test('nobody there is no proof of anything', async () => {
  const environment = environmentWith('');
  await server.close();
  for (const { ok, detail } of await certificateFindings(environment, signal)) expect([ok, detail]).toEqual([null, expect.stringContaining('ECONNREFUSED')]);
});

test('another platform is reached by ssh, so only its hands are asked', async () => {
  expect(await certificateFindings(loadMade(ordinaryFile.replace('hand: redfish, url: "https://127.0.0.3", credentials: "env:HA_MADE_BMC"', 'hand: command, off: [a], on: [b], status: [c]')), signal)).toEqual([]);
});
