import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readSamples } from '../record/samples-reader.ts';
import { noNetworkReason } from '../probes/netns.ts';
import { noIcmpReason } from '../probes/testing.ts';
import { probeCommand } from './probe.ts';
import type { ProbedHost } from './probe-report.ts';

let folder = '';
let output = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'probe-'));
  output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  rmSync(folder, { recursive: true });
});

/** Runs the command as the program would, with errors thrown instead of ending the process. */
async function probe(...args: string[]): Promise<string> {
  const command = probeCommand().exitOverride().configureOutput({ writeErr: () => undefined });
  await new Command().addCommand(command).parseAsync(['probe', ...args], { from: 'user' });
  return output;
}

const missing = await noIcmpReason('probe.test.ts', null);
const gateMissing = noNetworkReason();
if (gateMissing !== null) console.warn(`probe.test.ts calibrates nothing here: ${gateMissing}`);

describe('probe', () => {
  test.skipIf(missing !== null)('measures several hosts at once, prints one document and keeps the samples that it was asked to keep', async () => {
    const document = JSON.parse(await probe('127.0.0.1', 'localhost', '--every', '20ms', '--for', '400ms', '--wait', '1s', '--json', '--samples', folder)) as Record<string, unknown>;
    expect(document).toMatchObject({
      schema: 1,
      hosts: [{ host: '127.0.0.1', kind: 'icmp', periodMs: 20, waitMs: 1000, lateAfterMs: 100, lost: 0, outages: [] }, { host: 'localhost', kind: 'icmp' }],
    });
    expect(Object.keys((document['hosts'] as object[])[0] ?? {})).toEqual([
      'host', 'kind', 'engine', 'periodMs', 'waitMs', 'lateAfterMs', 'sent', 'answered', 'late', 'lost', 'duplicates', 'blindMs', 'rttMs', 'sendGapMs', 'outages', 'engineReason', 'resolution', 'blind', 'calibration', 'wrong',
    ]);
    const files = readdirSync(folder).toSorted();
    expect(files).toEqual(['127.0.0.1.icmp.1.samples', 'localhost.icmp.2.samples']);
    expect(files.map((file) => readSamples(join(folder, file)).complete)).toEqual([true, true]);
  });

  test('a port that nobody listens on answers wrongly, which is not told as silence', async () => {
    const text = await probe('127.0.0.1:1', '--kind', 'tcp', '--every', '20ms', '--for', '200ms', '--wait', '500ms');
    expect(text).toMatch(/\d+ of its answers were wrong and count as lost: the connection was refused\. Check the port/);
    expect(text).not.toContain('It never answered');
    expect(process.exitCode).toBe(1);
  });

  test.skipIf(gateMissing !== null)('shows the error that such probes have on this machine, where it is asked to calibrate them', async () => {
    const { hosts } = JSON.parse(await probe('127.0.0.1:1', '--kind', 'tcp', '--every', '50ms', '--for', '200ms', '--wait', '500ms', '--calibrate', '--json')) as { hosts: ProbedHost[] };
    expect(hosts[0]?.calibration).toMatchObject({ engine: 'tcp-node', periodMs: 50, method: expect.stringMatching(/^in the kernel/) as string });
    expect(hosts[0]?.calibration?.outages).toBeGreaterThan(1);
    expect(hosts[0]?.resolution).toMatch(/calibrated with \d+ synthetic outages at 50 ms, \d+ of them seen: error/);
  }, 60_000);

  test.each([
    [['127.0.0.1', '--every', '10'], 'is not a duration: write a number with its unit'],
    [['127.0.0.1', '--every', '0.1ms'], 'finer than the prober can keep; use 1 ms or more'],
    [['127.0.0.1', '--every', '1s', '--for', '1s'], '--for 1 s is shorter than two periods of 1 s'],
    [['127.0.0.1', '--wait', '5ms'], 'shorter than the period'],
    [['127.0.0.1', '--kind', 'udp'], 'Allowed choices are icmp, tcp, http, dns, heartbeat'],
    [['127.0.0.1', '--kind', 'tcp'], 'Which port of 127.0.0.1? Write 127.0.0.1:443'],
    [['127.0.0.1:99999', '--kind', 'tcp'], 'is not address:port'],
    [['127.0.0.1', '--kind', 'dns'], 'needs the name to ask for (query)'],
    [['ftp://127.0.0.1', '--kind', 'http'], 'is no http or https URL'],
    [['no-such-host.invalid'], 'The name no-such-host.invalid has no address here: check its spelling'],
    [['127.0.0.1', '--expect', 'x'], '--expect says nothing to icmp probes; it is for http and dns'],
    [['127.0.0.1:80', '--kind', 'tcp', '--query', 'x'], '--query says nothing to tcp probes'],
    [['127.0.0.1', '--resolver', '127.0.0.1'], '--resolver says nothing to icmp probes'],
    [['127.0.0.1', '--port', '80'], '--port says nothing to icmp probes'],
    [['127.0.0.1', '--kind', 'http', '--engine', 'fping'], '--engine says nothing to http probes'],
    [[], 'missing required argument'],
  ])('%j is refused with the remedy, before anything is sent', async (args, message) => {
    await expect(probe(...args)).rejects.toThrow(message);
  });
});
