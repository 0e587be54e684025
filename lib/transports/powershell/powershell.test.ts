import { afterEach, describe, expect, it } from 'vitest';
import { parseKnownHosts } from '../known-hosts.ts';
import { SshError } from '../ssh-error.ts';
import { openHost } from '../ssh-host.ts';
import type { SshHost } from '../ssh.ts';
import { serveSsh, testKey } from '../testing/ssh-server.ts';
import { framed, readPayload, windowsNode, type Played, type PlayedCall } from '../testing/windows-node.ts';
import { bootstrap, commandWords, envelope, payloadOf } from './payload.ts';
import { PowerShellError } from './powershell-error.ts';
import { runPowerShell } from './powershell.ts';

const hostKey = testKey();
const userKey = testKey();
const closers: (() => Promise<void>)[] = [];
const script = { name: 'read-something.ps1', text: 'param([string]$Name) @{ name = $Name }' };

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Node {
  host: SshHost;
  freeze: () => void;
  commands: string[];
}

async function nodeThat(answer: (call: PlayedCall) => Played | Promise<Played>): Promise<Node> {
  const server = await serveSsh(windowsNode(answer), { hostKeys: [hostKey] });
  const host = openHost({ name: 'hv1', address: '127.0.0.1', port: server.port, user: 'tester', key: userKey.private, knownHosts: parseKnownHosts(server.knownHosts()), connectTimeoutMs: 3000 });
  closers.push(server.close, host.close);
  return { host, freeze: server.freeze, commands: server.commands };
}

async function failureOf(attempt: Promise<unknown>): Promise<PowerShellError> {
  const error: unknown = await attempt.then(() => null, (reason: unknown) => reason);
  if (!(error instanceof PowerShellError)) throw new Error(`expected a PowerShellError, got ${String(error)}`);
  return error;
}

/** Field report: what a session writes beside everything when modules are loaded for the first time. */
const progressNoise = '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj S="progress" RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T></TN><MS><I64 N="SourceId">1</I64><PR N="Record"><AV>Préparation des modules à la première utilisation.</AV></PR></MS></Obj></Objs>';

describe('runPowerShell', () => {
  it('gives what the script gave, with the machine\'s name and clock', async () => {
    const { host } = await nodeThat(({ parameters }) => ({ data: { name: parameters['Name'] ?? null }, host: 'HV1', utc: '2026-01-02T03:04:05.0000000Z' }));
    const answer = await runPowerShell(host, script, { Name: 'web' });
    expect(answer).toMatchObject({ data: { name: 'web' }, computer: 'HV1', utc: new Date('2026-01-02T03:04:05Z'), noise: [] });
  });

  it('hands names over as data: the command line is the same for all, and no text of a script holds them', async () => {
    const hostile = `'; Remove-Item C:\\ -Recurse; $(whoami) "\` é 日本 <<<x>>>`;
    const calls: PlayedCall[] = [];
    const { host, commands } = await nodeThat((call) => {
      calls.push(call);
      return { data: call.parameters['Name'] };
    });
    expect((await runPowerShell(host, script, { Name: hostile })).data).toBe(hostile);
    await runPowerShell(host, script, { Name: 'web' });
    expect(new Set(commands)).toEqual(new Set([commandWords.join(' ')]));
    expect(calls.map((call) => [call.script, call.envelope])).toEqual([[script.text, envelope], [script.text, envelope]]);
    expect(calls[0]?.nonce).not.toBe(calls[1]?.nonce);
  });

  it('tells the host its deadline', async () => {
    const { host } = await nodeThat(({ deadlineMs }) => ({ data: deadlineMs }));
    expect((await runPowerShell(host, script, {}, { timeoutMs: 4321 })).data).toBe(4321);
  });

  it('takes standard error and other output for the log and never for a failure', async () => {
    const { host } = await nodeThat(({ nonce }) => ({ frame: `Bienvenue\r\n${framed(nonce, { v: 1, ok: true, host: 'HV1', utc: '2026-01-02T03:04:05Z', data: 7, error: null })}\r\n`, stderr: progressNoise }));
    const { data, noise } = await runPowerShell(host, script);
    expect(data).toBe(7);
    expect(noise).toEqual(['Bienvenue']);
  });

  it('believes the frame, not the exit status, which the default shell may flatten', async () => {
    const { host } = await nodeThat(({ parameters }) => (parameters['Name'] === 'good' ? { data: 1, code: 1 } : { error: { message: 'no' }, code: 0 }));
    expect((await runPowerShell(host, script, { Name: 'good' })).data).toBe(1);
    expect((await failureOf(runPowerShell(host, script, { Name: 'bad' }))).kind).toBe('failed');
  });

  it('tells a failure of the script by what is the same in every language, in the words of the host', async () => {
    const message = 'Une erreur s’est produite lors du déplacement du rôle « web ». Accès refusé.';
    const { host } = await nodeThat(() => ({ error: { type: 'Microsoft.FailoverClusters.PowerShell.ClusterCmdletException', hresult: '0x80070005', id: 'Move-ClusterVirtualMachineRole,Microsoft.FailoverClusters.PowerShell.MoveClusterVirtualMachineRoleCommand', category: 'AuthenticationError', message, line: 4 } }));
    const error = await failureOf(runPowerShell(host, script));
    expect(error).toMatchObject({ kind: 'failed', unknownOutcome: false, failure: { hresult: '0x80070005', category: 'AuthenticationError', message } });
    expect(error.message).toContain('Accès refusé');
  });

  it.each<[string, (call: PlayedCall) => Played, RegExp]>([
    ['no frame at all', () => ({ frame: '', stderr: 'Missing closing \'}\' in statement block', code: 1 }), /Missing closing/],
    ['success without a frame', () => ({ frame: 'done', code: 0 }), /status 0/],
    ['a frame of another call', () => ({ frame: framed('0123456789abcdef01234567', { v: 1, ok: true }) }), /status 0/],
    ['a torn frame', ({ nonce }) => ({ frame: `<<<${nonce}:99:AAAA>>>` }), /torn/],
    ['a frame that is cut off', ({ nonce }) => ({ frame: framed(nonce, { v: 1 }).slice(0, -4) }), /gave no answer/],
    ['two frames', ({ nonce }) => ({ frame: framed(nonce, { v: 1 }) + framed(nonce, { v: 1 }) }), /torn/],
    ['a process that ended itself at its deadline', () => ({ frame: '', code: 96 }), /deadline/],
  ])('knows nothing after %s', async (_what, answer, words) => {
    const { host } = await nodeThat(answer);
    const error = await failureOf(runPowerShell(host, script));
    expect(error).toMatchObject({ kind: 'no-answer', unknownOutcome: true });
    expect(error.message).toMatch(words);
  });

  it('does not take an envelope of another shape for an answer', async () => {
    const { host } = await nodeThat(({ nonce }) => ({ frame: framed(nonce, { v: 2, ok: true }) }));
    expect(await failureOf(runPowerShell(host, script))).toMatchObject({ kind: 'shape', unknownOutcome: true });
  });

  it('says that nothing was run when the script did not arrive whole', async () => {
    const { host } = await nodeThat(({ nonce }) => ({ frame: `<<<${nonce}:damaged>>>`, code: 1 }));
    expect(await failureOf(runPowerShell(host, script))).toMatchObject({ kind: 'not-run', unknownOutcome: false });
  });

  it.each<[string, Played]>([
    ['the connection is dropped', 'drop'],
    ['the session dies without a status', { frame: '', code: null }],
  ])('leaves the outcome unknown when %s', async (_what, played) => {
    const { host } = await nodeThat(() => played);
    await expect(runPowerShell(host, script)).rejects.toMatchObject({ kind: 'lost', unknownOutcome: true });
  });

  it('leaves the outcome unknown when the host freezes, and notices before the deadline', async () => {
    const node = await nodeThat(() => {
      node.freeze();
      return 'hang';
    });
    const error: unknown = await runPowerShell(node.host, script, {}, { timeoutMs: 25_000 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SshError);
    expect(error).toMatchObject({ kind: 'lost', unknownOutcome: true });
  });

  it('leaves the outcome unknown when nothing comes within the time', async () => {
    const { host } = await nodeThat(({ parameters }) => (parameters['Name'] === 'first' ? { data: null } : 'hang'));
    await runPowerShell(host, script, { Name: 'first' });
    await expect(runPowerShell(host, script, {}, { timeoutMs: 200 })).rejects.toMatchObject({ kind: 'timeout', unknownOutcome: true });
  });

  it('takes lists as 5.1 wraps them', async () => {
    const { host } = await nodeThat(() => ({ data: { items: { value: [{ op: { value: [2], Count: 1 } }], Count: 1 }, honest: { value: 1, Count: 3 } } }));
    expect((await runPowerShell(host, script)).data).toEqual({ items: [{ op: [2] }], honest: { value: 1, Count: 3 } });
  });
});

describe('the payload', () => {
  const call = { nonce: 'abc', script, parameters: { Name: 'wéb', Ids: [1, 2] }, deadlineMs: 1 };

  it('is ASCII on one line, and reads back as it was', () => {
    const payload = payloadOf(call);
    expect(payload).toMatch(/^[\x20-\x7e]+\n$/);
    expect(readPayload(payload)).toEqual({ nonce: 'abc', envelope, script: script.text, parameters: call.parameters, deadlineMs: 1 });
  });

  it.each([1, 500, 1024])('is refused when %d characters of its end are missing', (missing) => {
    expect(readPayload(payloadOf(call).slice(0, -1 - missing))).toBeNull();
  });

  it('keeps the command line below what a host cut in a field report (2500 characters of base64), and free of what a shell reads', () => {
    expect(commandWords.at(-1)?.length).toBeLessThan(2000);
    expect(commandWords.join(' ')).toMatch(/^[A-Za-z0-9.+/= -]+$/);
    expect(bootstrap).toMatch(/^[\x20-\x7e\n]+$/);
    expect(envelope).toMatch(/^[\x20-\x7e\n]+$/);
  });
});
