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

/** Every key of a JSON Schema, and every hand; keys of other platforms left out, and the rows of limits, which are not options. */
function keysOf(schema: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) return part.forEach(visit);
    if (typeof part !== 'object' || part === null) return;
    for (const [keyword, value] of Object.entries(part)) {
      if (keyword === 'properties') for (const [key, inner] of Object.entries(value as Record<string, unknown>)) {
        found.add(key);
        if (key !== 'limits') visit(inner);
        const { const: hand } = inner as { const?: unknown };
        if (key === 'hand' && typeof hand === 'string') found.add(hand);
      } else visit(value);
    }
  };
  visit(schema);
  return found;
}

const platforms = ['proxmox', 'hyperv', 'pacemaker'] as const;

test.each(platforms)('the example of %s mentions every key that the schema has', (platform) => {
  const text = readFileSync(join(environments, `${platform}.example.yaml`), 'utf8');
  // Pacemaker has no options of its own; Windows has no ZFS, and its nodes are no guests of a Proxmox VE as a rule: that stands in the other two.
  const elsewhere = platform === 'hyperv' ? ['zfs', 'device', 'drive'] : [];
  const keys = [...keysOf(environmentJsonSchema())].filter((key) => key === platform ? platform !== 'pacemaker' : !(platforms as readonly string[]).includes(key));
  expect(keys).toEqual(expect.arrayContaining(['notify', 'knownIssues', 'beforeFault', 'machine', 'tools', 'login', 'parent-vmware', 'fence-agent', 'disposable', 'lateAfter']));
  const words = new Set(text.match(/[\w-]+/g));
  expect(keys.filter((key) => !words.has(key) && !elsewhere.includes(key))).toEqual([]);
});

/** What is commented out as a block of a key at the left margin, without its comment sign: `# notify:` and the lines behind it that are indented. */
function commentedBlocks(text: string): string[] {
  return [...text.matchAll(/^# \w+:(?: .*)?\n(?:# {3}.*\n)*/gm)].map(([block]) => block.replaceAll(/^# /gm, '')).filter((block) => block !== '');
}

test.each(platforms)('each block that is commented out in the example of %s is one that loads', (platform) => {
  const text = readFileSync(join(environments, `${platform}.example.yaml`), 'utf8');
  const blocks = commentedBlocks(text);
  expect(blocks.map((block) => block.split(':')[0])).toEqual(expect.arrayContaining(['policy', 'owner', 'links', 'comparison', 'knownIssues', 'hooks', 'notify', 'probe']));
  const secrets = Object.fromEntries([...text.matchAll(/"env:(\w+)"/g)].map(([, name = '']) => [name, name === 'HOOK_URL' ? 'https://hooks.example.org/' : name === 'PVE_TOKEN' ? 'harness@pve!acceptance=example' : 'root:example-password']));
  const folder = folderWith({ 'own.yaml': text.replace(/^name: .*$/m, 'name: own').concat('\n', ...blocks.filter((block) => !new RegExp(`^${block.split(':')[0] ?? ''}:`, 'm').test(text))), 'hook-ca.pem': 'a CA', 'mail-ca.pem': 'a CA', ...referencedFiles });
  expect(loadEnvironment('own', { folder, env: secrets })).toMatchObject({ owner: 'storage team', comparison: { profile: 'defaults' }, hooks: { beforeFault: ['/usr/local/bin/silence', 'node'] }, knownIssues: [{ row: 'node-failure' }], notify: { on: 'change' } });
});

test('the file to begin with on the page about Proxmox VE loads with nothing but its token', () => {
  const page = readFileSync(join(environments, '../docs/proxmox.md'), 'utf8');
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  const environment = loadEnvironment('prod-a', { folder: folderWith({ 'prod-a.yaml': text }), env: { PVE_TOKEN: 'harness@pve!acceptance=example' } });
  expect(environment).toMatchObject({ platform: 'proxmox', allow: { faults: ['live-migration'] }, nodes: [{ name: 'n1' }, { name: 'n2' }, { name: 'n3' }] });
  expect(environment.nodes.flatMap(({ power }) => power ?? [])).toEqual([]);
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
