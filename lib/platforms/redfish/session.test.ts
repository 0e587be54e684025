import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveTls } from '../../transports/testing/tls-server.ts';
import type { TlsTestServer } from '../../transports/testing/tls-server.ts';
import { openBmc } from './redfish.ts';
import type { Bmc } from './redfish.ts';

// A BMC on which basic authentication is switched off. Answers written after DSP0266 (Redfish session login authentication); none is a recording.
const system = '/redfish/v1/Systems/1';
const sessions = '/redfish/v1/Managers/1/Sessions';
let open: Map<string, string>;
let opened: number;
let isNamed: boolean;
let location: (path: string) => string | undefined;
let refuses: string | null;
let server: TlsTestServer;
let bmc: Bmc;

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  const call = `${request.method} ${request.url}`;
  const json = (document: unknown, status = 200, headers: Record<string, string> = {}): void => void response.writeHead(status, headers).end(JSON.stringify(document));
  const place = isNamed ? sessions : '/redfish/v1/SessionService/Sessions';
  if (call === 'GET /redfish/v1/') return json({ Systems: { '@odata.id': '/redfish/v1/Systems' }, ...(isNamed ? { Links: { Sessions: { '@odata.id': sessions } } } : {}) });
  if (call === `POST ${place}`) {
    if (body !== JSON.stringify({ UserName: 'admin', Password: 'pass:word' })) return json({ error: { message: 'Wrong.' } }, 401);
    opened += 1;
    const path = `${place}/${opened}`;
    open.set(path, `token-${opened}`);
    const where = location(path);
    return json({ '@odata.id': path }, 201, { 'X-Auth-Token': `token-${opened}`, ...(where === undefined ? {} : { Location: where }) });
  }
  const path = [...open].find(([, token]) => token === request.headers['x-auth-token'])?.[0];
  if (path === undefined) return json({ error: { message: 'No valid session.' } }, 401);
  if (refuses === call) return json({ error: { message: 'Not now.' } }, 403);
  if (request.method === 'DELETE' && open.delete(request.url ?? '')) return void response.writeHead(204).end();
  if (call === 'GET /redfish/v1/Systems') return json({ Members: [{ '@odata.id': system }] });
  if (call === `GET ${system}`) return json({ '@odata.id': system, Id: '1', PowerState: 'On', Actions: { '#ComputerSystem.Reset': { target: `${system}/Reset`, 'ResetType@Redfish.AllowableValues': ['ForceOff'] } } });
  return call === `POST ${system}/Reset` ? void response.writeHead(204).end() : json({}, 404);
}

beforeEach(async () => {
  open = new Map();
  opened = 0;
  isNamed = true;
  location = (path) => path;
  refuses = null;
  server = await serveTls(answer);
  bmc = openBmc({ url: server.baseUrl, credentials: 'admin:pass:word', fingerprint: server.fingerprint, login: 'session' });
});
afterEach(() => server.close());

test('reads and switches within a session of its own each time, sends the password to open it only, and leaves none open', async () => {
  await expect(bmc.powerState()).resolves.toBe('On');
  await bmc.reset('ForceOff');
  expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(expect.arrayContaining([`POST ${system}/Reset`, `DELETE ${sessions}/1`, `DELETE ${sessions}/2`]));
  expect(server.asked.map(({ authorization }) => authorization).filter((sent) => sent !== undefined)).toEqual([]);
  expect([opened, open.size]).toEqual([2, 0]);
});

test.each<[string, (path: string) => string | undefined]>([['as a whole address', (path) => `${server.baseUrl}${path}`], ['in the body only', () => undefined]])('a session whose place is told %s is ended', async (_how, where) => {
  location = where;
  await bmc.powerState();
  expect([opened, open.size]).toEqual([1, 0]);
});

test('no token goes to the address of somebody else', async () => {
  const other = await serveTls((_request, response) => void response.writeHead(204).end());
  location = (path) => `${other.baseUrl}${path}`;
  await bmc.powerState();
  expect([other.asked, open.size]).toEqual([[], 0]);
  await other.close();
});

test('where the root does not name the sessions they are where the standard has them', async () => {
  isNamed = false;
  await expect(bmc.powerState()).resolves.toBe('On');
});

test('work that fails ends its session, too', async () => {
  refuses = `POST ${system}/Reset`;
  await expect(bmc.reset('ForceOff')).rejects.toMatchObject({ status: 403 });
  expect([opened, open.size]).toEqual([1, 0]);
});

test('a password that is refused is refused once, and basic authentication, which is switched off, names the key to change', async () => {
  const wrong = openBmc({ url: server.baseUrl, credentials: 'admin:other', fingerprint: server.fingerprint, login: 'session' });
  await expect(wrong.powerState()).rejects.toMatchObject({ status: 401, message: expect.stringContaining(`POST ${server.baseUrl}${sessions}`) as string });
  expect(server.asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
  await expect(openBmc({ url: server.baseUrl, credentials: 'admin:pass:word', fingerprint: server.fingerprint }).powerState()).rejects.toThrow('nodes[].power.login: session');
});
