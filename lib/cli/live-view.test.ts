import { expect, test } from 'vitest';
import { terminalView } from './live-view.ts';

test('a live line never takes two lines of the terminal, so that exactly what was drawn is erased', () => {
  let written = '';
  const view = terminalView({ columns: 20, write: (text: string) => (written += text) !== '' });
  view.status(['x'.repeat(50), 'second', 'third']);
  expect(written.split('\n').map((line) => line.replace('\r\u001B[2K', ''))).toEqual(['x'.repeat(19), 'second', 'third']);
  written = '';
  view.status(['one']);
  expect(written).toBe('\r\u001B[2K\u001B[1A\r\u001B[2K\u001B[1A\r\u001B[2Kone');
  written = '';
  view.print('told');
  expect(written).toBe('\r\u001B[2Ktold\none');
  view.status([]);
  terminalView({ columns: 0, write: (text: string) => (written += text) !== '' }).status(['no size is told']);
  expect(written).toContain('no size is told');
  written = '';
  view.status([]);
  expect(written).toBe('');
});
