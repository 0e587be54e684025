import { expect, test } from 'vitest';
import { registerSecret } from '../../record/scrub.ts';
import { childOf, childrenOf, descendantsOf, escapeXml, parseXml } from './xml.ts';

test('keeps the order of elements, their attributes and their text', () => {
  const root = parseXml('<?xml version="1.0"?><a one="1"><b id="x"/><c> text </c><b id="y"><b id="z"/></b></a>');
  expect([root.name, root.attributes, root.children.map((child) => child.name)]).toEqual(['a', { one: '1' }, ['b', 'c', 'b']]);
  expect(childrenOf(root, 'b').map((child) => child.attributes['id'])).toEqual(['x', 'y']);
  expect(descendantsOf(root, 'b').map((child) => child.attributes['id'])).toEqual(['x', 'y', 'z']);
  expect(childOf(root, 'c')?.text).toBe('text');
  expect(childOf(root, 'd')).toBeUndefined();
});

test('gives back what was escaped, and keeps spaces and digits as they are', () => {
  const hostile = `"; rm -rf / #<script>&amp;' 007 `;
  expect(parseXml(`<a v="${escapeXml(hostile)}"><n>${escapeXml(hostile)}</n></a>`).attributes['v']).toBe(hostile);
  expect(parseXml(`<a><n>${escapeXml(hostile)}</n></a>`).children[0]?.text).toBe(hostile.trim());
});

test('says what came when it is no XML', () => {
  expect(() => parseXml('Cluster Summary:\n  * Stack: corosync')).toThrow(/XML was expected.*Cluster Summary/s);
});

test('quotes no half of a secret', () => {
  registerSecret('half-secret-of-xml');
  expect(() => parseXml(`${'x'.repeat(110)}half-secret-of-xml`)).toThrow(/x\[secret\]?/);
  expect(() => parseXml(`${'x'.repeat(110)}half-secret-of-xml`)).not.toThrow(/half/);
});
