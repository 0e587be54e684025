import { z } from 'zod';
import { requestHttps } from '../../transports/https-client.ts';
import type { HttpsTarget } from '../../transports/https-client.ts';
import { pathOnBmc, resourcePath, serviceRoot } from './computer-system.ts';
import { RedfishError, refusedBy } from './redfish-error.ts';
import { readResource } from './service.ts';
import type { RedfishOptions } from './service.ts';

/** Where DSP0266 ("Redfish session login authentication") has the sessions of a service whose root does not name them. */
const usualSessions = '/redfish/v1/SessionService/Sessions';
/** For the end of a session, ms. It is asked for also when the work was given up; one that is not ended runs out by itself. */
const endTimeoutMs = 5000;

/** A session as its creation is answered; the part that we use. */
const session = z.object({ '@odata.id': resourcePath.optional() });

function pathIn(body: string): string | null {
  try {
    return session.parse(JSON.parse(body))['@odata.id'] ?? null;
  } catch {
    return null;
  }
}

/**
 * Works within a session of the BMC: opened with user and password, carried as X-Auth-Token, and ended when the work is over or has
 * failed, because a BMC has few of them. The root says without any login where the sessions are.
 *
 * @param target without credentials: those are `login`
 * @throws RedfishError when no session is given; and what the work throws
 */
export async function withinSession<T>(target: HttpsTarget, login: { user: string; password: string }, options: RedfishOptions, work: (within: HttpsTarget) => Promise<T>): Promise<T> {
  const root = await readResource(target, '/redfish/v1/', serviceRoot, options);
  const path = root.Links?.Sessions?.['@odata.id'] ?? usualSessions;
  const where = `POST ${target.baseUrl}${path}`;
  const opened = await requestHttps(target, { method: 'POST', path, body: { UserName: login.user, Password: login.password }, ...options });
  if (opened.status < 200 || opened.status > 299) throw refusedBy(where, opened);
  const token = opened.headers['x-auth-token'] ?? '';
  const ending = pathOnBmc(target, opened.headers['location']) ?? pathIn(opened.body);
  const within = { ...target, headers: { ...target.headers, 'X-Auth-Token': token } };
  try {
    if (token === '') throw new RedfishError(`${where}: the BMC opened a session and gave no X-Auth-Token. Set nodes[].power.login to basic.`, opened.status);
    return await work(within);
  } finally {
    if (ending !== null) await requestHttps(within, { method: 'DELETE', path: ending, timeoutMs: endTimeoutMs }).catch(() => undefined);
  }
}
