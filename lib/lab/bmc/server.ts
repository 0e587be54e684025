import { createServer, type Server } from 'node:https';
import { text } from 'node:stream/consumers';
import { answerRedfish, type PowerSwitch } from './redfish.ts';

export interface BmcOptions {
  /** Name of the node, for the system's name and for the log. */
  name: string;
  address: string;
  /** 443 in the lab; 0 takes a free one. */
  port: number;
  key: string;
  certificate: string;
  credentials: { user: string; password: string };
  power: PowerSwitch;
  log: (line: string) => void;
}

/** Starts the BMC of one node: Redfish over TLS. Resolves when it listens. */
export async function startBmc(options: BmcOptions): Promise<Server> {
  const sessions = new Map<string, string>();
  const server = createServer({ key: options.key, cert: options.certificate }, (request, response) => {
    const handle = async (): Promise<void> => {
      const { method = 'GET', url = '/' } = request;
      const body = await text(request);
      const answer = await answerRedfish({ method, path: url, authorization: request.headers.authorization, token: request.headers['x-auth-token']?.toString(), body }, options.name, options.credentials, options.power, sessions);
      if (method !== 'GET') options.log(`bmc ${options.name}: ${method} ${url} ${body.includes('"Password"') ? '(a login)' : body} -> ${answer.status}`);
      response.writeHead(answer.status, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) }).end(answer.body);
    };
    handle().catch((error: unknown) => {
      options.log(`bmc ${options.name}: ${String(error)}`);
      response.writeHead(500).end();
    });
  });
  server.on('tlsClientError', (error) => options.log(`bmc ${options.name}: TLS: ${error.message}`));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.address, resolve);
  });
  return server;
}
