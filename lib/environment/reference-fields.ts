import { z } from 'zod';
import type { Secret } from './environment.ts';
import { createSecret } from './references.ts';
import type { Confidentiality, References } from './references.ts';

const referencePattern = '^(env|file):.+$';
const howToRefer = 'Write a reference: "env:NAME" for an environment variable (environments/.env is read too), or "file:PATH" for a file.';

/** A text behind a reference. What was written is never repeated in a message: it may be the secret itself. */
export function secretField(references: References, confidentiality: Confidentiality, wrong: (text: string) => string | null = () => null): z.ZodType<Secret, string> {
  return z
    .string({ error: (issue) => (issue.input === undefined ? `is missing. ${howToRefer}` : `must be a reference. ${howToRefer}`) })
    .meta({ description: 'A reference to a secret: env:NAME or file:PATH', pattern: referencePattern })
    .transform((reference, context) => {
      const resolved = references(reference, confidentiality);
      const message = resolved === null ? `stands in the file itself. ${howToRefer}` : 'problem' in resolved ? resolved.problem : wrong(resolved.text);
      if (message === null && resolved !== null && 'text' in resolved) return createSecret(reference, resolved.text);
      context.issues.push({ code: 'custom', message: message ?? howToRefer, input: undefined });
      return z.NEVER;
    });
}

/** A text that is no secret, as it is or behind a reference. */
export function literalOrReference(references: References, description: string, wrong: (text: string) => string | null = () => null): z.ZodType<string, string> {
  return z
    .string()
    .min(1)
    .meta({ description: `${description}, or a reference to it: env:NAME or file:PATH` })
    .transform((written, context) => {
      const resolved = references(written, 'public') ?? { text: written };
      const message = 'problem' in resolved ? resolved.problem : wrong(resolved.text);
      if (message === null && 'text' in resolved) return resolved.text;
      context.issues.push({ code: 'custom', message: message ?? '', input: undefined });
      return z.NEVER;
    });
}

/** A text, number or truth as it stands, or a secret behind a reference. `wrong` says what is the matter with one that stands there. */
export function plainOrSecret(references: References, wrong: (text: string) => string | null = () => null): z.ZodType<string | Secret, string | number | boolean> {
  return z
    .union([z.string(), z.number(), z.boolean()])
    .meta({ description: 'A value, or a reference to a secret: env:NAME or file:PATH' })
    .transform((written, context) => {
      const text = String(written);
      const resolved = references(text, 'secret');
      const message = resolved === null ? wrong(text) : 'problem' in resolved ? resolved.problem : null;
      if (message === null) return resolved === null || !('text' in resolved) ? text : createSecret(text, resolved.text);
      context.issues.push({ code: 'custom', message, input: undefined });
      return z.NEVER;
    });
}
