import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:https';
import axios, { type AxiosResponse } from 'axios';
import { Agent } from 'node:https';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openBmc } from '../../platforms/redfish/redfish.ts';
import { selfSigned } from '../../transports/testing/certificate.ts';
import type { ResetType } from './redfish.ts';
import { startBmc } from './server.ts';

const system = '/redfish/v1/Systems/1';
const action = `${system}/Actions/ComputerSystem.Reset`;
const certificate = selfSigned('bmc');
let server: Server;
let on: boolean;
let resets: ResetType[];
let log: string[];

beforeEach(async () => {
  on = true;
  resets = [];
  log = [];
  server = await startBmc({
    name: 'n1', address: '127.0.0.1', port: 0, key: certificate.key, certificate: certificate.cert, credentials: { user: 'admin', password: 'right' },
    log: (line) => log.push(line),
    power: {
      isOn: () => on,
      reset: async (type) => {
        resets.push(type);
        on = type === 'On' || type === 'ForceRestart';
      },
    },
  });
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

function ask(method: 'GET' | 'POST', path: string, options: { body?: unknown; password?: string | null } = {}): Promise<AxiosResponse<unknown>> {
  const { port } = server.address() as AddressInfo;
  const password = options.password === undefined ? 'right' : options.password;
  return axios.request({
    method, url: `https://127.0.0.1:${port}${path}`, data: options.body, proxy: false, validateStatus: () => true, httpsAgent: new Agent({ ca: certificate.cert }),
    ...(password === null ? {} : { auth: { username: 'admin', password } }),
  });
}

describe('what the BMC tells', () => {
  test('the service root is open to all and leads to the systems', async () => {
    const { status, data } = await ask('GET', '/redfish/v1/', { password: null });
    expect({ status, data }).toMatchObject({ status: 200, data: { Systems: { '@odata.id': '/redfish/v1/Systems' } } });
    expect((await ask('GET', '/redfish/v1/Systems')).data).toMatchObject({ Members: [{ '@odata.id': system }] });
  });

  test('the power state is the switch\'s, read anew each time', async () => {
    expect((await ask('GET', system)).data).toMatchObject({ Name: 'n1', PowerState: 'On' });
    on = false;
    expect((await ask('GET', system)).data).toMatchObject({ PowerState: 'Off' });
  });

  test('it names the reset types that it knows', async () => {
    const { data } = await ask('GET', system);
    expect(data).toMatchObject({ Actions: { '#ComputerSystem.Reset': { target: action, 'ResetType@Redfish.AllowableValues': ['On', 'ForceOff', 'GracefulShutdown', 'ForceRestart'] } } });
  });
});

describe('what the BMC does', () => {
  test.each(['On', 'ForceOff', 'GracefulShutdown', 'ForceRestart'])('%s reaches the power switch', async (type) => {
    expect((await ask('POST', action, { body: { ResetType: type } })).status).toBe(204);
    expect(resets).toStrictEqual([type]);
    expect(log).toStrictEqual([`bmc n1: POST ${action} {"ResetType":"${type}"} -> 204`]);
  });

  test.each([
    ['a type that it does not know', action, { ResetType: 'Nmi' }, 400],
    ['a body without a type', action, {}, 400],
    ['an action that it does not have', `${system}/Actions/Other`, { ResetType: 'ForceOff' }, 404],
  ])('%s changes nothing', async (_, path, body, status) => {
    expect((await ask('POST', path, { body })).status).toBe(status);
    expect(resets).toStrictEqual([]);
  });

  test.each(['wrong', 'righ', '', null])('password %j switches nothing and sees nothing', async (password) => {
    const refused = await ask('POST', action, { body: { ResetType: 'ForceOff' }, password });
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toContain('Basic');
    expect((await ask('GET', system, { password })).status).toBe(401);
    expect(resets).toStrictEqual([]);
  });

  test('within a session it may be switched, and nothing of the login is logged', async () => {
    const { port } = server.address() as AddressInfo;
    const bmc = openBmc({ url: `https://127.0.0.1:${port}`, credentials: 'admin:right', ca: certificate.cert, login: 'session' });
    await bmc.reset('ForceOff');
    await expect(bmc.powerState()).resolves.toBe('Off');
    expect(resets).toStrictEqual(['ForceOff']);
    expect(log.join()).not.toContain('right');
    const session = /DELETE (\S+)/.exec(log.join())?.[1] ?? expect.unreachable(log.join());
    const closed = await axios.request({ url: `https://127.0.0.1:${port}${session}`, method: 'DELETE', headers: { 'X-Auth-Token': 'x' }, proxy: false, validateStatus: () => true, httpsAgent: new Agent({ ca: certificate.cert }) });
    expect(closed.status).toBe(401);
    await expect(openBmc({ url: `https://127.0.0.1:${port}`, credentials: 'admin:wrong', ca: certificate.cert, login: 'session' }).reset('On')).rejects.toMatchObject({ status: 401 });
    expect(resets).toStrictEqual(['ForceOff']);
  });
});
