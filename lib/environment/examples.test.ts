import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { listEnvironments, loadEnvironment } from './load.ts';
import { environmentJsonSchema, faultNames } from './shape.ts';
import { folderWith } from './testing.ts';

const environments = fileURLToPath(new URL('../../environments', import.meta.url));

/** The interface that other tools are written against, key for key. */
const documentedExample = `schema: 1
name: prod-a                     # = the file's name, [a-z0-9-]+
platform: proxmox                # proxmox | hyperv | pacemaker
arm: CLUSTER                     # must equal the name that the cluster itself reports ...
identity: "SHA256:..."           # ... and this its unforgeable identity: cluster CA, cluster id, Ceph fsid; \`check\` prints it
disposable: false                # true only for a world that this tool itself made; refused elsewhere
endpoints: [{ node: n1, address: 192.0.2.11, fingerprint: "SHA256:..." }]
credentials: { token: "env:PVE_TOKEN" }          # secrets by reference only: env:NAME or file:PATH
ssh: { user: root, key: "file:id_ed25519", knownHosts: "file:known_hosts" }
nodes:
  - { name: n1, address: 192.0.2.11, power: { hand: redfish, url: "https://192.0.2.21", credentials: "env:BMC" }, disks: [{ id: osd.0, hand: ssh }] }
guests:
  - name: web
    id: "100"
    address: 192.0.2.80
    probes: [icmp, { kind: http, url: "http://www.example/", expect: "text" }]
    integrity: { url: "http://192.0.2.80/ring" } # where the guest shows its write/verify sequence, if it has one
allow: { faults: [live-migration, node-shutdown, node-power, disk-removal], nodes: [n1], guests: [web], maxSimultaneous: 1, windows: ["22:00-05:00"] }
limits: { live-migration: { outage: 1s, lost: 3 }, node-failure: { outage: 300s } }   # row -> measurement -> limit; durations carry a unit
policy: { backupWarnings: pass, unprotectedGuests: refuse }
probe: { period: 10ms, wait: 10s }
`;

const referencedFiles = { id_ed25519: 'a key', known_hosts: 'n1 ssh-ed25519 AAAA' };

test('the documented environment file loads', () => {
  const environment = loadEnvironment('prod-a', { folder: folderWith({ 'prod-a.yaml': documentedExample, '.env': 'PVE_TOKEN=root@pam!ci=documented\nBMC=root:documented\n', ...referencedFiles }), env: {} });
  expect(environment).toMatchObject({
    endpoints: [{ node: 'n1', address: '192.0.2.11', fingerprint: 'SHA256:...' }],
    nodes: [{ name: 'n1', power: { hand: 'redfish', url: 'https://192.0.2.21' }, disks: [{ id: 'osd.0', hand: 'ssh' }] }],
    guests: [{ id: '100', probes: [{ kind: 'icmp' }, { kind: 'http', expect: 'text' }], integrity: { url: 'http://192.0.2.80/ring' } }],
    limits: { 'live-migration': { outage: 1000, lost: 3 }, 'node-failure': { outage: 300_000 } },
    allow: { windows: ['22:00-05:00'] },
  });
  expect(environment.credentials['token']?.reveal()).toBe('root@pam!ci=documented');
});

test('the Pacemaker example loads as it stands, once its references are there', () => {
  const environment = loadEnvironment('prod', { folder: folderWith({ 'prod.yaml': readFileSync(join(environments, 'pacemaker.example.yaml'), 'utf8'), ...referencedFiles }), env: { BMC: 'root:example-password' } });
  expect(environment.nodes.map(({ power }) => power?.hand)).toEqual(['redfish', 'command', undefined]);
  expect(environment.endpoints).toHaveLength(3);
});

test('the Hyper-V example loads as it stands, once its references are there', () => {
  const environment = loadEnvironment('hv', { folder: folderWith({ 'hv.yaml': readFileSync(join(environments, 'hyperv.example.yaml'), 'utf8'), ...referencedFiles }), env: { BMC: 'root:example-password' } });
  expect(environment).toMatchObject({ platform: 'hyperv', ssh: { user: String.raw`EXAMPLE\ha-acceptance` }, platformOptions: { backup: { directory: String.raw`C:\ClusterStorage\Volume1\ha-acceptance` } } });
  expect(environment.nodes[0]?.disks.map(({ id }) => id)).toEqual(['6VDE0001']);
});

test('the Proxmox example loads as it stands, once its references are there, and its options are those of the adapter', () => {
  const text = readFileSync(join(environments, 'proxmox.example.yaml'), 'utf8');
  const environment = loadEnvironment('prod-a', { folder: folderWith({ 'prod-a.yaml': text, ...referencedFiles }), env: { BMC: 'root:example-password', PVE_TOKEN: 'harness@pve!acceptance=example' } });
  expect(environment.nodes.map(({ power }) => power?.hand)).toEqual(['redfish', 'command', undefined]);
  expect(environment.platformOptions).toEqual({ backup: { storage: 'shared' } });
});

test('.env.example names every variable that the examples refer to', () => {
  const named = [...readFileSync(join(environments, '.env.example'), 'utf8').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
  const wanted = [documentedExample, readFileSync(join(environments, 'proxmox.example.yaml'), 'utf8'), readFileSync(join(environments, 'pacemaker.example.yaml'), 'utf8')].flatMap((text) => [...text.matchAll(/"env:(\w+)"/g)].map(([, name]) => name));
  expect(new Set(named)).toEqual(new Set(wanted));
});

test('the lab is an ordinary environment, and the only one that may be disposable', () => {
  const variables = { HA_ACCEPTANCE_LAB_IDENTITY: 'an-incarnation', HA_ACCEPTANCE_LAB_SSH_KEY: 'a lab key', HA_ACCEPTANCE_LAB_KNOWN_HOSTS: 'n1 key', HA_ACCEPTANCE_LAB_BMC: 'lab:lab-password', HA_ACCEPTANCE_LAB_BMC_FINGERPRINT: 'SHA256:x' };
  expect(loadEnvironment('lab', { folder: environments, env: variables })).toMatchObject({ name: 'lab', disposable: true, identity: 'an-incarnation' });
});

test('examples are not offered as environments', () => {
  expect(listEnvironments(environments).filter((name) => name.includes('example'))).toEqual([]);
});

test('the shape is published as JSON Schema of what a person writes', () => {
  const schema = environmentJsonSchema();
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    additionalProperties: false,
    required: ['schema', 'name', 'platform', 'arm', 'identity', 'nodes', 'guests'],
    properties: {
      credentials: { additionalProperties: { type: 'string', pattern: '^(env|file):.+$' } },
      allow: { properties: { faults: { items: { enum: [...faultNames] } } } },
      limits: { properties: { 'live-migration': { properties: { outage: { type: 'string' }, lost: { type: 'integer', minimum: 0 } } } } },
      guests: { items: { properties: { probes: { items: { anyOf: [{ type: 'string' }, { type: 'object', additionalProperties: false }] } } } } },
    },
  });
});
