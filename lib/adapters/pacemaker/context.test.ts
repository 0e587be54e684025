import { expect, test } from 'vitest';
import { act, ask } from './context.ts';
import { broken, scriptedContext, silence } from './testing.ts';

test('asks the node that answered last, and no other while it answers', async () => {
  const context = scriptedContext((host) => host, { preferred: 'n2' });
  expect((await ask(context, ['hostname'])).host).toBe('n2');
  expect(context.asked).toEqual(['n2: hostname']);
});

test('a silent node costs no more than the hedge', async () => {
  const context = scriptedContext((host) => (host === 'n1' ? silence : host));
  const begun = performance.now();
  expect((await ask(context, ['hostname'], { hedgeMs: 50 })).stdout).toBe('n2');
  expect(performance.now() - begun).toBeLessThan(8000);
  expect(context.preferred).toBe('n2');
});

test('goes on to the next node at once when one is broken or says no', async () => {
  const context = scriptedContext((host) => (host === 'n1' ? broken : host === 'n2' ? { code: 102, stderr: 'not connected' } : 'fine'));
  expect((await ask(context, ['crm_mon'], { hedgeMs: 60_000 })).host).toBe('n3');
});

test('tells what each node said when none answers well', async () => {
  const context = scriptedContext((host) => (host === 'n1' ? broken : { code: 1, stderr: 'no cluster' }));
  await expect(ask(context, ['crm_mon'])).rejects.toThrow(/n1: The connection.*on n2 ended with status 1: no cluster.*on n3/s);
});

test('gives up when it is told to', async () => {
  const context = scriptedContext(() => silence);
  await expect(ask(context, ['crm_mon'], { signal: AbortSignal.timeout(20) })).rejects.toThrow(/timeout|aborted/i);
});

test('a command that changes something is sent once, to a node that answers', async () => {
  const context = scriptedContext((host, command) => (host === 'n1' && command === 'true' ? broken : command === 'true' ? '' : broken));
  await expect(act(context, ['crm_resource', '--move'])).rejects.toThrow(/connection/);
  expect(context.asked.filter((line) => line.includes('crm_resource'))).toEqual(['n2: crm_resource --move']);
});
