import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeRequest } from './encode.ts';
import { neededPrivileges } from './privileges.ts';
import { everyRequest } from './testing/every-request.ts';
import { refusedBySchema } from './testing/permits.ts';
import { apiSchema, findMethod, schemaVersions, wrongParameters } from './testing/schema.ts';

test('every function that makes a request has a sample', async () => {
  const files = readdirSync(new URL('requests/', import.meta.url)).filter((file) => !file.endsWith('.test.ts'));
  const makers = (await Promise.all(files.map(async (file) => Object.keys((await import(`./requests/${file.slice(0, -3)}.ts`)) as object)))).flat();
  expect(makers.length).toBeGreaterThan(30);
  const sampled = new Set(everyRequest(9).map(({ name }) => name));
  expect(makers.filter((name) => !sampled.has(name))).toEqual([]);
});

describe.each(schemaVersions)('Proxmox VE %s', (version) => {
  const schema = apiSchema(version);
  const major = Number(version[0]);
  const samples = everyRequest(major);
  const rights = Object.groupBy(neededPrivileges(major), ({ path }) => path);
  const privileges = Object.fromEntries(Object.entries(rights).map(([path, needed = []]) => [path, needed.map(({ privilege }) => privilege)]));

  test.each(samples.filter(({ from = 0, until = 99 }) => from <= major && major <= until))('$name: $request.method $request.template is in the official schema with its parameters', ({ request }) => {
    const encoded = encodeRequest(request);
    const [path = '', query = ''] = encoded.path.slice('/api2/json'.length).split('?');
    const found = findMethod(schema, request.method, path);
    expect(found?.template).toBe(request.template);
    if (found === null) return;
    expect(wrongParameters(found.method, [...Object.entries(found.values), ...new URLSearchParams(encoded.form ?? query)])).toEqual({});
    expect(refusedBySchema(found.method.permissions, { ...Object.fromEntries(new URLSearchParams(encoded.form ?? query)), ...found.values }, privileges)).toBeNull();
  });

  test.each(samples.filter(({ from = 0 }) => from > major))('$name is not in the schema, so it must not be asked', ({ request }) => {
    expect(findMethod(schema, request.method, encodeRequest({ ...request, params: {} }).path.slice('/api2/json'.length))).toBeNull();
  });

  test('the privileges that are asked for are all needed by some call of the schema, or checked in code', () => {
    const bySchema = new Set(samples.flatMap(({ request }) => {
      const permission = schema[request.template]?.[request.method]?.permissions;
      return Array.isArray(permission) ? (permission[2] as string[]) : [];
    }));
    const inCode = new Set(['VM.Backup', 'Datastore.AllocateSpace', 'Pool.Audit', 'SDN.Use']);
    expect(neededPrivileges(major).map(({ privilege }) => privilege).filter((name) => !bySchema.has(name) && !inCode.has(name))).toEqual([]);
  });
});
