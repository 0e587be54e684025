import { z } from 'zod';
import { probeKinds } from '../record/types.ts';
import { comparisonFields, knownIssueSchema, machineSchema } from './about.ts';
import { platformNames } from './environment.ts';
import { address, duration, ipAddress, maintenanceWindow, port, printableName, strict, url } from './fields.ts';
import { diskHand, fingerprintProblem, networkHand, powerHand, shutdownHand } from './hands.ts';
import { limitsSchema } from './limits.ts';
import { notifyFields } from './notify-fields.ts';
import { literalOrReference, secretField } from './reference-fields.ts';
import type { References } from './references.ts';
import { sshLogin } from './ssh-login.ts';

/** What an environment file may allow. The last two override one interlock each and are marked in every plan. */
export const faultNames = [
  'live-migration', 'container-migration', 'node-shutdown', 'node-power', 'disk-removal', 'backup', 'backup-restore', 'network-partition', 'maintenance',
  'beyond-redundancy', 'beyond-quorum',
] as const;

/** Name of an environment, which is also its file's. */
export const environmentNamePattern = /^[a-z0-9-]+$/;

const probeObject = strict({
  kind: z.enum(probeKinds),
  url: url('http:', 'https:').exactOptional(),
  expect: z.string().min(1).exactOptional(),
  name: z.string().min(1).exactOptional(),
  port: port.exactOptional(),
  resolver: printableName.exactOptional(),
});

/** What a kind of probe cannot do without. */
const probeNeeds = { icmp: null, tcp: 'port', http: 'url', dns: 'name', heartbeat: 'url' } as const;

const probe = z
  .union([z.enum(probeKinds), probeObject])
  .transform((written) => (typeof written === 'string' ? { kind: written } : written))
  .superRefine((config: z.output<typeof probeObject>, context) => {
    const need = probeNeeds[config.kind];
    if (need !== null && config[need] === undefined) context.addIssue({ code: 'custom', message: `a probe of kind ${config.kind} needs its ${need}. Write { kind: ${config.kind}, ${need}: ... }.` });
  });

const guest = strict({
  name: printableName,
  id: printableName,
  kind: z.enum(['vm', 'container']).default('vm'),
  address: ipAddress,
  probes: z.array(probe).min(1),
  integrity: strict({ url: url('http:', 'https:') }).exactOptional(),
  machine: machineSchema.exactOptional().meta({ description: 'What the guest is made of: only the same is compared across platforms' }),
});

/** A command as words, without a shell. */
const hook = z.array(z.string().min(1)).min(1).exactOptional();

const platformOptions = z.record(z.string(), z.unknown()).exactOptional().meta({ description: 'Options of the platform' });

/**
 * The shape of an environment file; parsing it also resolves its references. Whether the parts fit each other
 * is told by `crossCheck`.
 */
export function environmentSchema(references: References) {
  return strict({
    schema: z.literal(1),
    name: z.string().regex(environmentNamePattern, { error: 'must be made of a-z, 0-9 and - only. Rename it, and the file with it.' }),
    platform: z.enum(platformNames),
    arm: z.string().min(1).meta({ description: 'The name that the cluster itself reports' }),
    identity: literalOrReference(references, 'Unforgeable identity of the cluster; "check" prints it'),
    disposable: z.boolean().default(false),
    endpoints: z
      .array(strict({ node: printableName, address, port: port.exactOptional(), fingerprint: literalOrReference(references, "Fingerprint of the endpoint's certificate", fingerprintProblem).exactOptional() }))
      .min(1)
      .exactOptional(),
    credentials: z.record(z.string(), secretField(references, 'secret')).default({}),
    ssh: sshLogin(references).exactOptional(),
    nodes: z.array(strict({ name: printableName, address, power: powerHand(references).exactOptional(), shutdown: shutdownHand.exactOptional(), network: networkHand.exactOptional(), disks: z.array(diskHand).default([]) })).min(1),
    guests: z.array(guest).min(1),
    allow: strict({
      faults: z.array(z.enum(faultNames)).default([]),
      nodes: z.array(z.string()).default([]),
      guests: z.array(z.string()).default([]),
      maxSimultaneous: z.int().min(1).default(1),
      windows: z.array(maintenanceWindow).default([]),
    }).prefault({}),
    limits: limitsSchema.prefault({}),
    policy: strict({ backupWarnings: z.enum(['pass', 'fail']).default('fail'), unprotectedGuests: z.enum(['refuse', 'allow']).default('refuse') }).prefault({}),
    probe: strict({ period: duration.prefault('10ms'), wait: duration.prefault('10s'), lateAfter: duration.exactOptional() }).prefault({}),
    owner: z.string().min(1).exactOptional().meta({ description: 'Who answers for this cluster; shown in the reports' }),
    links: z.record(printableName, url('http:', 'https:')).exactOptional().meta({ description: 'Pages that belong to this cluster, by name; shown in the reports' }),
    knownIssues: z.array(knownIssueSchema).exactOptional().meta({ description: 'Changes that history may show without failing, each until a day' }),
    comparison: comparisonFields.exactOptional().meta({ description: 'Whether the settings are those that the cluster came with, or equalised: the two are never compared with each other' }),
    hooks: strict({ beforeRun: hook, afterRun: hook, beforeFault: hook, afterFault: hook }).exactOptional().meta({ description: 'Commands of yours, for maintenance notices and for silencing what watches the cluster' }),
    notify: notifyFields(references).exactOptional(),
    proxmox: platformOptions,
    hyperv: platformOptions,
    pacemaker: platformOptions,
  });
}

/** An environment file whose shape is right, references resolved. */
export type ParsedEnvironment = z.output<ReturnType<typeof environmentSchema>>;

/** The shape of environment files as JSON Schema, draft 2020-12, for editors and for `schema environment`. */
export function environmentJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(environmentSchema(() => null), { target: 'draft-2020-12', io: 'input' });
}
