import { createTransport } from 'nodemailer';

export interface MailServer {
  /** `smtps://host[:port]` speaks TLS from the start, `smtp://host[:port]` begins it by STARTTLS. */
  server: string;
  /** `user:password`; only ever sent inside TLS. */
  credentials?: string;
  /** The authority that signed the server's certificate, PEM. */
  ca?: string;
}

export interface Mail {
  from: string;
  to: readonly string[];
  subject: string;
  text: string;
}

/** How long the server may take for any of its answers, ms. */
const answerMs = 15_000;

/**
 * Sends a mail of plain text.
 *
 * @throws Error when the server was not reached, did not prove itself, or did not take it.
 */
export async function sendMail({ server, credentials, ca }: MailServer, { from, to, subject, text }: Mail): Promise<void> {
  const { protocol, hostname, port } = new URL(server);
  const secure = protocol === 'smtps:';
  const [, user = '', pass = ''] = /^([^:]*):(.*)$/s.exec(credentials ?? '') ?? [];
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    // A password in plain text is for everybody on the way.
    requireTLS: !secure && credentials !== undefined,
    connectionTimeout: answerMs,
    greetingTimeout: answerMs,
    socketTimeout: answerMs,
    ...(credentials === undefined ? {} : { auth: { user, pass } }),
    // Said, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not say otherwise.
    tls: { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
  });
  try {
    await transport.sendMail({ from, to: [...to], subject, text, headers: { 'Auto-Submitted': 'auto-generated' } });
  } catch (error) {
    throw new Error(`The mail server ${hostname} did not take the mail: ${(error as Error).message}. See notify.mail of the environment file.`, { cause: error });
  } finally {
    transport.close();
  }
}
