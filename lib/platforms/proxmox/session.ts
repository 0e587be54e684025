import { z } from 'zod';
import { registerSecret } from '../../record/scrub.ts';
import type { ProxmoxCredentials } from './credentials.ts';
import { ProxmoxError, RefusedSignIn } from './proxmox-error.ts';
import type { ProxmoxMethod } from './request.ts';

/** Posts user and password to `/access/ticket` of the endpoint that is about to be asked. */
export type SignIn = (user: string, password: string) => Promise<unknown>;

export interface Session {
  /** Headers that sign a request to this endpoint, after signing in there or renewing where that is due. */
  headers(method: ProxmoxMethod, endpoint: string, signIn: SignIn): Promise<Record<string, string>>;
  /**
   * Called when this endpoint says 401 to a request that was signed with these headers: whether another try with a new ticket makes
   * sense. A 401 means that nothing was carried out. The other endpoints go on with the ticket until they refuse it themselves.
   */
  refused(signed: Readonly<Record<string, string>>, endpoint: string): boolean;
}

/** Half the lifetime of a ticket (7200 s, pve-access-control, AccessControl.pm `$ticket_lifetime`), ms. */
const renewAfterMs = 3_600_000;
/** An endpoint that refused the password is not shown it again for so long, ms, whoever asks for how much meanwhile: few refusals a minute lock no account. */
const refusedPauseMs = 60_000;
/** After so many endpoints refused the password, it is shown to no other one within the same pause. */
const refusalsAtMost = 3;
/** A 401 on a ticket of this age, ms, is no matter of its lifetime: where it was given it is final, elsewhere the endpoint is apart. */
const freshMs = 10_000;

const ticketAnswer = z.object({ ticket: z.string(), CSRFPreventionToken: z.string().optional(), NeedTFA: z.unknown().optional() });

interface Ticket {
  cookie: string;
  csrf: string;
  text: string;
  /** Endpoint that gave it. */
  from: string;
  at: number;
}

function readTicket(data: unknown, user: string, from: string, at: number): Ticket {
  const read = ticketAnswer.safeParse(data);
  if (!read.success) throw new ProxmoxError('answer', `Signing in as ${user}: the answer holds no ticket. Is this the API of Proxmox VE?`);
  const { ticket, CSRFPreventionToken: csrf = '', NeedTFA: second } = read.data;
  // A user with a second factor gets a ticket that opens nothing but the second step.
  if ((second !== undefined && second !== 0 && second !== false) || ticket.includes(':!tfa!')) throw new ProxmoxError('authentication', `Signing in as ${user}: this user has a second factor, which nobody is there to give. Make an API token for it ("pveum user token add ${user} acceptance") and give it as credentials.token.`);
  registerSecret(ticket);
  if (csrf !== '') registerSecret(csrf);
  return { cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`, csrf, text: ticket, from, at };
}

function ticketSession(user: string, password: string, now: () => number): Session {
  let common: Ticket | null = null;
  /** Of endpoints that refused the ticket of another one and gave their own: with clocks or keys apart, it may hold nowhere else. */
  const own = new Map<string, Ticket>();
  const ticketFor = (endpoint: string): Ticket | null => own.get(endpoint) ?? common;
  /** What endpoints refused, and were not asked for another one yet. */
  const doubted = new Map<string, Ticket>();
  let signing: { endpoint: string; ticket: Promise<Ticket> } | null = null;
  const refusals = new Map<string, { error: RefusedSignIn; at: number }>();

  const throwLateRefusal = (endpoint: string): void => {
    for (const [other, { at }] of refusals) if (now() - at >= refusedPauseMs) refusals.delete(other);
    const late = refusals.get(endpoint) ?? (refusals.size < refusalsAtMost ? undefined : [...refusals.values()].at(-1));
    if (late !== undefined) throw late.error;
  };

  const isApart = (endpoint: string): boolean => common !== null && doubted.get(endpoint) === common && common.from !== endpoint && now() - common.at < freshMs;

  const byPassword = async (endpoint: string, signIn: SignIn): Promise<Ticket> => {
    const data = await signIn(user, password).catch((error: unknown) => {
      if (!(error instanceof ProxmoxError) || error.kind !== 'authentication') throw error;
      const refusal = new RefusedSignIn('authentication', error.message, { ...(error.status === null ? {} : { status: error.status }), endpoint, isRead: true, cause: error });
      refusals.set(endpoint, { error: refusal, at: now() });
      throw refusal;
    });
    const ticket = readTicket(data, user, endpoint, now());
    // Whoever refuses what another one gave a moment ago is apart from it. Else what was refused is taken to be of the past everywhere:
    // an endpoint that is slow to say so must not be asked with it for ever.
    if (isApart(endpoint)) own.set(endpoint, ticket);
    else {
      common = ticket;
      own.clear();
    }
    return ticket;
  };

  const renew = async (endpoint: string, signIn: SignIn): Promise<Ticket> => {
    throwLateRefusal(endpoint);
    const old = ticketFor(endpoint);
    if (old === null || doubted.get(endpoint) === old) return byPassword(endpoint, signIn);
    try {
      // A ticket that is still valid is taken as the password; where it is not, the password itself is.
      const ticket = readTicket(await signIn(user, old.text), user, endpoint, now());
      if (own.has(endpoint)) own.set(endpoint, ticket);
      else common = ticket;
      return ticket;
    } catch (error) {
      if (error instanceof ProxmoxError && error.kind === 'authentication') return byPassword(endpoint, signIn);
      throw error;
    }
  };

  const current = async (endpoint: string, signIn: SignIn): Promise<Ticket> => {
    for (;;) {
      const ticket = ticketFor(endpoint);
      if (ticket !== null && doubted.get(endpoint) !== ticket && now() - ticket.at < renewAfterMs) return ticket;
      // Requests that run side by side share one sign-in; a failure is shared by those to the same endpoint alone.
      if (signing !== null && signing.endpoint !== endpoint) {
        await signing.ticket.catch(() => undefined);
        continue;
      }
      signing ??= { endpoint, ticket: renew(endpoint, signIn).finally(() => {
        signing = null;
        // Where no other ticket was to be had, the old one is tried again the next time: the endpoint may take it by then.
        doubted.delete(endpoint);
      }) };
      return signing.ticket;
    }
  };

  return {
    async headers(method, endpoint, signIn) {
      const { cookie, csrf } = await current(endpoint, signIn);
      return { Cookie: cookie, ...(method === 'GET' ? {} : { CSRFPreventionToken: csrf }) };
    },
    refused(signed, endpoint) {
      const ticket = ticketFor(endpoint);
      // The refusals of requests that went out side by side come one after another: the first one has seen to a new ticket.
      if (ticket === null || ticket.cookie !== signed['Cookie']) return true;
      if (ticket.from === endpoint && now() - ticket.at < freshMs) return false;
      doubted.set(endpoint, ticket);
      return true;
    },
  };
}

/** A session by token or by ticket. Tickets hold on every node of the cluster, unless clocks or keys are apart. @param now ms, for the age of tickets. */
export function openSession(credentials: ProxmoxCredentials, now: () => number): Session {
  if (credentials.kind === 'password') return ticketSession(credentials.user, credentials.password, now);
  const headers = { Authorization: `PVEAPIToken=${credentials.token}` };
  return { headers: () => Promise.resolve(headers), refused: () => false };
}
