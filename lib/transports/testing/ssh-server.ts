import type { AddressInfo, Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { Connection, ServerChannel } from 'ssh2';
import { generateEd25519 } from '../generated-key.ts';

/** A key pair; `line` is what known_hosts holds after the host. */
export interface TestKey {
  private: string;
  line: string;
}

/** A fresh key, for tests. */
export function testKey(type: 'ed25519' | 'ecdsa' = 'ed25519'): TestKey {
  const pair = type === 'ed25519' ? generateEd25519() : ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  return { private: pair.private, line: pair.public };
}

/** What a command meets: `channel` to answer on, `connection` to spoil. */
export type Behaviour = (command: string, channel: ServerChannel, connection: Connection) => void;

export interface TestSshServer {
  port: number;
  /** Line for known_hosts, for one of its host keys. */
  knownHosts: (key?: TestKey) => string;
  /** Commands in their order. */
  commands: string[];
  /** Connections that were accepted so far. */
  connections: () => number;
  /** Cuts every connection without a word. */
  cut: () => void;
  /** Stops answering without closing anything, as a machine without power does. */
  freeze: () => void;
  close: () => Promise<void>;
}

/** An ssh server of the ssh2 library on loopback, whose answers a test decides. Host keys as given; any user key is taken unless `refuse`, any command unless `refuseCommands`. */
export async function serveSsh(behave: Behaviour, options: { hostKeys: TestKey[]; refuse?: boolean; refuseCommands?: boolean; port?: number }): Promise<TestSshServer> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = new ssh2.Server({ hostKeys: options.hostKeys.map((key) => key.private) }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => (options.refuse === true || context.method === 'none' ? context.reject(['publickey']) : context.accept()));
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, reject, info) => {
        if (options.refuseCommands === true) return reject();
        commands.push(info.command);
        return behave(info.command, acceptExec(), connection);
      });
    });
  });
  // The library keeps the sockets to itself; they are needed to cut and freeze them.
  (server as unknown as { _srv: { on(event: 'connection', listener: (socket: Socket) => void): void } })._srv.on('connection', (socket) => {
    accepted += 1;
    // As OpenSSH does; the library leaves it to whoever uses it.
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => void server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    knownHosts: (key = options.hostKeys[0]) => `[127.0.0.1]:${port} ${key?.line ?? ''}\n`,
    commands,
    connections: () => accepted,
    cut,
    freeze: () => {
      for (const socket of sockets) socket.pause();
    },
    close: async () => {
      cut();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Answers with the command itself and status 0. */
export const echo: Behaviour = (command, channel) => {
  channel.write(command);
  channel.exit(0);
  channel.end();
};
