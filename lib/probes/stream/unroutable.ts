import { dnsAttempts } from './dns.ts';
import { httpAttempts } from './http.ts';

/** For a test: what a query and a page come to in a network namespace that has no way out, one line of JSON. */
const spec = { name: 'a', guest: null, periodMs: 100, waitMs: 1000 };
const attempts = [
  dnsAttempts({ ...spec, kind: 'dns', target: '192.0.2.1', query: 'web.test' }),
  dnsAttempts({ ...spec, kind: 'dns', target: '[2001:db8::1]:53', query: 'web.test' }),
  httpAttempts({ ...spec, kind: 'http', target: 'http://web.test/', resolver: '192.0.2.1' }),
  httpAttempts({ ...spec, kind: 'http', target: 'http://192.0.2.1/' }),
];
const outcomes = await Promise.all(attempts.map(async (attempt) => new Promise<string>((resolve) => attempt({ answered: (ok) => resolve(ok ? 'right' : 'wrong'), refusedHere: resolve }))));
process.stdout.write(JSON.stringify(outcomes));
