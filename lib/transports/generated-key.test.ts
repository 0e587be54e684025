import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { generateEd25519, isWholeEd25519 } from './generated-key.ts';

test('a key that ssh2 made a byte short is told from a whole one', () => {
  // Both made by ssh2 1.17; the first is the kind of which there is one in 200.
  expect(isWholeEd25519('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAH8MKm2BWG2E1KWi0sEbuO7Mntl3Y/bt6VnNISl2pI8w= short')).toBe(false);
  expect(isWholeEd25519('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIiAOXJ4ZKgG5dgLn2GzEsQmmJDTnMTCXYXVgPr1KKpk whole')).toBe(true);
});

test('a fresh key can be read, and carries its comment', () => {
  const key = generateEd25519('of a test');
  expect(ssh2.utils.parseKey(key.private)).not.toBeInstanceOf(Error);
  expect(key.public).toMatch(/ of a test$/);
  expect(generateEd25519().private).not.toBe(key.private);
});
