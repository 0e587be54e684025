import { expect, test } from 'vitest';
import { nearest, suggest } from './did-you-mean.ts';

test.each([
  { word: 'wbe', known: ['dns', 'web'], meant: 'web' },
  { word: 'polizy', known: ['probe', 'policy'], meant: 'policy' },
  { word: 'live-migratoin', known: ['live-migration', 'container-migration'], meant: 'live-migration' },
  { word: 'Outage', known: ['outage'], meant: 'outage' },
  { word: 'backup-warnings', known: ['backupWarnings'], meant: 'backupWarnings' },
  { word: 'nowhere', known: ['lab', 'prod-a'], meant: null },
  { word: 'a', known: [], meant: null },
  { word: '', known: ['web'], meant: null },
])('"$word" among $known means $meant', ({ word, known, meant }) => {
  expect(nearest(word, known)).toBe(meant);
});

test('where nothing is near, the choice is shown', () => {
  expect(suggest('wbe', ['web'])).toBe('Did you mean "web"?');
  expect(suggest('nowhere', ['lab', 'prod'])).toBe('Choose one of: lab, prod.');
  expect(suggest('nowhere', [])).toBe('There is none to choose from.');
});
