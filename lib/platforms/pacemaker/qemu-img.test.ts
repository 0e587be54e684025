import { expect, test } from 'vitest';
import { imageDamage, imageSizes } from './qemu-img.ts';

// Invented after the documented form of QEMU 7.2.
test('finds no fault in a sound image and names the faults of another', () => {
  expect(imageDamage('{"image-end-offset": 262144, "total-clusters": 1024, "check-errors": 0, "filename": "a", "format": "qcow2"}')).toBeNull();
  expect(imageDamage('{"check-errors": 1, "corruptions": 3, "leaks": 0}')).toBe('1 errors of the check, 3 corruptions');
  expect(imageDamage('{"check-errors": 0, "leaks": 2}')).toBe('2 leaked clusters');
});

test('reads sizes, and refuses what is no report', () => {
  expect(imageSizes('{"virtual-size": 67108864, "filename": "a", "format": "qcow2", "actual-size": 1200128}')).toEqual({ virtual: 67_108_864, actual: 1_200_128, format: 'qcow2' });
  expect(() => imageDamage('{}')).toThrow(/check-errors/);
  expect(() => imageSizes('')).toThrow(/JSON/);
});
