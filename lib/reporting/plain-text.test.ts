import { XMLParser } from 'fast-xml-parser';
import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toCsv } from './csv.ts';
import { escapeHtml, htmlTable } from './html.ts';
import { escapeMarkdown, markdownTable } from './markdown.ts';
import { oneLine, plainText } from './plain-text.ts';
import { hostileGuest } from './testing/synthetic-run.ts';

describe('texts from outside', () => {
  test('cannot move the cursor, colour a terminal, turn its direction, or break XML', () => {
    expect(plainText('a\u001B[31mred\u0007\u202Eb\u0000\uD800c')).toBe(String.raw`a\u{1b}[31mred\u{7}\u{202e}b\u{0}\u{d800}c`);
    expect(plainText('tab\tand\nline, naïve 日本 🙂')).toBe('tab\tand\nline, naïve 日本 🙂');
    expect(oneLine('a\r\n  b\nc')).toBe('a b c');
  });

  test('stay text in HTML and XML, whatever they are', () => {
    expect(escapeHtml(hostileGuest)).toBe('&quot;; rm -rf / #&lt;script&gt;alert(1)&lt;/script&gt;');
    const parser = new XMLParser({ ignoreAttributes: false, htmlEntities: true, trimValues: false, parseTagValue: false, parseAttributeValue: false });
    assert(property(string({ unit: 'grapheme' }), (text) => {
      const parsed = parser.parse(`<a b="${escapeHtml(text)}">${escapeHtml(text)}</a>`) as { a: { '#text'?: string; '@_b': string } };
      expect(parsed.a['#text'] ?? '').toBe(plainText(text));
      expect(parsed.a['@_b']).toBe(plainText(text));
    }));
    expect(htmlTable(['<b>'], [['"x"']])).toBe('<table><thead><tr><th>&lt;b&gt;</th></tr></thead><tbody><tr><td>&quot;x&quot;</td></tr></tbody></table>');
  });

  test('stay text in Markdown: no tag, no cell of their own, no link, no heading', () => {
    expect(escapeMarkdown(hostileGuest)).toBe('"; rm -rf / #&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(escapeMarkdown('# a|b [x](y) *z*\n`c`')).toBe('\\# a\\|b \\[x\\](y) \\*z\\* \\`c\\`');
    expect(markdownTable(['a'], [['x | y']])).toBe('| a |\n|---|\n| x \\| y |\n');
  });

  test('stay text in a spreadsheet', () => {
    expect(toCsv(['name', 'n'], [['=cmd()', 1], ['say "hi", you', null], ['-3 dB', -3]])).toBe('name,n\r\n\'=cmd(),1\r\n"say ""hi"", you",\r\n\'-3 dB,-3\r\n');
  });
});
