import { expect, test } from 'vitest';
import { withoutForeignScripts } from './foreign-scripts.ts';

const left = (html: string): string => withoutForeignScripts(Buffer.from(html)).toString();

test('what is loaded from elsewhere is left out, wherever it stands, and the rest stays in its order', () => {
  const foreign = '<script async src="https://example.com/tag.js?id=1"></script>';
  expect(left(`${foreign}<p>é first</p>${foreign}<script>own()</script><p>second</p>${foreign}`)).toBe('<p>é first</p><script>own()</script><p>second</p>');
});

test('scripts of its own stay, and a text that only tells of a script', () => {
  const html = `<script src="data:text/javascript;base64,AAAA"></script><script>const tag = '<script src="x">';</script>${'<p>long</p>'.repeat(1000)}`;
  expect(left(html)).toBe(html);
  expect(left('')).toBe('');
});
