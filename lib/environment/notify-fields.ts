import { z } from 'zod';
import { strict } from './fields.ts';
import { secretField } from './reference-fields.ts';
import type { References } from './references.ts';

function webUrlProblem(text: string): string | null {
  const url = URL.parse(text);
  return url !== null && ['http:', 'https:'].includes(url.protocol) ? null : 'stands for no URL of http: or https:. Put the whole address of the webhook there.';
}

function userAndPasswordProblem(text: string): string | null {
  return /^[^:]+:.+$/s.test(text) ? null : 'does not stand for user:password. Write both, with a colon between.';
}

const mailbox = z.email({ error: 'is not an address of mail. Write it alone, for example ops@example.org.' });

const server = z.string().regex(/^smtps?:\/\/(?:\[[\da-fA-F:]+\]|[\w.-]+)(?::\d{1,5})?$/, { error: 'is not a mail server. Write smtps://host (TLS from the start) or smtp://host (STARTTLS), with :port where it is another; user and password go into credentials.' });

/** The block `notify`. The URL of a webhook is a secret: whoever knows it may post there. */
export function notifyFields(references: References) {
  const secret = secretField(references, 'secret');
  return strict({
    on: z.enum(['change', 'always']).default('change'),
    webhook: strict({ url: secretField(references, 'secret', webUrlProblem), authorization: secret.exactOptional(), secret: secret.exactOptional(), ca: secretField(references, 'public').exactOptional() }).exactOptional(),
    mail: strict({ server, credentials: secretField(references, 'secret', userAndPasswordProblem).exactOptional(), ca: secretField(references, 'public').exactOptional(), from: mailbox, to: z.array(mailbox).min(1) }).exactOptional(),
  }).meta({ description: 'Who is told when the verdict changes' });
}
