import { describe, expect, test } from 'vitest';
import { createWindowsParser } from './windows.ts';

/** What comes of a run's lines after the header: the round trip in ms, or null for an echo that was not answered. */
function echoes(target: string, lines: string[]): (number | null)[] {
  const parse = createWindowsParser(target);
  return lines.flatMap((line) => {
    const parsed = parse(line);
    if (parsed === null) return [];
    return [parsed.kind === 'answer' ? parsed.rttMs : null];
  });
}

describe('ping -t of Windows, in any language', () => {
  // Lines as in the recorded outputs among the tests of the npm package ping 1.0.0 (test/fixture/window/*), without their statistics.
  test.each([
    ['English', '127.0.0.1', ['Pinging www.some-domain.com [127.0.0.1] with 32 bytes of', 'Reply from 127.0.0.1: bytes=32 time=564ms TTL=237', 'Reply from 127.0.0.1: bytes=32 time=555ms TTL=237'], [564, 555]],
    ['French', '127.0.0.1', ['', 'Envoi d\u2019une requete \'Ping\' 127.0.0.1 avec 32 octets de donnees :', 'Reponse de 127.0.0.1 : octets=32 temps<1ms TTL=128'], [0.5]],
    ['French, slower', '8.8.8.8', ['Envoi d\u2019une requete \'Ping\' 8.8.8.8 avec 32 octets de donnees :', 'Reponse de 8.8.8.8 : octets=32 temps=6 ms TTL=58'], [6]],
    ['Japanese', '8.8.8.8', ['8.8.8.8 \u306b ping \u3092\u9001\u4fe1\u3057\u3066\u3044\u307e\u3059 32 \u30d0\u30a4\u30c8\u306e\u30c7\u30fc\u30bf:', '8.8.8.8 \u304b\u3089\u306e\u5fdc\u7b54: \u30d0\u30a4\u30c8\u6570 =32 \u6642\u9593 =4ms TTL=58'], [4]],
    ['Chinese', '127.0.0.1', ['Ping 127.0.0.1 (\u4f7f\u7528 32 \u4f4d\u5143\u7d44\u7684\u8cc7\u6599):', '\u56de\u8986\u81ea 127.0.0.1: \u4f4d\u5143\u7d44=32 \u6642\u9593<1ms TTL=128'], [0.5]],
    ['German, IPv6 (no TTL)', '2a00:1450:4001:810::2003', ['Ping wird ausgef\u00fchrt f\u00fcr google.de [2a00:1450:4001:810::2003] von 3001:4cb0:0:f282:ddf1:bec9:1e0:bfa9 mit 32 Bytes Daten:', 'Antwort von 2a00:1450:4001:810::2003: Zeit=11ms'], [11]],
  ])('%s', (_, target, lines, expected) => {
    expect(echoes(target, lines)).toEqual(expected);
  });

  // Wording as Microsoft's own translation has it, bytes of code page 850 read as latin1: \u201a is e with acute, \u00ff a hard space.
  test('French failures are echoes without an answer, whoever reported them', () => {
    expect(echoes('192.0.2.80', [
      'Envoi d\'une requ\u02c6te \'Ping\'  192.0.2.80 avec 32 octets de donn\u201aes\u00ff:',
      'R\u201aponse de 192.0.2.80\u00ff: octets=32 temps=12\u00ffms TTL=64',
      'D\u201alai d\'attente de la demande d\u201apass\u201a.',
      'R\u201aponse de 192.0.2.1\u00ff: Impossible de joindre l\'h\u201cte de destination.',
      'PING\u00ff: \u201achec de la transmission. D\u201afaillance g\u201an\u201arale.',
      'R\u201aponse de 192.0.2.80\u00ff: octets=32 temps<1ms TTL=64',
    ])).toEqual([12, null, null, null, 0.5]);
  });

  test('sequences are counted by lines', () => {
    const parse = createWindowsParser('192.0.2.80');
    for (const line of ['', 'Pinging 192.0.2.80 with 32 bytes of data:', 'Reply from 192.0.2.80: bytes=32 time=1ms TTL=64', 'Request timed out.']) parse(line);
    expect(parse('Reply from 192.0.2.80: bytes=32 time=2ms TTL=64')).toMatchObject({ kind: 'answer', seq: 2, rttMs: 2 });
  });
});
