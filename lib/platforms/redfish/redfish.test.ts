import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serveTls } from '../../transports/testing/tls-server.ts';
import type { TlsTestServer } from '../../transports/testing/tls-server.ts';
import { openBmc } from './redfish.ts';
import type { Bmc } from './redfish.ts';

// Answers written after DSP0266 and DSP2046 (the Redfish specification and its schemas); none is a recording.
const system = '/redfish/v1/Systems/1';
const action = `${system}/Actions/ComputerSystem.Reset`;
const refused = JSON.stringify({ error: { code: 'Base.1.8.GeneralError', message: 'A general error.', '@Message.ExtendedInfo': [{ Message: 'The chassis is locked.', Resolution: 'Unlock it.' }] } });

type Handler = (response: ServerResponse, body: string) => void;
let answers: Record<string, Handler>;
let power: string;
let server: TlsTestServer;
let bmc: Bmc;

function json(document: unknown, status = 200): Handler {
  return (response) => void response.writeHead(status).end(JSON.stringify(document));
}

function status(code: number, body = '', headers: Record<string, string> = {}): Handler {
  return (response) => void response.writeHead(code, headers).end(body);
}

function reset(document: Record<string, unknown> = { 'ResetType@Redfish.AllowableValues': ['On', 'ForceOff'] }): Handler {
  return (response) => json({ '@odata.id': system, Id: '1', PowerState: power, Actions: { '#ComputerSystem.Reset': { target: action, ...document } } })(response, '');
}

beforeEach(async () => {
  power = 'On';
  answers = {
    'GET /redfish/v1/': json({ Systems: { '@odata.id': '/redfish/v1/Systems' } }),
    'GET /redfish/v1/Systems': json({ Members: [{ '@odata.id': system }] }),
    [`GET ${system}`]: reset(),
    [`POST ${action}`]: (response, body) => {
      power = (JSON.parse(body) as { ResetType: string }).ResetType === 'On' ? 'On' : 'Off';
      response.writeHead(204).end();
    },
  };
  server = await serveTls((request, response, body) => (answers[`${request.method} ${request.url}`] ?? status(404))(response, body));
  bmc = openBmc({ url: `${server.baseUrl}/`, credentials: 'admin:pass:word', fingerprint: server.fingerprint });
});
afterEach(() => server.close());

const posts = (): unknown[] => server.asked.filter((request) => request.method === 'POST').map((request) => JSON.parse(request.body) as unknown);

test('finds the one system, switches it and reads the power state back', async () => {
  await expect(bmc.powerState()).resolves.toBe('On');
  await bmc.reset('ForceOff');
  await expect(bmc.powerState()).resolves.toBe('Off');
  expect(posts()).toEqual([{ ResetType: 'ForceOff' }]);
  expect(server.asked.at(-1)?.authorization).toBe(`Basic ${Buffer.from('admin:pass:word').toString('base64')}`);
});

test('a reset type that is not offered is not asked for', async () => {
  await expect(bmc.reset('ForceOn')).rejects.toThrow('only On, ForceOff');
  answers[`GET ${system}`] = reset({ '@Redfish.ActionInfo': '/redfish/v1/info' });
  answers['GET /redfish/v1/info'] = json({ Parameters: [{ Name: 'ResetType', AllowableValues: ['On'] }] });
  await expect(bmc.reset('ForceOff')).rejects.toThrow('only On.');
  expect(posts()).toEqual([]);
});

test('where the BMC does not say what it offers, it is asked', async () => {
  answers[`GET ${system}`] = reset({});
  await bmc.reset('ForceOff');
  expect(power).toBe('Off');
});

test('an accepted reset is waited for until its task has ended', async () => {
  let asked = 0;
  answers[`POST ${action}`] = status(202, '{}', { Location: `${server.baseUrl}/redfish/v1/TaskMonitors/7` });
  answers['GET /redfish/v1/TaskMonitors/7'] = (response) => {
    asked += 1;
    if (asked < 3) json({ TaskState: 'Running' }, 202)(response, '');
    else status(204)(response, '');
  };
  await bmc.reset('ForceOff');
  expect(asked).toBe(3);
});

test('a task that fails is a failure with the words of the BMC', async () => {
  answers[`POST ${action}`] = status(202, '', { Location: '/redfish/v1/Tasks/7' });
  answers['GET /redfish/v1/Tasks/7'] = json({ TaskState: 'Exception', TaskStatus: 'Critical', Messages: [{ Message: 'The power supply refused.' }] });
  await expect(bmc.reset('ForceOff')).rejects.toThrow('The power supply refused.');
});

test('a refusal is told in the words of the BMC, and is not tried again', async () => {
  answers[`POST ${action}`] = status(500, refused);
  await expect(bmc.reset('ForceOff')).rejects.toThrow('The chassis is locked. Unlock it.');
  expect(posts()).toHaveLength(1);
});

test('a read that fails on the way is tried again', async () => {
  let failures = 2;
  answers[`GET ${system}`] = (response, body) => {
    failures -= 1;
    if (failures === 1) response.destroy();
    else if (failures === 0) status(503)(response, body);
    else reset()(response, body);
  };
  await expect(bmc.powerState()).resolves.toBe('On');
});

test.each([
  ['an answer that is no JSON', (response: ServerResponse) => void response.writeHead(200).end('<html>'), 'not JSON'],
  ['a truncated answer', (response: ServerResponse) => void response.writeHead(200, { 'Content-Length': '999' }).write('{', () => response.destroy()), 'broke off'],
  ['JSON of another kind', json({ hello: 'world' }), 'lacks what Redfish promises'],
  ['a power state that nobody knows', json({ '@odata.id': system, Id: '1', PowerState: 'Perhaps' }), 'PowerState'],
  ['no power state', json({ '@odata.id': system, Id: '1' }), 'does not tell the power state'],
  ['a wrong password', status(401), 'Check the user and password'],
])('%s is an error, never a power state', async (_, handler, words) => {
  answers[`GET ${system}`] = handler;
  await expect(bmc.powerState()).rejects.toThrow(words);
});

test('a BMC that points elsewhere gets no request there', async () => {
  answers['GET /redfish/v1/Systems'] = json({ Members: [{ '@odata.id': '//elsewhere.example/redfish/v1/Systems/1' }] });
  await expect(bmc.powerState()).rejects.toThrow('must be a path on this BMC');
});

test('of several systems one must be named', async () => {
  answers['GET /redfish/v1/Systems'] = json({ Members: [{ '@odata.id': '/redfish/v1/Systems/a' }, { '@odata.id': system }] });
  await expect(bmc.powerState()).rejects.toThrow('Set nodes[].power.system');
  const named = openBmc({ url: server.baseUrl, credentials: 'admin:pass:word', fingerprint: server.fingerprint, system: '1' });
  await expect(named.powerState()).resolves.toBe('On');
});

test('a reset whose answer never comes has an unknown outcome', async () => {
  answers[`POST ${action}`] = () => undefined;
  await expect(bmc.reset('ForceOff', { timeoutMs: 300 })).rejects.toMatchObject({ unknownOutcome: true });
  expect(posts()).toHaveLength(1);
});
