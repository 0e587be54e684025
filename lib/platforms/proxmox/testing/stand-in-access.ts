import type { IncomingMessage } from 'node:http';
import type { StandInAnswer } from './stand-in.ts';
import type { Clock } from '../clock.ts';

const token = 'harness@pve!acceptance=00000000-0000-4000-8000-000000000000';
/** The one who may sign in for a ticket. */
export const standInLogin = { user: 'harness@pve', password: 'not-a-real-password' };
/** AccessControl.pm, `$ticket_lifetime`, ms. */
const ticketLifetimeMs = 7_200_000;

/** How the stand-in lets people in: one token, one user with a password, tickets that age by the test's clock. Wording as recorded. */
export function standInAccess(clock: Pick<Clock, 'now'>): { token: string; login: typeof standInLogin; signIn(given: Record<string, string>): StandInAnswer; userOf(request: IncomingMessage): string | StandInAnswer; forgetTickets(): void } {
  let count = 0;
  const issued = new Map<string, { at: number; csrf: string }>();
  const valid = (ticket: string): { at: number; csrf: string } | null => {
    const known = issued.get(ticket);
    return known === undefined || clock.now() - known.at > ticketLifetimeMs ? null : known;
  };
  return {
    token,
    login: standInLogin,
    forgetTickets: () => issued.clear(),
    signIn({ username = '', password = '' }) {
      if (username !== standInLogin.user || (password !== standInLogin.password && valid(password) === null)) return { status: 401, reason: 'authentication failure' };
      // With the characters that tickets have: they must survive forms and cookies.
      const stamp = (0x6b00_0000 + (count += 1)).toString(16).toUpperCase();
      const ticket = `PVE:${standInLogin.user}:${stamp}::c2lnbmF0dXJl+/${stamp}==`;
      const csrf = `${stamp}:Y3NyZg+/`;
      issued.set(ticket, { at: clock.now(), csrf });
      return { data: { ticket, CSRFPreventionToken: csrf, username, clustername: 'lab', cap: {} } };
    },
    userOf({ method, headers }) {
      const { authorization, cookie = '', csrfpreventiontoken: csrf } = headers;
      if (authorization !== undefined) {
        if (!authorization.includes('!')) return { status: 401, reason: 'no tokenid specified' };
        return authorization === `PVEAPIToken=${token}` ? 'harness@pve!acceptance' : { status: 401, reason: 'invalid token value!' };
      }
      const given = /PVEAuthCookie=([^;]+)/.exec(cookie)?.[1];
      if (given === undefined) return { status: 401, reason: 'No ticket' };
      const known = valid(decodeURIComponent(given));
      if (known === null) return { status: 401, reason: 'permission denied - invalid PVE ticket' };
      return method === 'GET' || csrf === known.csrf ? standInLogin.user : { status: 401, reason: 'Permission denied - invalid csrf token' };
    },
  };
}
