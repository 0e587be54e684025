import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { scrub } from '../record/scrub.ts';
import { loadMade, ordinaryFile, ordinaryVariables, problemsOf } from './testing.ts';

const variables = { ...ordinaryVariables, HA_HOOK: 'https://chat.example/hooks/canary-51ac', HA_MAIL: 'ops:canary-mail-22' };

const withNotify = (block: string): string => `${ordinaryFile}notify: ${block}\n`;

test('names who is told, by references; the secrets show nowhere', () => {
  const { notify } = loadMade(withNotify('{ webhook: { url: "env:HA_HOOK" }, mail: { server: "smtps://mail.example:4650", credentials: "env:HA_MAIL", from: ha@example.org, to: [ops@example.org] } }'), variables);
  expect(notify).toMatchObject({ on: 'change', mail: { to: ['ops@example.org'] } });
  expect(notify?.webhook?.url.reveal()).toBe('https://chat.example/hooks/canary-51ac');
  expect(inspect(notify, { depth: 9 })).not.toContain('canary');
  expect(scrub('posted to https://chat.example/hooks/canary-51ac as ops with canary-mail-22')).toBe('posted to [secret] as ops with [secret]');
});

test.each([
  ['{ webhook: { url: "https://chat.example/hooks/x" } }', 'notify.webhook.url', 'stands in the file itself'],
  ['{ webhook: { url: "env:HA_MAIL" } }', 'notify.webhook.url', 'stands for no URL'],
  ['{ mail: { server: "mail.example", from: a@b.example, to: [a@b.example] } }', 'notify.mail.server', 'is not a mail server'],
  ['{ mail: { server: "smtp://u:p@mail.example", from: a@b.example, to: [a@b.example] } }', 'notify.mail.server', 'is not a mail server'],
  ['{ mail: { server: "smtp://mail.example", credentials: "env:HA_HOOKS", from: a@b.example, to: [a@b.example] } }', 'notify.mail.credentials', 'HA_HOOKS is not set'],
  ['{ mail: { server: "smtp://mail.example", from: "a@b.example\\nBcc: x@y.example", to: [a@b.example] } }', 'notify.mail.from', 'is not an address of mail'],
  ['{ on: sometimes }', 'notify.on', 'change'],
])('%s is refused at %s', (block, where, message) => {
  const problems = problemsOf(() => loadMade(withNotify(block), variables));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(where);
  expect(problems[0]).toContain(message);
});
