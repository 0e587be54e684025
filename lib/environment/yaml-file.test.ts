import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, problemsOf } from './testing.ts';
import { readYamlFile } from './yaml-file.ts';

const text = `first: 1
list:
  - name: one
  - { name: two, "odd key": [a, b] }
base: &base { user: root }
copy: *base
empty:
100: number
`;

function read(content: string) {
  return readYamlFile(join(folderWith({ 'file.yaml': content }), 'file.yaml'));
}

test.each([
  [['first'], 'key', 1, 1], [['first'], 'value', 1, 8], [['list', 0, 'name'], 'value', 3, 11], [['list', 1, 'odd key', 1], 'value', 4, 33], [['list', 1, 'odd key'], 'key', 4, 18],
  [['copy', 'user'], 'value', 5, 21], [['empty'], 'value', 7, 7], [['empty', 'deeper'], 'value', 7, 7], [['100'], 'key', 8, 1],
  [['list', 1, 'missing'], 'value', 4, 5], [['list', 7], 'value', 3, 3], [['missing', 'deeper'], 'value', 1, 1], [[], 'value', 1, 1],
] as const)('%j (%s) stands at line %d, column %d', (path, part, line, column) => {
  expect(read(text).position(path, part)).toEqual({ line, column });
});

test.each([
  ['a: 1\na: 2\n', /^file\.yaml:2:1: .*unique/],
  ['a: [1,\n', /^file\.yaml:\d+:\d+: the YAML/],
  ['a: 1\n---\nb: 2\n', /^file\.yaml:\d+:\d+: the YAML/],
  ['a: !!js/function "x"\n', /^file\.yaml:1:4: the YAML/],
  ['a: *nobody\n', /^file\.yaml:1:\d+: the YAML/],
  [`a: &a [x, x, x, x]\n${'bcdefghij'.split('').map((key, index) => `${key}: &${key} [${Array.from({ length: 9 }, () => `*${'abcdefghij'[index]}`).join(', ')}]`).join('\n')}\n`, /^file\.yaml:1:1: the YAML .*alias/],
])('%j is refused', (content, says) => {
  expect(problemsOf(() => read(content))).toEqual([expect.stringMatching(says)]);
});
