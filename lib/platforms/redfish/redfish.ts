import type { HttpsTarget } from '../../transports/https-client.ts';
import { actionInfo, collection, computerSystem, resourcePath, serviceRoot } from './computer-system.ts';
import type { ComputerSystem, PowerState } from './computer-system.ts';
import { RedfishError } from './redfish-error.ts';
import { postAction, readResource } from './service.ts';
import type { RedfishOptions } from './service.ts';
import { withinSession } from './session.ts';
import { awaitTask } from './task.ts';

export interface BmcAddress {
  /** `https://host[:port]` */
  url: string;
  /** `user:password` */
  credentials: string;
  /** `session` for a BMC on which basic authentication is switched off. Default: `basic`, which takes one request where a session takes four. */
  login?: 'basic' | 'session';
  /** Of its certificate; wins over `ca`. */
  fingerprint?: string;
  /** PEM */
  ca?: string;
  /** Id or path of the ComputerSystem, needed only where the BMC has several. */
  system?: string;
}

/** A BMC and the one machine behind it that we switch. Nothing is kept open between calls. */
export interface Bmc {
  system(options?: RedfishOptions): Promise<ComputerSystem>;
  powerState(options?: RedfishOptions): Promise<PowerState>;
  /**
   * ComputerSystem.Reset. Resolves when the BMC has accepted it and its task, if it made one, has ended; read the power state to know.
   *
   * @throws RedfishError when it is not offered or was refused; HttpsError, whose `unknownOutcome` tells whether it may have happened
   */
  reset(type: 'On' | 'ForceOff' | 'ForceOn' | 'GracefulShutdown' | 'ForceRestart', options?: RedfishOptions): Promise<void>;
}

function basicCredentials(text: string): { user: string; password: string } {
  const colon = text.indexOf(':');
  if (colon < 1) throw new Error('The credentials of a BMC are written as user:password; the text that the reference stands for has no colon.');
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

async function systemPath(target: HttpsTarget, wanted: string | undefined, options: RedfishOptions): Promise<string> {
  if (wanted?.startsWith('/') === true) return resourcePath.parse(wanted);
  const root = await readResource(target, '/redfish/v1/', serviceRoot, options);
  const { Members: members } = await readResource(target, root.Systems['@odata.id'], collection, options);
  const paths = members.map((member) => member['@odata.id']);
  const fitting = wanted === undefined ? paths : paths.filter((path) => path.split('/').at(-1) === wanted);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  throw new RedfishError(`The BMC at ${target.baseUrl} has ${wanted === undefined ? `${paths.length} systems` : `no single system "${wanted}"`} (${paths.join(', ') || 'none'}). Set nodes[].power.system to one of them.`, 200);
}

async function offeredTypes(target: HttpsTarget, system: ComputerSystem, options: RedfishOptions): Promise<string[] | null> {
  const action = system.Actions?.['#ComputerSystem.Reset'];
  const offered = action?.['ResetType@Redfish.AllowableValues'];
  if (offered !== undefined) return offered;
  const infoPath = action?.['@Redfish.ActionInfo'];
  if (infoPath === undefined) return null;
  const info = await readResource(target, infoPath, actionInfo, options);
  return info.Parameters.find((parameter) => parameter.Name === 'ResetType')?.AllowableValues ?? null;
}

/** The BMC at an address. Connects only when asked something. */
export function openBmc(address: BmcAddress): Bmc {
  const login = basicCredentials(address.credentials);
  const bare: HttpsTarget = {
    baseUrl: address.url.replace(/\/+$/, ''), headers: { 'OData-Version': '4.0' },
    ...(address.fingerprint === undefined ? {} : { fingerprint: address.fingerprint }), ...(address.ca === undefined ? {} : { ca: address.ca }),
  };
  const asUser = async <T>(options: RedfishOptions, work: (target: HttpsTarget) => Promise<T>): Promise<T> => (address.login === 'session' ? withinSession(bare, login, options, work) : work({ ...bare, credentials: login }));
  let path: string | null = null;
  const systemBy = async (target: HttpsTarget, options: RedfishOptions): Promise<ComputerSystem> => {
    path ??= await systemPath(target, address.system, options);
    return readResource(target, path, computerSystem, options);
  };
  const system = async (options: RedfishOptions = {}): Promise<ComputerSystem> => asUser(options, async (target) => systemBy(target, options));
  return {
    system,
    async powerState(options = {}) {
      const { PowerState: state } = await system(options);
      if (state === undefined || state === null) throw new RedfishError(`The BMC at ${bare.baseUrl} does not tell the power state of its system. Look at the BMC itself.`, 200);
      return state;
    },
    reset: async (type, options = {}) => asUser(options, async (target) => {
      const found = await systemBy(target, options);
      const action = found.Actions?.['#ComputerSystem.Reset'];
      if (action === undefined) throw new RedfishError(`The system ${found['@odata.id']} of the BMC at ${target.baseUrl} offers no ComputerSystem.Reset. Use an account that may switch it.`, 200);
      const offered = await offeredTypes(target, found, options);
      if (offered?.includes(type) === false) throw new RedfishError(`The BMC at ${target.baseUrl} does not offer the reset type ${type}, only ${offered.join(', ')}. Switch this node by a command hand instead.`, 200);
      await awaitTask(target, await postAction(target, action.target, { ResetType: type }, options), options);
    }),
  };
}
