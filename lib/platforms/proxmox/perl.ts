import { z } from 'zod';

/** Perl has one kind of scalar: the API writes the same figure as 1 or as "1", from one version or call to the next. */
export const perlNumber = z.union([z.number(), z.string().regex(/^-?\d+(?:\.\d+)?$/).transform(Number)]);

/** True and false as the API writes them: 1 and 0, as numbers or texts, "" for false, and JSON's own. */
export const perlBoolean = z.union([z.boolean(), z.literal([0, 1, '0', '1', ''])]).transform((value) => value === true || value === 1 || value === '1');

/** A text that may have arrived as a number. */
export const perlText = z.union([z.string(), z.number().transform(String)]);
