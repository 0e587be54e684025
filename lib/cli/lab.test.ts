import { expect, test } from 'vitest';
import type { LabStatus } from '../lab/host/status.ts';
import { describeStatus, labCommand } from './lab.ts';

const healthy: LabStatus = {
  state: 'healthy', since: '2026-01-01T00:00:00.000Z', incarnation: 'abc', logs: '/logs', storage: 'HEALTH_OK',
  nodes: [{ name: 'n1', power: 'on', online: true, coordinator: true }, { name: 'n2', power: 'off', online: false, coordinator: false }],
  guests: [{ name: 'web', address: '10.88.0.80', node: 'n1', answering: true }, { name: 'dns', address: '10.88.0.53', node: null, answering: false }],
};

test('the status names each node and guest, and where the logs are', () => {
  expect(describeStatus(healthy)).toBe(`The lab is healthy (since 2026-01-01T00:00:00.000Z, incarnation abc).
  node  n1  power on, online, coordinator
  node  n2  power off, not online
  guest web at 10.88.0.80  on n1, answers
  guest dns at 10.88.0.53  not placed, does not answer
  storage: HEALTH_OK
  logs: /logs`);
});

test('a lab that is down says how to start it', () => {
  expect(describeStatus({ ...healthy, state: 'down' })).toContain('ha-acceptance lab up');
});

test('each subcommand has help', () => {
  expect(labCommand().commands.map((command) => command.name())).toStrictEqual(['up', 'down', 'status', 'exec', 'clean']);
  for (const command of labCommand().commands) expect(command.description()).not.toBe('');
});
