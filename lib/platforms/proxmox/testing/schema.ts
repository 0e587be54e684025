import { readFileSync } from 'node:fs';

/** Versions of Proxmox VE whose official API schema is kept here; see schemas/README.md. */
export const schemaVersions = ['7.4', '8.4', '9.1'] as const;
export type SchemaVersion = (typeof schemaVersions)[number];

interface ParameterSchema {
  type: string;
  format?: unknown;
  optional?: number;
  enum?: (string | number)[];
  pattern?: string;
  minimum?: number | string;
  maximum?: number | string;
  minLength?: number;
  maxLength?: number;
  requires?: string;
}

export type Permission = string | readonly unknown[];

export interface MethodSchema {
  params: Record<string, ParameterSchema>;
  returns: string;
  permissions: Permission;
  additional: number;
  /** The node that this parameter names carries the call out. */
  proxy?: string;
}

export type ApiSchema = Record<string, Record<string, MethodSchema>>;

export function apiSchema(version: SchemaVersion): ApiSchema {
  return JSON.parse(readFileSync(new URL(`schemas/pve-${version}.json`, import.meta.url), 'utf8')) as ApiSchema;
}

/** The method that a path below `/api2/json` names, with the values of its braces; null when the API has none. */
export function findMethod(schema: ApiSchema, method: string, path: string): { template: string; method: MethodSchema; values: Record<string, string> } | null {
  const segments = path.split('/').map(decodeURIComponent);
  const candidates = Object.entries(schema).flatMap(([template, methods]) => {
    const wanted = template.split('/');
    const found = methods[method];
    if (found === undefined || wanted.length !== segments.length || !wanted.every((segment, index) => segment.startsWith('{') || segment === segments[index])) return [];
    return [{ template, method: found, values: Object.fromEntries(wanted.flatMap((segment, index) => (segment.startsWith('{') ? [[segment.slice(1, -1), segments[index] ?? '']] : []))) }];
  });
  // Words are nearer than braces: /ceph/osd/metadata before /ceph/osd/{osdid}.
  return candidates.toSorted((one, other) => Object.keys(one.values).length - Object.keys(other.values).length)[0] ?? null;
}

/** Formats of texts that our requests use; PVE's JSONSchema.pm has them as code, so they are written again here. */
const formats: Readonly<Record<string, RegExp>> = {
  'pve-node': /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/,
  'pve-storage-id': /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i,
  'pve-configid': /^[a-z][a-z0-9_-]+$/i,
  'pve-configid-list': /^[a-z][a-z0-9_-]+(?:[,; ][a-z][a-z0-9_-]+)*$/i,
  'pve-poolid': /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+){0,2}$/,
  'pve-vmid-list': /^[1-9]\d{2,8}(?:[,; ][1-9]\d{2,8})*$/,
  'pve-ha-resource-or-vm-id': /^(?:(?:vm|ct):)?[1-9]\d{2,8}$/,
  'pve-userid': /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/,
};

/** Perl's `(?^:...)` is a group with no flags. */
const perlPattern = (pattern: string): RegExp => new RegExp(`^(?:${pattern.replaceAll('(?^:', '(?:')})$`);

const bounds = (value: number, { minimum = -Infinity, maximum = Infinity }: ParameterSchema): string | null =>
  (value < Number(minimum) ? `value must have a minimum value of ${minimum}` : value > Number(maximum) ? `value must have a maximum value of ${maximum}` : null);

function wrongText(value: string, schema: ParameterSchema): string | null {
  const fails = (type: string): string => `type check ('${type}') failed - got '${value}'`;
  switch (schema.type) {
    case 'integer': return /^[+-]?\d+$/.test(value) ? bounds(Number(value), schema) : fails('integer');
    case 'number': return /^[+-]?\d+(?:\.\d+)?$/.test(value) ? bounds(Number(value), schema) : fails('number');
    case 'boolean': return /^(?:1|0|yes|no|on|off)$/i.test(value) ? null : fails('boolean');
    default: break;
  }
  if (schema.enum !== undefined && !schema.enum.map(String).includes(value)) return `value '${value}' does not have a value in the enumeration '${schema.enum.join(', ')}'`;
  if (schema.pattern !== undefined && !perlPattern(schema.pattern).test(value)) return 'value does not match the regex pattern';
  if (value.length > (schema.maxLength ?? Infinity)) return `value may only be ${schema.maxLength} characters long`;
  if (value.length < (schema.minLength ?? 0)) return `value must be at least ${schema.minLength} characters long`;
  const format = typeof schema.format === 'string' ? formats[schema.format] : undefined;
  return format === undefined || format.test(value) ? null : `invalid format - value '${value}' does not look like a valid ${String(schema.format)}`;
}

/** What the API says of each parameter that it does not take, in its own words. Empty when it takes the request. */
export function wrongParameters(method: MethodSchema, given: readonly (readonly [string, string])[]): Record<string, string> {
  const wrong: Record<string, string> = {};
  const names = new Set(given.map(([name]) => name));
  for (const name of names) {
    // One schema entry stands for net0, net1 and so on.
    const schema = method.params[name] ?? method.params[name.replace(/\d+$/, '[n]')];
    const values = given.flatMap(([key, value]) => (key === name ? [value] : []));
    if (schema === undefined) {
      if (method.additional === 0) wrong[name] = 'property is not defined in schema and the schema does not allow additional properties';
    } else if (schema.type !== 'array' && values.length > 1) wrong[name] = `type check ('${schema.type}') failed - got ARRAY`;
    else if (schema.type !== 'array') {
      const text = wrongText(values[0] ?? '', schema);
      if (text !== null) wrong[name] = text;
      if (schema.requires !== undefined && !names.has(schema.requires)) wrong[schema.requires] = `missing property - '${name}' requires this property`;
    }
  }
  for (const [name, schema] of Object.entries(method.params)) if (schema.optional !== 1 && !names.has(name)) wrong[name] = 'property is missing and it is not optional';
  return wrong;
}
