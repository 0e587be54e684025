import { z } from 'zod';
import { port, strict } from './fields.ts';
import { secretField } from './reference-fields.ts';
import type { References } from './references.ts';

/** The way to machines by ssh: user, key and the keys that they must show. */
export function sshLogin(references: References) {
  return strict({
    user: z.string().regex(/^[A-Za-z_][\w.@\\-]*$/, { error: 'is not the name of a user. Write it as ssh takes it.' }),
    port: port.default(22),
    key: secretField(references, 'secret'),
    knownHosts: secretField(references, 'public'),
  });
}
