import { describe, expect, test } from 'vitest';
import { loadEnvironment } from './load.ts';
import { EnvironmentError } from './problem.ts';
import { folderWith, loadMade, ordinaryFile, ordinaryVariables, problemsOf } from './testing.ts';

describe('an environment that is right', () => {
  test('comes with durations in milliseconds and defaults filled in', () => {
    const environment = loadMade(ordinaryFile.replace(/^(endpoints|policy|probe):.*\n/gm, ''));
    expect(environment).toMatchObject({
      disposable: false,
      endpoints: [{ node: 'n1', address: '127.0.0.1' }, { node: 'n2', address: '127.0.0.2' }],
      ssh: { port: 22 },
      allow: { maxSimultaneous: 1, windows: [] },
      limits: { 'live-migration': { outage: 1000, lost: 3 } },
      policy: { backupWarnings: 'fail', unprotectedGuests: 'refuse' },
      probe: { periodMs: 10, waitMs: 10_000, lateAfterMs: null },
      platformOptions: {},
    });
    expect(environment.guests).toEqual([{ name: 'web', id: 'web', kind: 'vm', address: '127.0.0.4', probes: [{ kind: 'icmp' }] }]);
  });

  test('that leaves out what may be broken allows nothing', () => {
    expect(loadMade(ordinaryFile.replace(/^allow:.*\n/m, '')).allow).toEqual({ faults: [], nodes: [], guests: [], maxSimultaneous: 1, windows: [] });
  });

  test('takes an IPv6 guest', () => {
    expect(loadMade(ordinaryFile.replace('address: 127.0.0.4, probes: [icmp]', 'address: "2001:db8::4", probes: [icmp]')).guests[0]?.address).toBe('2001:db8::4');
  });

  test('hands on the key named after its platform as it stands', () => {
    expect(loadMade(`${ordinaryFile}pacemaker: { anything: [1, { goes: true }] }\n`).platformOptions).toEqual({ anything: [1, { goes: true }] });
  });

  test('keeps the document with references and without secrets', () => {
    const { source } = loadMade(ordinaryFile);
    expect(source.path.endsWith('/made.yaml')).toBe(true);
    expect(JSON.stringify(source.document)).toContain('env:HA_MADE_TOKEN');
    expect(JSON.stringify(source.document)).not.toContain('of-the-test');
  });
});

describe('a problem is told with line, column, place and remedy', () => {
  test.each([
    ['an unknown key, at the key', 'policy:', 'polizy:', /^made\.yaml:16:1: polizy: "polizy" is not known here\. Did you mean "policy"\?$/],
    ['an unknown key deep inside', 'power: { hand', 'power: { hnad: x, hand', /^made\.yaml:10:46: nodes\[0\]\.power\.hnad: .*Did you mean "hand"\?/],
    ['a name that is not the file\'s', 'name: made', 'name: other', /:2:7: name: .*rename the file to other\.yaml/],
    ['a missing key, at the block it is missing from', ', address: 127.0.0.4', '', /:13:5: guests\[0\]\.address: is missing\. Add it/],
    ['a number where a text belongs', 'id: web', 'id: 100', /guests\[0\]\.id: must be a text and is a number\. Put it in quotes: "100"/],
    ['another version of the schema', 'schema: 1', 'schema: 2', /:1:9: schema: must be one of: 1/],
    ['an unknown platform', 'platform: pacemaker', 'platform: pacemakr', /"pacemakr" is not known\. Did you mean "pacemaker"\?/],
    ['the options of another platform', 'schema: 1', 'schema: 1\nhyperv: {}', /:2:1: hyperv: is for the platform hyperv/],
    ['no way in', /^ssh:.*$/m, '', /ssh: is missing: the platform pacemaker is reached by ssh/],
    ['a disposable cluster that is not the lab', 'arm:', 'disposable: true\narm:', /:4:13: disposable: .*Write disposable: false/],
    ['another cluster under the identity of the lab', 'identity: made-identity', 'disposable: true\nidentity: "env:HA_ACCEPTANCE_LAB_IDENTITY"', /:5:13: disposable: .*Write disposable: false/],
    ['a URL in the place of an address', 'address: 127.0.0.4', 'address: "http://web/"', /guests\[0\]\.address: .*without scheme/],
    ['a port in an address', 'address: 127.0.0.4', 'address: "web:80"', /a port has a key of its own/],
    ['a host name as the address of a guest', 'address: 127.0.0.4', 'address: web.example.org', /:13:\d+: guests\[0\]\.address: "web\.example\.org" is a host name\. Write the IP address/],
    ['a probe that is not known', '[icmp]', '[udp]', /guests\[0\]\.probes\[0\]: "udp" is not known\. Choose one of: icmp, tcp, http, dns, heartbeat/],
    ['a heartbeat without its place', '[icmp]', '[heartbeat]', /guests\[0\]\.probes\[0\]: .*needs its url\. Write \{ kind: heartbeat, url: \.\.\. \}/],
    ['half an address', 'address: 127.0.0.4', 'address: 127.0.0', /neither an IP address nor a host name/],
    ['a name that would be an option', 'name: web', 'name: --all', /guests\[0\]\.name: is not a name/],
    ['a name that draws on the screen', 'name: web', 'name: "we\\eb"', /guests\[0\]\.name: is not a name/],
    ['an unknown probe', '[icmp]', '[icpm]', /guests\[0\]\.probes\[0\]: "icpm" is not known\. Did you mean "icmp"\?/],
    ['an unknown probe, written as a block', '[icmp]', '[{ kind: htpp, url: "http://x/" }]', /guests\[0\]\.probes\[0\]\.kind: "htpp" is not known\. Did you mean "http"\?/],
    ['a web probe without its page', '[icmp]', '[{ kind: http }]', /needs its url\. Write \{ kind: http, url/],
    ['a name probe without its name', '[icmp]', '[dns]', /needs its name/],
    ['a resolver that is nobody', '[icmp]', '[{ kind: http, url: "http://x/", resolver: wbe }]', /probes\[0\]\.resolver: "wbe" is not among the guests/],
    ['no guest at all', /guests:\n.*\n/, 'guests: []\n', /:12:9: guests: is empty\. List at least one/],
    ['a node twice', 'name: n2', 'name: n1', /nodes\[1\]\.name: the node "n1" stands twice/],
    ['a guest twice', 'guests:\n', 'guests:\n  - { name: web, id: w, address: 127.0.0.9, probes: [icmp] }\n', /guests\[1\]\.name: the guest "web" stands twice/],
    ['a disk twice', 'disks: [', 'disks: [{ id: osd.0, hand: command, remove: [r], insert: [i], status: [s] }, ', /nodes\[1\]\.disks\[1\]\.id: the disk "osd\.0" stands twice/],
    ['an endpoint that is no node', 'node: n1', 'node: n9', /endpoints\[0\]\.node: "n9" is not among the nodes/],
    ['an unknown fault', '[live-migration]', '[live-migratoin]', /:14:19: allow\.faults\[0\]: "live-migratoin" is not known\. Did you mean "live-migration"\?/],
    ['an allowed node that is not there', 'nodes: [n1]', 'nodes: [n3]', /allow\.nodes\[0\]: "n3" is not among the nodes/],
    ['an allowed guest that is not there', 'guests: [web]', 'guests: [wbe]', /allow\.guests\[0\]: .*Did you mean "web"\?/],
    ['no fault at a time', 'guests: [web]', 'guests: [web], maxSimultaneous: 0', /allow\.maxSimultaneous: is too small\. Write 1 or more/],
    ['half a window', 'guests: [web]', 'guests: [web], windows: ["22:00"]', /allow\.windows\[0\]: "22:00" is not a window\. Write HH:MM-HH:MM/],
    ['an hour that no day has', 'guests: [web]', 'guests: [web], windows: ["22:00-25:00"]', /is not a window/],
    ['a hand that nobody has', 'hand: redfish', 'hand: ipmi', /nodes\[0\]\.power\.hand: "ipmi" is not known\. Choose one of: redfish, command, fence-agent, parent-proxmox, parent-hyperv, parent-vmware/],
    ['power over a line that anybody reads', 'https://127.0.0.3', 'http://127.0.0.3', /power\.url: .*https:\/\//],
    ['an empty command', 'remove: [r]', 'remove: []', /disks\[0\]\.remove: is empty/],
    ['a duration without its unit', 'period: 10ms', 'period: 10', /probe\.period: is not a duration\. Write a number with its unit/],
    ['a fingerprint that is none', 'credentials: "env:HA_MADE_BMC"', 'credentials: "env:HA_MADE_BMC", fingerprint: abc', /power\.fingerprint: is not a fingerprint/],
  ])('%s', (_, from, to, says) => {
    const broken = ordinaryFile.replace(from, to);
    expect(broken).not.toBe(ordinaryFile);
    const problems = problemsOf(() => loadMade(broken));
    expect(problems.filter((problem) => says.test(problem))).toHaveLength(1);
    expect(problems.every((problem) => /^made\.yaml:\d+:\d+: /.test(problem))).toBe(true);
  });

  test('all of them at once, in the order of the file', () => {
    const problems = problemsOf(() => loadMade(ordinaryFile.replace('arm: MADE', 'amr: MADE').replace('name: n2', 'name: n1').replace('1s', '15ms').replace('wait: 10s', 'wait: long'), {}));
    expect(problems.map((problem) => Number(problem.split(':')[1]))).toEqual([1, 4, 7, 8, 8, 10, 11, 15, 17]);
  });

  test('and nothing else is wrong with the file that is broken for these tests', () => {
    expect(loadMade(ordinaryFile).name).toBe('made');
  });

  test.each(['', '- a', 'text', '[]', 'nodes:\nguests:\n', 'nodes: [1]\nguests: [null]\nallow: 3\nlimits: [x]\nprobe: no\nssh: 1\ncredentials: 2\n'])('a file that is "%s" ends in problems and never in an accident', (yaml) => {
    expect(problemsOf(() => loadMade(yaml)).length).toBeGreaterThan(0);
  });
});

describe('which environment', () => {
  test('one that is not there: what is, without the examples', () => {
    const folder = folderWith({ 'prod-a.yaml': '', 'lab.yaml': '', 'proxmox.example.yaml': '', 'notes.txt': '' });
    expect(problemsOf(() => loadEnvironment('prod-b', { folder }))[0]).toMatch(/There is no environment "prod-b"\. Did you mean "prod-a"\? .*holds: lab, prod-a\.$/);
    expect(problemsOf(() => loadEnvironment('proxmox.example', { folder }))).toHaveLength(1);
    expect(problemsOf(() => loadEnvironment('../prod-a', { folder }))).toHaveLength(1);
  });

  test('none at all: where to begin', () => {
    expect(problemsOf(() => loadEnvironment('lab', { folder: folderWith({}) }))[0]).toMatch(/copy one of the \*\.example\.yaml/);
  });

  test('the error ends the command with 64', () => {
    expect(() => loadEnvironment('lab', { folder: folderWith({}) })).toThrow(EnvironmentError);
    expect(new EnvironmentError([]).exitCode).toBe(64);
  });
});

describe('a file with other limits', () => {
  const strict = 'limits: { node-failure: { outage: 60s }, live-migration: { outage: 500ms } }';
  const problemsWith = (text: string, yaml = ordinaryFile): string[] => {
    const folder = folderWith({ 'made.yaml': yaml, 'other.yaml': text });
    return problemsOf(() => loadEnvironment('made', { folder, env: ordinaryVariables, limitsFile: `${folder}/other.yaml` }));
  };

  test('wins where it names one, all others of the environment file stay, and each file is told with what it sets', () => {
    const folder = folderWith({ 'made.yaml': ordinaryFile, 'strict.yaml': strict });
    const limitsFile = `${folder}/strict.yaml`;
    const { limits, limitFiles } = loadEnvironment('made', { folder, env: ordinaryVariables, limitsFile });
    expect(limits).toEqual({ 'live-migration': { outage: 500, lost: 3 }, 'node-failure': { outage: 60_000 } });
    expect(limitFiles).toEqual([
      { file: limitsFile, limits: { 'node-failure': { outage: 60_000 }, 'live-migration': { outage: 500 } } },
      { file: `${folder}/made.yaml`, limits: { 'live-migration': { outage: 1000, lost: 3 } } },
    ]);
  });

  test('is absent: the environment file alone sets them', () => {
    const { limitFiles, source } = loadMade(ordinaryFile);
    expect(limitFiles).toEqual([{ file: source.path, limits: { 'live-migration': { outage: 1000, lost: 3 } } }]);
  });

  test("is held to the environment's own probe period, as the environment file's limits are", () => {
    expect(problemsWith('limits:\n  node-failure: { outage: 5ms }\n')).toEqual([expect.stringMatching(/^other\.yaml:2:27: limits\.node-failure\.outage: the limit of 5 ms is too fine/)]);
    expect(problemsWith(strict, ordinaryFile.replace('outage: 1s', 'outage: 15ms'))).toEqual([expect.stringMatching(/^made\.yaml:\d+:\d+: limits\.live-migration\.outage: the limit of 15 ms is too fine/)]);
  });

  test('knows no other rows and measurements, and nothing but limits', () => {
    expect(problemsWith('limits: { node-failrue: { outage: 5s }, backup: { outge: 5s } }\nprobe: {}\n')).toEqual([expect.stringMatching(/^other\.yaml:1.*node-failrue/), expect.stringMatching(/^other\.yaml:1.*outge/), expect.stringMatching(/^other\.yaml:2.*probe/)]);
  });
});
