import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHttpFaultProxy, httpFaults } from '../../transports/testing/http-fault-proxy.ts';
import type { HttpFaultProxy } from '../../transports/testing/http-fault-proxy.ts';
import { serveTls } from '../../transports/testing/tls-server.ts';
import type { TlsTestServer } from '../../transports/testing/tls-server.ts';
import { startWireFaultProxy } from '../../transports/testing/wire-fault-proxy.ts';
import type { WireFault, WireFaultProxy } from '../../transports/testing/wire-fault-proxy.ts';
import { openBmc } from './redfish.ts';
import type { Bmc } from './redfish.ts';

const system = '/redfish/v1/Systems/1';
let power: string;
let resets: number;
let server: TlsTestServer;
let proxy: HttpFaultProxy;
let wire: WireFaultProxy;
let bmc: Bmc;

/** An invented BMC, behind a proxy that spoils its answers, behind a wire that spoils everything. */
beforeEach(async () => {
  power = 'On';
  resets = 0;
  server = await serveTls((request, response) => {
    if (request.method === 'POST') {
      power = 'Off';
      resets += 1;
      response.writeHead(204).end();
    } else response.end(JSON.stringify({ '@odata.id': system, Id: '1', PowerState: power, Actions: { '#ComputerSystem.Reset': { target: `${system}/Actions/ComputerSystem.Reset` } } }));
  });
  proxy = await startHttpFaultProxy({ baseUrl: server.baseUrl, fingerprint: server.fingerprint });
  wire = await startWireFaultProxy({ address: '127.0.0.1', port: Number(new URL(proxy.baseUrl).port) });
  bmc = openBmc({ url: `https://127.0.0.1:${wire.port}`, credentials: 'admin:secret', fingerprint: proxy.fingerprint, system });
});
afterEach(async () => {
  await wire.close();
  await proxy.close();
  await server.close();
});

const quick = { timeoutMs: 250 };

test('over a sound path it is switched and read back', async () => {
  await bmc.reset('ForceOff');
  await expect(bmc.powerState()).resolves.toBe('Off');
});

test.each(httpFaults.filter((fault) => fault !== 'none'))('%s answers to reads give no power state, and no reset is sent blindly', async (fault) => {
  proxy.setFault(fault);
  await expect(bmc.powerState(quick)).rejects.toThrow(/^GET https:/);
  await expect(bmc.reset('ForceOff', quick)).rejects.toThrow(/^GET https:/);
  expect(resets).toBe(0);
});

test.each([['reset', { kind: 'reset' }], ['hang', { kind: 'hang' }], ['drip', { kind: 'drip', everyMs: 5 }], ['cut', { kind: 'cut', afterBytes: 500 }]] satisfies [string, WireFault][])('a wire that does %s gives no power state', async (_, fault) => {
  wire.setFault(fault);
  await expect(bmc.powerState(quick)).rejects.toMatchObject({ name: 'HttpsError' });
  wire.setFault({ kind: 'none' });
  await expect(bmc.powerState()).resolves.toBe('On');
});

test.each([['status-500', {}], ['truncated', { unknownOutcome: true }], ['lost-answer', { unknownOutcome: true }]] as const)('a reset whose answer is %s is an error and is sent once; reading tells that it happened', async (fault, known) => {
  proxy.setFault(fault, 'POST');
  await expect(bmc.reset('ForceOff', quick)).rejects.toMatchObject(known);
  expect(resets).toBe(1);
  await expect(bmc.powerState()).resolves.toBe('Off');
});
