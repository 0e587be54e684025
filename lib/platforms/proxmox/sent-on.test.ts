import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { selfSigned } from '../../transports/testing/certificate.ts';
import { serveTls } from '../../transports/testing/tls-server.ts';
import type { TlsTestServer } from '../../transports/testing/tls-server.ts';
import { openProxmox } from './client.ts';
import type { ProxmoxTarget } from './client.ts';
import { clusterStatus } from './requests/cluster.ts';
import { migrateVm } from './requests/guests.ts';
import { testClock } from './testing/clock.ts';
import { recordedData } from './testing/recorded.ts';
import { startStandIn } from './testing/stand-in.ts';
import type { StandIn } from './testing/stand-in.ts';

const clock = testClock();
let cluster: StandIn;
beforeEach(async () => {
  cluster = await startStandIn({ clock, answer: () => ({ data: recordedData('cluster-status') }) });
});
afterEach(() => cluster.close());

describe('an endpoint that sends us on (301, as the API says to plain http: http-plain.http)', () => {
  /** A first endpoint that does so, and the place that it names, which shows the same certificate. */
  async function moved(): Promise<{ target: ProxmoxTarget; elsewhere: TlsTestServer }> {
    const certificate = selfSigned('pve1');
    const elsewhere = await serveTls((_, response) => response.end('{"data":null}'), certificate);
    const sender = await serveTls((request, response) => response.writeHead(301, 'Moved Permanently', { Location: `${elsewhere.baseUrl}${request.url}` }).end('Moved Permanently'), certificate);
    onTestFinished(async () => {
      await Promise.all([elsewhere.close(), sender.close()]);
    });
    const endpoint = { node: 'pve1', address: '127.0.0.1', port: Number(new URL(sender.baseUrl).port), fingerprint: sender.fingerprint };
    return { target: { ...cluster.target, endpoints: [endpoint, ...cluster.target.endpoints.slice(1)] }, elsewhere };
  }

  test('is not followed, by a read or a write, and no other endpoint is asked: it is explained', async () => {
    const { target, elsewhere } = await moved();
    const sent = openProxmox(target, clock.now);
    for (const attempt of [sent.read(clusterStatus()), sent.write(migrateVm('pve1', '100', 'pve2'))]) {
      await expect(attempt).rejects.toMatchObject({ name: 'ProxmoxError', kind: 'answer', status: 301, endpoint: 'pve1', message: expect.stringMatching(/through pve1: 301 Moved Permanently\. It sends us on to https:\/\/127\.0\.0\.1:\d+\/api2\/json\/\S+, and we do not go: .*the port of its API \(8006\)/) as string });
    }
    expect([elsewhere.asked, cluster.asked]).toEqual([[], []]);
  });

  test('takes no password along: who signs in is told the same', async () => {
    const { target, elsewhere } = await moved();
    await expect(openProxmox({ ...target, credentials: { kind: 'password', ...cluster.login } }, clock.now).read(clusterStatus())).rejects.toThrow('POST /access/ticket through pve1: 301 Moved Permanently. It sends us on');
    expect(elsewhere.asked).toEqual([]);
  });
});
