import { afterEach, describe, expect, it } from 'vitest';
import { serveSsh, testKey } from '../transports/testing/ssh-server.ts';
import type { Behaviour, TestSshServer } from '../transports/testing/ssh-server.ts';
import type { Environment } from '../environment/environment.ts';
import { onNode } from './on-node.ts';
import { readOwnMachine } from './own-machine.ts';
import { nodeShutdownFault } from './shutdown.ts';
import { contextOf, environmentOf, secretOf } from './testing/world.ts';

const servers: TestSshServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const signal = AbortSignal.timeout(60_000);

async function nodeThat(behave: Behaviour): Promise<{ environment: Environment; server: TestSshServer }> {
  const key = testKey();
  const server = await serveSsh(behave, { hostKeys: [key] });
  servers.push(server);
  const power = { hand: 'command' as const, off: ['false'], on: ['false'], status: ['echo', 'off'] };
  const environment = { ...environmentOf([{ name: 'n1', address: '127.0.0.1', disks: [], power, shutdown: { hand: 'ssh' } }]), ssh: { user: 'root', port: server.port, key: secretOf(testKey().private), knownHosts: secretOf(server.knownHosts(key)) } };
  return { environment, server };
}

/** Answers every command with a text and a status. */
const answers = (said: string, code: number): Behaviour => (_command, channel) => {
  channel.write(said);
  channel.exit(code);
  channel.end();
};

describe('a clean shutdown over ssh', () => {
  it('asks the node itself, and not the platform', async () => {
    const { environment, server } = await nodeThat(answers('', 0));
    const context = contextOf(environment);
    const fault = nodeShutdownFault(environment, 'n1', 'worker');
    await fault.apply(context);
    expect(server.commands).toEqual(['systemctl --no-block poweroff']);
    expect([context.said, await fault.confirmed(context)]).toEqual([['asking n1 for a clean shutdown by ssh'], true]);
  });

  it('takes a connection that breaks behind the request for a node that goes down: the power hand tells', async () => {
    const { environment } = await nodeThat((_command, _channel, connection) => connection.end());
    await expect(nodeShutdownFault(environment, 'n1', null).apply(contextOf(environment))).resolves.toBeUndefined();
  });

  it('says that the node refused', async () => {
    const { environment } = await nodeThat(answers('', 1));
    await expect(nodeShutdownFault(environment, 'n1', null).apply(contextOf(environment))).rejects.toThrow('"systemctl poweroff" on n1 ended with status 1');
  });
});

describe('a node that is asked over ssh', () => {
  it('says which machine it runs on', async () => {
    const { environment } = await nodeThat(answers('4C4C4544-0035-4A10-8051-B7C04F4A3333\nABC1234\nn1\n', 0));
    expect(await readOwnMachine(environment, 'n1', signal)).toEqual({ hostName: 'n1', uuid: '4C4C4544-0035-4A10-8051-B7C04F4A3333', serials: ['ABC1234'] });
  });

  it('says nothing when it is down, or nobody may ask it', async () => {
    const { environment, server } = await nodeThat(answers('', 0));
    await server.close();
    expect(await readOwnMachine(environment, 'n1', signal)).toBeNull();
    const { ssh: _none, ...without } = environment;
    expect(await readOwnMachine(without, 'n1', signal)).toBeNull();
    await expect(onNode(without, 'n1', signal, async () => null)).rejects.toThrow('Add ssh: { user: root');
  });
});
