import { afterEach, describe, expect, test } from 'vitest';
import { createSecret } from '../../environment/references.ts';
import { endAll, play } from '../../platforms/proxmox/testing/model/play.ts';
import { serveTls } from '../../transports/testing/tls-server.ts';
import type { TlsTestServer } from '../../transports/testing/tls-server.ts';
import { askServerToVerify } from './backup-server.ts';
import type { ProxmoxContext } from './context.ts';
import { contextOfModel } from './testing.ts';

const servers: TlsTestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await endAll();
});

const { signal } = new AbortController();

/** A server in the form of the Proxmox Backup Server's API viewer; invented. */
async function behind(status: number, body: string, change: (fingerprint: string) => string = (same) => same, namespace?: string): Promise<{ server: TlsTestServer; context: ProxmoxContext }> {
  const server = await serveTls((_, response) => response.writeHead(status).end(body));
  servers.push(server);
  const base = contextOfModel(await play());
  const settings: ProxmoxContext['settings'] = { backup: { storage: 'pbs', mode: 'snapshot', server: { url: server.baseUrl, datastore: 'store/1', fingerprint: change(server.fingerprint), ...(namespace === undefined ? {} : { namespace }) } } };
  return { server, context: { ...base, settings, environment: { ...base.environment, credentials: { backupServer: createSecret('env:PBS', 'ci@pbs!x:secret\n') } } } };
}

test.each([[undefined, {}], ['prod', { ns: 'prod' }]])('one snapshot is named, in namespace %s, by a token with a colon; the task that it begins is told', async (namespace, more) => {
  const { server, context } = await behind(200, '{"data":"UPID:pbs:1"}', undefined, namespace);
  expect(await askServerToVerify(context, 'vm', '100', 1_763_664_000, signal)).toBe('the Proxmox Backup Server verifies it: UPID:pbs:1');
  const [asked] = server.asked;
  expect(asked).toMatchObject({ method: 'POST', path: '/api2/json/admin/datastore/store%2F1/verify', authorization: 'PBSAPIToken=ci@pbs!x:secret' });
  expect(JSON.parse(asked?.body ?? '')).toEqual({ 'backup-type': 'vm', 'backup-id': '100', 'backup-time': 1_763_664_000, 'ignore-verified': false, ...more });
});

describe('what the server does not do is our lack, and names what to set', () => {
  test('a refusal is told in its own words, without the token', async () => {
    const { context } = await behind(403, 'permission check failed\n');
    const refused = askServerToVerify(context, 'ct', '200', 1, signal);
    await expect(refused).rejects.toMatchObject({ fault: { blame: 'tool', message: expect.stringContaining('403 permission check failed') as string, remedy: expect.stringContaining('Datastore.Verify') as string } });
    await expect(refused).rejects.not.toThrow(/ci@pbs!x:secret/);
  });

  test('a certificate that is not the expected one is not talked to', async () => {
    const { server, context } = await behind(200, '{"data":"x"}', () => 'SHA256:0000000000000000000000000000000000000000000');
    await expect(askServerToVerify(context, 'vm', '100', 1, signal)).rejects.toMatchObject({ fault: { blame: 'tool', message: expect.stringContaining('certificate') as string } });
    expect(server.asked).toEqual([]);
  });

  test('without a word about it in the environment file nobody is asked', async () => {
    await expect(askServerToVerify(contextOfModel(await play()), 'vm', '100', 1, signal)).rejects.toMatchObject({ fault: { message: expect.stringContaining('the environment file does not say how') as string } });
  });
});
