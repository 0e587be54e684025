import { resolve } from 'node:path';
import { z } from 'zod';
import { settingsProfiles } from '../record/settings-profile.ts';
import { measurementNames, rowNames } from '../record/types.ts';
import type { MeasurementName, RowName } from '../record/types.ts';
import { printableName, strict, url } from './fields.ts';
import { toProblems, wordIssue } from './messages.ts';
import { readYamlFile, throwProblems } from './yaml-file.ts';

/** What a guest is made of, as far as its owner says: guests are compared across platforms only where this is the same. */
export const machineSchema = strict({
  image: z.string().min(1).exactOptional().meta({ description: 'Hash of the disk image, for example sha256:...' }),
  vcpus: z.int().min(1).exactOptional(),
  memory: z.string().regex(/^\d+(?:\.\d+)? ?[KMGT]iB$/, { error: 'is not an amount of memory. Write it as 2 GiB or 512 MiB.' }).exactOptional(),
  nic: z.string().min(1).exactOptional().meta({ description: 'Class of the network card, for example virtio or synthetic' }),
  load: z.string().min(1).exactOptional().meta({ description: 'What runs in the guest while it is measured: the rate at which it dirties memory decides how long a migration holds it' }),
});

export const comparisonFields = strict({
  profile: z.enum(settingsProfiles, { error: 'must be defaults (the settings that the cluster came with) or equalised (made equal to those of the platform it is compared with).' }),
});

/** A change or failure that is known, accepted until a day and no longer. */
export interface KnownIssue {
  row: RowName;
  measurement?: MeasurementName;
  guest?: string;
  reason: string;
  /** The last day on which it is accepted, `YYYY-MM-DD`, UTC. */
  until: string;
  link?: string;
}

export const knownIssueSchema: z.ZodType<KnownIssue> = strict({
  row: z.enum(rowNames),
  measurement: z.enum(measurementNames).exactOptional(),
  guest: printableName.exactOptional(),
  reason: z.string().min(1),
  until: z.iso.date({ error: 'is not a day. Write it as "2027-01-31".' }).meta({ description: 'The last day on which it is accepted, UTC' }),
  link: url('http:', 'https:').exactOptional(),
});

const knownIssuesBlock = z.looseObject({ knownIssues: z.array(knownIssueSchema).exactOptional() });

/**
 * The known issues of an environment file, without resolving any of its references: no secret is needed to look back.
 *
 * @throws EnvironmentError with line and column of everything that is wrong with them.
 */
export function readKnownIssues(path: string): KnownIssue[] {
  const file = readYamlFile(resolve(path));
  const { success, data, error } = knownIssuesBlock.safeParse(file.value ?? {}, { error: wordIssue });
  throwProblems(success ? [] : toProblems(error.issues).map((problem) => ({ file, problem })));
  return data?.knownIssues ?? [];
}
