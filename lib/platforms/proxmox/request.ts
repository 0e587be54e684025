import type { z } from 'zod';

export type ProxmoxMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A list is sent as one key repeated; truth as 1 or 0: forms do not know "true". */
export type ProxmoxParameter = string | number | boolean | readonly (string | number)[];

/** A request as a value: checked against the official schema in tests, sent by the client. */
export interface ProxmoxRequest<T> {
  method: ProxmoxMethod;
  /** Path as the API schema writes it, for example `/nodes/{node}/qemu/{vmid}/migrate`. */
  template: string;
  /** Values of the template's braces. */
  path: Readonly<Record<string, string>>;
  params: Readonly<Record<string, ProxmoxParameter>>;
  /** What the `data` of the answer must be. */
  answer: z.ZodType<T>;
}

/** A request that changes nothing: it may be sent again, and to another endpoint. A few of them are POSTs (the agent's ping). */
export interface ProxmoxRead<T> extends ProxmoxRequest<T> {
  kind: 'read';
}

/** A request that changes something: it is sent once. */
export interface ProxmoxWrite<T> extends ProxmoxRequest<T> {
  kind: 'write';
}

type Parameters = Readonly<Record<string, ProxmoxParameter | undefined>>;

function given(params: Parameters): Record<string, ProxmoxParameter> {
  return Object.fromEntries(Object.entries(params).filter((entry): entry is [string, ProxmoxParameter] => entry[1] !== undefined));
}

/** A read; parameters that are undefined are left out. */
export function read<T>(template: string, path: Readonly<Record<string, string>>, answer: z.ZodType<T>, params: Parameters = {}): ProxmoxRead<T> {
  return { kind: 'read', method: 'GET', template, path, params: given(params), answer };
}

/** A write; parameters that are undefined are left out. */
export function write<T>(method: 'POST' | 'PUT' | 'DELETE', template: string, path: Readonly<Record<string, string>>, answer: z.ZodType<T>, params: Parameters = {}): ProxmoxWrite<T> {
  return { kind: 'write', method, template, path, params: given(params), answer };
}
