import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { certificateAuthority, selfSigned, signedBy } from '../../../transports/testing/certificate.ts';
import { serveTls } from '../../../transports/testing/tls-server.ts';
import type { TlsTestServer } from '../../../transports/testing/tls-server.ts';
import type { ProxmoxEndpoint, ProxmoxTarget } from '../client.ts';
import { refusedBySchema } from './permits.ts';
import type { Rights } from './permits.ts';
import { apiSchema, findMethod, wrongParameters } from './schema.ts';
import type { SchemaVersion } from './schema.ts';
import { standInAccess } from './stand-in-access.ts';
import type { Clock } from '../clock.ts';

/** A request that passed everything that the API checks before it acts. */
export interface StandInRequest {
  /** Node whose endpoint was asked. */
  endpoint: string;
  /** Node that carries it out: the one in the path, else the endpoint's. */
  node: string;
  /** `GET /nodes/{node}/tasks` */
  call: string;
  /** Path below `/api2/json`, with its query, as it was sent. */
  sent: string;
  /** Values of the path's braces and single parameters. */
  values: Record<string, string>;
  /** All parameters, lists as repeated keys. */
  given: readonly (readonly [string, string])[];
  user: string;
}

export type StandInAnswer = { data: unknown; total?: number } | { status: number; reason: string; errors?: Record<string, string> };

/** A request as it came to an endpoint, before anything of it was looked at. */
export interface ArrivedRequest {
  endpoint: string;
  /** `POST /nodes/pve1/vzdump`, without what is behind a question mark. */
  asked: string;
  /** The ticket that signs it; null where none does. */
  ticket: string | null;
}

/** What goes between the endpoints and the API. `carryOut` lets a request through; what is returned is said, null is never answered. */
export type StandInWay = (request: ArrivedRequest, carryOut: () => StandInAnswer) => Promise<StandInAnswer | null>;

export interface StandInOptions {
  /** By which tickets age. */
  clock: Pick<Clock, 'now'>;
  answer: (request: StandInRequest) => StandInAnswer;
  version?: SchemaVersion;
  nodes?: readonly string[];
  /** What the user may do. Default: everything. */
  rights?: Rights;
  /** Where the endpoint of a node listens. Default: a free port of loopback. */
  listenOn?: (node: string) => { address: string; port: number };
  /** Default: everything is let through, and answered at once. */
  way?: StandInWay;
}

/**
 * How the endpoint of a node is. `refused`: nobody listens. `mute`: connections are taken and nothing is said, not even TLS.
 * `hung`: requests are taken and never answered. `lost-answer`: they are carried out, and the connection breaks.
 */
export type EndpointState = 'up' | 'refused' | 'mute' | 'hung' | 'lost-answer';

/** The REST API of a cluster, one HTTPS server a node, behaving as recorded and refusing what the official schema refuses. */
export interface StandIn {
  /** How to reach it: by token, the certificates pinned. */
  target: ProxmoxTarget;
  /** Its CA, PEM, which signed all certificates. */
  ca: string;
  login: { user: string; password: string };
  /** Every request that came to a server: `pve1 GET /cluster/status`. */
  asked: string[];
  setEndpoint(node: string, state: EndpointState): Promise<void>;
  /** What the other endpoints say of a node that they cannot reach (595, 596, 599); null when they can. */
  setBehind(node: string, says: { status: number; reason: string } | null): void;
  /** No ticket that was given out is taken any more, as after a change of the cluster's key. */
  forgetTickets(): void;
  /** The node shows another certificate from now on, from another CA. */
  changeCertificate(node: string): Promise<void>;
  close(): Promise<void>;
}

/** Lists of everything, for whoever is allowed everything. */
export const allRights: Rights = { '/': ['Sys.Audit', 'Sys.Console', 'Sys.Modify', 'Sys.PowerMgmt', 'VM.Audit', 'VM.Migrate', 'VM.PowerMgmt', 'VM.Backup', 'VM.Allocate', 'VM.Config.Network', 'VM.Config.Options', 'VM.Monitor', 'VM.GuestAgent.Audit', 'VM.GuestAgent.FileRead', 'VM.GuestAgent.Unrestricted', 'Datastore.Audit', 'Datastore.AllocateSpace', 'Datastore.Allocate', 'Pool.Audit', 'Pool.Allocate', 'SDN.Use'] };

async function serveMute(port: number, host: string): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => void server.listen(port, host, resolve));
  return { close: async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  } };
}

/** Starts the stand-in, on free ports of loopback unless it is told where; a test tool. */
export async function startStandIn({ clock, answer, version = '9.1', nodes = ['pve1', 'pve2', 'pve3'], rights = allRights, listenOn = () => ({ address: '127.0.0.1', port: 0 }), way }: StandInOptions): Promise<StandIn> {
  const schema = apiSchema(version);
  // Bodies repeat the error since 8.4; 401 and 59x have none in any version.
  const bodiesSpeak = Number(version) >= 8.4;
  const authority = certificateAuthority('Proxmox Virtual Environment');
  const access = standInAccess(clock);
  const certificates = new Map(nodes.map((node) => [node, signedBy(authority, node)]));
  const states = new Map<string, EndpointState>(nodes.map((node) => [node, 'up']));
  const behind = new Map<string, { status: number; reason: string }>();
  const servers = new Map<string, { close(): Promise<void> }>();
  const ports = new Map<string, number>();
  const asked: string[] = [];

  const judge = (endpoint: string, request: IncomingMessage, body: string): StandInAnswer => {
    const method = request.method ?? '';
    const [path = '', query = ''] = (request.url ?? '').replace(/^\/api2\/json/, '').split('?');
    if (method === 'HEAD') return { status: 501, reason: "method 'HEAD' not available" };
    if (method === 'DELETE' && body !== '') return { status: 501, reason: "Unexpected content for method 'DELETE'" };
    const given = [...new URLSearchParams(query), ...new URLSearchParams(body)];
    if (path === '/access/ticket' && method === 'POST') return access.signIn(Object.fromEntries(given));
    const user = access.userOf(request);
    if (typeof user !== 'string') return user;
    const found = findMethod(schema, method, path);
    if (found === null) return { status: 501, reason: `Method '${method} ${decodeURIComponent(path)}' not implemented` };
    const node = found.values['node'] ?? endpoint;
    if (!nodes.includes(node)) return { status: 500, reason: `hostname lookup '${node}' failed - failed to get address info for: ${node}: Temporary failure in name resolution` };
    const lost = behind.get(node);
    if (node !== endpoint && lost !== undefined && found.method.proxy !== undefined) return lost;
    const errors = wrongParameters(found.method, [...Object.entries(found.values), ...given]);
    // Checked before the permissions are (token-root-post).
    if (Object.keys(errors).length > 0) return { status: 400, reason: 'Parameter verification failed.', errors };
    const refusal = refusedBySchema(found.method.permissions, { ...Object.fromEntries(given), ...found.values }, rights);
    if (refusal !== null) return { status: 403, reason: refusal };
    return answer({ endpoint, node, call: `${method} ${found.template}`, sent: `${path}${query === '' ? '' : `?${query}`}`, values: { ...Object.fromEntries(given), ...found.values }, given, user });
  };

  const respond = (response: ServerResponse, said: StandInAnswer): void => {
    if ('data' in said) {
      response.writeHead(200, 'OK', { 'Content-Type': 'application/json;charset=UTF-8' }).end(JSON.stringify(said));
      return;
    }
    const silent = said.status === 401 || said.status >= 595;
    const body = silent ? '' : JSON.stringify({ data: null, ...(bodiesSpeak ? { message: `${said.reason}\n` } : {}), ...(said.errors === undefined ? {} : { errors: said.errors }) });
    response.writeHead(said.status, said.reason, { 'Content-Type': 'application/json;charset=UTF-8' }).end(body);
  };

  const serve = async (node: string): Promise<TlsTestServer> => {
    const server = await serveTls((request, response, body) => {
      asked.push(`${node} ${request.method} ${(request.url ?? '').replace(/^\/api2\/json/, '')}${body === '' ? '' : ` ${body}`}`);
      if (states.get(node) === 'hung') return;
      const carryOut = (): StandInAnswer => judge(node, request, body);
      if (way !== undefined) {
        const asked = `${request.method ?? ''} ${(request.url ?? '').replace(/^\/api2\/json/, '').replace(/\?.*$/, '')}`;
        const cookie = /PVEAuthCookie=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
        void way({ endpoint: node, asked, ticket: cookie === undefined ? null : decodeURIComponent(cookie) }, carryOut).then((answer) => answer !== null && respond(response, answer));
        return;
      }
      const said = carryOut();
      if (states.get(node) === 'lost-answer') response.destroy();
      else respond(response, said);
    }, certificates.get(node), ports.get(node) ?? listenOn(node).port, listenOn(node).address);
    ports.set(node, Number(new URL(server.baseUrl).port));
    servers.set(node, server);
    return server;
  };

  const restart = async (node: string): Promise<void> => {
    await servers.get(node)?.close();
    servers.delete(node);
    if (states.get(node) === 'mute') servers.set(node, await serveMute(ports.get(node) ?? 0, listenOn(node).address));
    else if (states.get(node) !== 'refused') await serve(node);
  };

  const endpoints: ProxmoxEndpoint[] = [];
  for (const node of nodes) {
    const { fingerprint } = await serve(node);
    endpoints.push({ node, address: listenOn(node).address, port: ports.get(node) ?? 0, fingerprint });
  }
  return {
    target: { endpoints, credentials: { kind: 'token', token: access.token } },
    ca: authority.cert,
    login: access.login,
    asked,
    async setEndpoint(node, state) {
      states.set(node, state);
      await restart(node);
    },
    setBehind(node, says) {
      if (says === null) behind.delete(node);
      else behind.set(node, says);
    },
    forgetTickets: () => access.forgetTickets(),
    async changeCertificate(node) {
      certificates.set(node, selfSigned(node));
      await restart(node);
    },
    async close() {
      for (const server of servers.values()) await server.close();
    },
  };
}
