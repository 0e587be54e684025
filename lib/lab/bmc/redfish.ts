import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Reset types that the BMC offers. */
export const resetTypes = ['On', 'ForceOff', 'GracefulShutdown', 'ForceRestart'] as const;
export type ResetType = (typeof resetTypes)[number];

/** The machine that a BMC switches. */
export interface PowerSwitch {
  isOn: () => boolean;
  /** Resolves when the power is as asked; for GracefulShutdown as soon as the shutdown has begun. */
  reset: (type: ResetType) => Promise<void>;
}

export interface RedfishRequest {
  method: string;
  path: string;
  authorization: string | undefined;
  /** Its X-Auth-Token. */
  token?: string | undefined;
  body: string;
}

export interface RedfishResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const systems = '/redfish/v1/Systems';
const sessionService = '/redfish/v1/SessionService/Sessions';
const system = `${systems}/1`;
const resetAction = `${system}/Actions/ComputerSystem.Reset`;

function respond(status: number, document: unknown = null, headers: Record<string, string> = {}): RedfishResponse {
  return { status, headers: { 'OData-Version': '4.0', ...(document === null ? {} : { 'Content-Type': 'application/json' }), ...headers }, body: document === null ? '' : JSON.stringify(document) };
}

function failure(status: number, code: string, message: string, headers: Record<string, string> = {}): RedfishResponse {
  return respond(status, { error: { code, message } }, headers);
}

function matches(given: string | undefined, wanted: string): boolean {
  const left = Buffer.from(given ?? '');
  const right = Buffer.from(wanted);
  return left.length === right.length && timingSafeEqual(left, right);
}

function isResetType(text: unknown): text is ResetType {
  return resetTypes.some((type) => type === text);
}

function describeSystem(name: string, power: PowerSwitch): unknown {
  return {
    '@odata.id': system, '@odata.type': '#ComputerSystem.v1_5_0.ComputerSystem', Id: '1', Name: name, HostName: name, PowerState: power.isOn() ? 'On' : 'Off',
    Actions: { '#ComputerSystem.Reset': { target: resetAction, 'ResetType@Redfish.AllowableValues': resetTypes } },
  };
}

async function reset(body: string, power: PowerSwitch): Promise<RedfishResponse> {
  let type: unknown;
  try {
    type = (JSON.parse(body) as { ResetType?: unknown }).ResetType;
  } catch {
    return failure(400, 'Base.1.0.MalformedJSON', 'The request body is not JSON.');
  }
  if (!isResetType(type)) return failure(400, 'Base.1.0.ActionParameterValueNotInList', `ResetType must be one of ${resetTypes.join(', ')}.`);
  await power.reset(type);
  return respond(204);
}

function openSession(body: string, { user, password }: { user: string; password: string }, sessions: Map<string, string>): RedfishResponse {
  let given: { UserName?: unknown; Password?: unknown };
  try {
    given = JSON.parse(body) as typeof given;
  } catch {
    return failure(400, 'Base.1.0.MalformedJSON', 'The request body is not JSON.');
  }
  if (!matches(`${String(given.UserName)}:${String(given.Password)}`, `${user}:${password}`)) return failure(401, 'Base.1.0.ResourceAtUriUnauthorized', 'Give the user and password of this BMC.');
  const path = `${sessionService}/${randomBytes(8).toString('hex')}`;
  const token = randomBytes(16).toString('hex');
  sessions.set(path, token);
  return respond(201, { '@odata.id': path, Id: path.split('/').at(-1), Name: 'Session', UserName: user }, { 'X-Auth-Token': token, Location: path });
}

/**
 * Answers one Redfish request: the service root (open to all, as the standard wants), sessions, the systems, one system and its reset action.
 *
 * @param sessions tokens of those that are open, by their paths
 */
export async function answerRedfish(request: RedfishRequest, name: string, credentials: { user: string; password: string }, power: PowerSwitch, sessions = new Map<string, string>()): Promise<RedfishResponse> {
  const path = request.path.replace(/\/$/, '');
  if (request.method === 'GET' && path === '/redfish/v1') {
    return respond(200, { '@odata.id': path, Id: 'RootService', Name: 'Root Service', RedfishVersion: '1.6.0', Systems: { '@odata.id': systems }, Links: { Sessions: { '@odata.id': sessionService } } });
  }
  if (request.method === 'POST' && path === sessionService) return openSession(request.body, credentials, sessions);
  const expected = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
  const isWithin = [...sessions.values()].some((token) => matches(request.token, token));
  if (!isWithin && !matches(request.authorization, expected)) return failure(401, 'Base.1.0.NoValidSession', 'Give the user and password of this BMC.', { 'WWW-Authenticate': 'Basic realm="BMC"' });
  if (request.method === 'DELETE' && sessions.delete(path)) return respond(204);
  if (request.method === 'GET' && path === systems) return respond(200, { '@odata.id': systems, Name: 'Systems', 'Members@odata.count': 1, Members: [{ '@odata.id': system }] });
  if (request.method === 'GET' && path === system) return respond(200, describeSystem(name, power));
  if (request.method === 'POST' && path === resetAction) return reset(request.body, power);
  return failure(404, 'Base.1.0.ResourceMissingAtURI', `There is nothing at ${path}.`);
}
