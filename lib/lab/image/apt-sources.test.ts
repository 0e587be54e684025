import { expect, test } from 'vitest';
import { debianSources } from './apt-sources.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

test('takes the wanted release with its updates and security fixes, and nothing else', () => {
  const targets = [
    'http://mirror.example/debian/|bookworm|bookworm|main|Debian',
    'http://mirror.example/debian/|bookworm|bookworm|contrib|Debian',
    'http://mirror.example/debian/|bookworm-updates|bookworm-updates|main|Debian',
    'http://mirror.example/security/|bookworm-security|bookworm-security|main|Debian',
    'http://mirror.example/debian/|bookworm-backports|bookworm-backports|main|Debian',
    'http://mirror.example/debian/|trixie|trixie|main|Debian',
    'https://other.example/apt/|bookworm|bookworm|main|Somebody else',
    'http://mirror.example/debian/|bookworm|bookworm|main|Debian',
    '',
  ].join('\n');
  expect(debianSources(targets, 'bookworm', keyring)).toStrictEqual([
    `deb [signed-by=${keyring}] http://mirror.example/debian/ bookworm main`,
    `deb [signed-by=${keyring}] http://mirror.example/debian/ bookworm-updates main`,
    `deb [signed-by=${keyring}] http://mirror.example/security/ bookworm-security main`,
  ]);
});

test('a release that is named by its role is known by its codename', () => {
  expect(debianSources('http://m.example/debian/|oldstable|bookworm|main|Debian', 'bookworm', null)).toStrictEqual(['deb http://m.example/debian/ oldstable main']);
});

test('before the first apt-get update only the release as written is known', () => {
  expect(debianSources('http://m.example/debian/|bookworm||main|', 'bookworm', null)).toStrictEqual(['deb http://m.example/debian/ bookworm main']);
});
