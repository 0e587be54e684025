import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { canBeScrubbed, quote, quoteEnd, registerSecret, scrub } from './scrub.ts';

/** Secrets stay registered for the life of the process; the ones here occur in no other test of this file. */
test.each([
  { what: 'itself', secret: 'p4ss w0rd+1/', text: 'login with p4ss w0rd+1/ failed', left: 'login with [secret] failed' },
  { what: 'as basic authorization', secret: 'operator:Tr0ub4dor', text: `authorization: Basic ${btoa('operator:Tr0ub4dor')}`, left: 'authorization: Basic [secret]' },
  { what: 'the password of user:password alone', secret: 'root:correct-horse', text: 'root typed correct-horse', left: 'root typed [secret]' },
  { what: 'the value of an API token alone', secret: 'root@pam!ci=0b1f9a2e-77aa', text: 'value 0b1f9a2e-77aa of root@pam!ci', left: 'value [secret] of root@pam!ci' },
  { what: 'in a URL', secret: 'a&b=c/d?e', text: 'https://host/?p=a%26b%3Dc%2Fd%3Fe and a%26b%3dc%2fd%3fe', left: 'https://host/?p=[secret] and [secret]' },
  { what: 'in a form', secret: 'seven of nine!', text: 'password=seven+of+nine%21', left: 'password=[secret]' },
  { what: 'in JSON', secret: 'quo"te\\back', text: JSON.stringify({ password: 'quo"te\\back' }), left: '{"password":"[secret]"}' },
  { what: 'in HTML', secret: `a<b>&"c'd`, text: '<td>a&lt;b&gt;&amp;&quot;c&#39;d</td>', left: '<td>[secret]</td>' },
  { what: 'in HTML with hexadecimal references', secret: `e<f>&"g'h`, text: '<td>e&lt;f&gt;&amp;&quot;g&#x27;h</td>', left: '<td>[secret]</td>' },
  { what: 'in the text of an XML element', secret: `i<j>&"k'l`, text: `<word>i&lt;j>&amp;"k'l</word>`, left: '<word>[secret]</word>' },
  { what: 'in JSON inside HTML', secret: 'm"n\\o&p', text: '<pre>{&quot;word&quot;:&quot;m\\&quot;n\\\\o&amp;p&quot;}</pre>', left: '<pre>{&quot;word&quot;:&quot;[secret]&quot;}</pre>' },
  { what: 'in JSON inside JSON', secret: 'u"v\\w-x', text: JSON.stringify({ answer: JSON.stringify({ word: 'u"v\\w-x' }) }), left: String.raw`{"answer":"{\"word\":\"[secret]\"}"}` },
  { what: 'as Node shows it', secret: 'back\\slash & "quote"', text: inspect({ word: 'back\\slash & "quote"' }), left: "{ word: '[secret]' }" },
  { what: 'by a long run of letters and figures, however the rest is written', secret: 'admin:?&Xq7LongEnoughToTell;', text: String.raw`password \077\046Xq7LongEnoughToTell\073`, left: String.raw`password \077\046[secret]\073` },
  { what: 'quoted for a shell', secret: "it's q", text: String.raw`sh -c 'it'\''s q'`, left: "sh -c '[secret]'" },
  { what: 'quoted for a shell, in JSON', secret: "it's r", text: JSON.stringify(String.raw`'it'\''s r'`), left: `"'[secret]'"` },
  { what: 'quoted for a shell by double quotes', secret: "it's s", text: `'it'"'"'s s'`, left: "'[secret]'" },
  { what: 'in base64 without padding', secret: '>>>>???>', text: Buffer.from('>>>>???>').toString('base64').replace(/=+$/, ''), left: '[secret]' },
  { what: 'in base64 of URLs, without padding', secret: '??>>~~ÿÿ1', text: Buffer.from('??>>~~ÿÿ1').toString('base64url'), left: '[secret]' },
  { what: 'although it looks like a pattern', secret: '.*$^[a-z]+(x|y)', text: 'it is .*$^[a-z]+(x|y) and no more', left: 'it is [secret] and no more' },
  { what: 'the longer one first', secret: 'longer-secret-tail', text: 'longer-secret-tail', left: '[secret]' },
])('a secret is removed $what', ({ secret, text, left }) => {
  registerSecret('longer-secret');
  registerSecret(secret);
  expect(scrub(text)).toBe(left);
});

test('no line of a private key is left, and its frame is', () => {
  const { privateKey } = generateKeyPairSync('ed25519', { privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
  registerSecret(privateKey);
  const line = privateKey.split('\n')[1] ?? '';
  expect(line.length).toBeGreaterThan(40);
  expect(scrub(`debug: ${line}`)).toBe('debug: [secret]');
  expect(scrub(JSON.stringify({ key: privateKey }))).not.toContain(line);
  expect(scrub('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
});

test('a secret is removed before a text is cut, wherever the cut falls', () => {
  registerSecret('ci@pve!night=0a1b2c3d-cut-here');
  const text = 'left 0a1b2c3d-cut-here right';
  for (let length = 1; length <= text.length; length += 1) {
    expect('left [secret] right'.startsWith(quote(text, length))).toBe(true);
    expect('left [secret] right'.endsWith(quoteEnd(text, length))).toBe(true);
  }
});

test('a long name of a user is no secret', () => {
  registerSecret('administrator:pass-word');
  expect(scrub('administrator typed pass-word')).toBe('administrator typed [secret]');
});

test('very short texts are not taken: they would tear up every sentence', () => {
  registerSecret('on');
  registerSecret('');
  expect(scrub('power on')).toBe('power on');
});

test.each([
  ['abcd', true], ['root:abcd', true], ['ci@pam!t=abcd', true], ['-----BEGIN KEY-----\nabcdefgh\nQ==\n-----END KEY-----', true],
  ['abc', false], ['a', false], ['root:abc', false], ['ci@pam!t=a', false], ['a\n', false],
])('%j can be scrubbed: %s', (secret, expected) => {
  expect(canBeScrubbed(secret)).toBe(expected);
});

test('whatever the secret is, it is not left in plain, in base64 or in JSON', () => {
  assert(
    property(string({ unit: 'grapheme', minLength: 8, maxLength: 40 }), (secret) => {
      registerSecret(secret);
      const scrubbed = scrub(`<${secret}> <${Buffer.from(secret).toString('base64')}> <${JSON.stringify(secret)}>`);
      expect(scrubbed.split('[secret]').length).toBeGreaterThanOrEqual(4);
      expect(scrubbed).not.toContain(Buffer.from(secret).toString('base64'));
    }),
    { numRuns: 40, seed: 1 },
  );
});
