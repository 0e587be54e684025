import { z } from 'zod';
import { registerSecret } from '../../record/scrub.ts';
import type { ProxmoxCredentials } from './credentials.ts';
import { ProxmoxError, RefusedSignIn } from './proxmox-error.ts';
import type { ProxmoxMethod } from './request.ts';

/** Posts user and password to `/access/ticket` of the endpoint that is about to be asked. */
export type SignIn = (user: string, password: string) => Promise<unknown>;

export interface Session {
  /** Headers that sign a request, after signing in or renewing where that is due. */
  headers(method: ProxmoxMethod, signIn: SignIn): Promise<Record<string, string>>;
  /**
   * Called on a 401 to a request that was signed with these headers: whether another try with a new ticket makes sense. A 401 means
   * that nothing was carried out.
   */
  refused(signed: Readonly<Record<string, string>>): boolean;
}

/** Half the lifetime of a ticket (7200 s, pve-access-control, AccessControl.pm `$ticket_lifetime`), ms. */
const renewAfterMs = 3_600_000;
/** A password that was refused is not shown again for so long, ms, whoever asks for how much meanwhile: few refusals a minute lock no account. */
const refusedPauseMs = 60_000;
/** A ticket of this age is not doubted, ms: a 401 on it is no matter of its lifetime. */
const freshMs = 10_000;

const ticketAnswer = z.object({ ticket: z.string(), CSRFPreventionToken: z.string().optional(), NeedTFA: z.unknown().optional() });

interface Ticket {
  cookie: string;
  csrf: string;
  text: string;
  at: number;
}

function readTicket(data: unknown, user: string, at: number): Ticket {
  const read = ticketAnswer.safeParse(data);
  if (!read.success) throw new ProxmoxError('answer', `Signing in as ${user}: the answer holds no ticket. Is this the API of Proxmox VE?`);
  const { ticket, CSRFPreventionToken: csrf = '', NeedTFA: second } = read.data;
  // A user with a second factor gets a ticket that opens nothing but the second step.
  if ((second !== undefined && second !== 0 && second !== false) || ticket.includes(':!tfa!')) throw new ProxmoxError('authentication', `Signing in as ${user}: this user has a second factor, which nobody is there to give. Make an API token for it ("pveum user token add ${user} acceptance") and give it as credentials.token.`);
  registerSecret(ticket);
  if (csrf !== '') registerSecret(csrf);
  return { cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`, csrf, text: ticket, at };
}

function ticketSession(user: string, password: string, now: () => number): Session {
  let ticket: Ticket | null = null;
  let signing: Promise<Ticket> | null = null;
  let refusal: { error: RefusedSignIn; at: number } | null = null;

  const byPassword = async (signIn: SignIn): Promise<unknown> => {
    if (refusal !== null && now() - refusal.at < refusedPauseMs) throw refusal.error;
    refusal = null;
    return signIn(user, password).catch((error: unknown) => {
      if (!(error instanceof ProxmoxError) || error.kind !== 'authentication') throw error;
      const { status, endpoint } = error;
      refusal = { error: new RefusedSignIn('authentication', error.message, { ...(status === null ? {} : { status }), ...(endpoint === null ? {} : { endpoint }), isRead: true, cause: error }), at: now() };
      throw refusal.error;
    });
  };

  const renew = async (signIn: SignIn): Promise<Ticket> => {
    const old = ticket;
    // A ticket that is still valid is taken as the password; where it is not, the password itself is.
    const data = old === null ? await byPassword(signIn) : await signIn(user, old.text).catch((error: unknown) => {
      if (error instanceof ProxmoxError && error.kind === 'authentication') return byPassword(signIn);
      throw error;
    });
    return readTicket(data, user, now());
  };

  const current = async (signIn: SignIn): Promise<Ticket> => {
    if (ticket !== null && now() - ticket.at < renewAfterMs) return ticket;
    // Requests that run side by side share one sign-in.
    signing ??= renew(signIn).finally(() => { signing = null; });
    ticket = await signing;
    return ticket;
  };

  return {
    async headers(method, signIn) {
      const { cookie, csrf } = await current(signIn);
      return { Cookie: cookie, ...(method === 'GET' ? {} : { CSRFPreventionToken: csrf }) };
    },
    refused(signed) {
      // The refusals of requests that went out side by side come one after another: the first one has seen to a new ticket.
      if (ticket === null || ticket.cookie !== signed['Cookie']) return true;
      if (now() - ticket.at < freshMs) return false;
      ticket = null;
      return true;
    },
  };
}

/** A session by token or by ticket. Tickets hold on every node of the cluster. @param now ms, for the age of tickets. */
export function openSession(credentials: ProxmoxCredentials, now: () => number): Session {
  if (credentials.kind === 'password') return ticketSession(credentials.user, credentials.password, now);
  const headers = { Authorization: `PVEAPIToken=${credentials.token}` };
  return { headers: () => Promise.resolve(headers), refused: () => false };
}
