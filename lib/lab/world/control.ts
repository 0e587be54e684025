import { createServer, type Server } from 'node:http';
import { rmSync } from 'node:fs';

/** A route answers with a document, or null when the path is not its own. */
export type Route = (method: string, path: string) => Promise<object> | null;

/** The world's control socket: what `lab status`, `lab exec` and the hands of the disk bay and the switch talk to. Only root can reach it. */
export async function startControl(socket: string, routes: readonly Route[], log: (line: string) => void): Promise<Server> {
  if (Buffer.byteLength(socket) > 100) throw new Error(`The path of the lab's socket is too long for the kernel (${socket}). Set XDG_STATE_HOME to a shorter folder.`);
  rmSync(socket, { force: true });
  const server = createServer((request, response) => {
    const send = (status: number, document: object): void => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(document));
    };
    const { method = 'GET', url = '/' } = request;
    if (method !== 'GET') log(`control: ${method} ${url}`);
    const handle = async (): Promise<void> => {
      for (const route of routes) {
        const answer = route(method, url);
        if (answer !== null) return send(200, await answer);
      }
      send(404, { error: `There is nothing at ${url}.` });
    };
    handle().catch((error: unknown) => {
      log(`control: ${url}: ${String(error)}`);
      send(500, { error: error instanceof Error ? error.message : String(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return server;
}
