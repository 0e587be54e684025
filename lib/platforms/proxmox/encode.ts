import type { ProxmoxParameter, ProxmoxRequest } from './request.ts';

/**
 * Parameters as a form. Truth is 1 or 0 ("true" is refused with 400, "type check ('boolean') failed"), a list is its key
 * repeated (the API takes it so since PVE 8 where a list is wanted).
 */
export function encodeForm(params: Readonly<Record<string, ProxmoxParameter>>): string {
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (typeof value === 'boolean') form.append(key, value ? '1' : '0');
    else if (typeof value === 'object') for (const item of value) form.append(key, String(item));
    else form.append(key, String(value));
  }
  return form.toString();
}

/**
 * Path of a request below `/api2/json`, its values percent-encoded: a UPID is full of colons and ends in one.
 *
 * @throws Error when the template wants a value that is missing or empty, or a value would climb out of its place.
 */
export function fillPath(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? '';
    if (value === '' || value === '.' || value === '..') throw new Error(`${template}: "${value}" cannot stand for {${name}}. Give the name or number that it has on the cluster.`);
    return encodeURIComponent(value);
  });
}

/** What goes over the wire: a DELETE and a GET carry their parameters in the address, because a DELETE with a body is refused with 501. */
export function encodeRequest(request: ProxmoxRequest<unknown>): { path: string; form?: string } {
  const path = `/api2/json${fillPath(request.template, request.path)}`;
  const form = encodeForm(request.params);
  if (request.method === 'GET' || request.method === 'DELETE') return { path: form === '' ? path : `${path}?${form}` };
  return { path, form };
}
