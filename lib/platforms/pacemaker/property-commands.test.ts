import { expect, test } from 'vitest';
import { changePropertyCommand, createPropertyCommand, removePropertyCommand, xpathLiteral } from './property-commands.ts';

const hostile = `{"owner":"<me> & it's"}`;

test('a value is text in XML, whatever is in it', () => {
  expect(createPropertyCommand('lock', hostile).at(-1)).toBe(`<cluster_property_set id="lock"><nvpair id="lock-value" name="lock" value="{&quot;owner&quot;:&quot;&lt;me&gt; &amp; it's&quot;}"/></cluster_property_set>`);
});

test('only what is expected is changed and removed, word for word', () => {
  expect(xpathLiteral('one')).toBe(`'one'`);
  expect(xpathLiteral(hostile)).toBe(`concat('{"owner":"<me> & it', "'", 's"}')`);
  expect(changePropertyCommand('lock', 'one', 'two')).toEqual(['cibadmin', '--modify', '--xpath', `//crm_config/cluster_property_set[@id='lock']/nvpair[@value='one']`, '--xml-text', '<nvpair id="lock-value" name="lock" value="two"/>']);
  expect(removePropertyCommand('lock', 'one').at(-1)).toBe(`//crm_config/cluster_property_set[@id='lock'][nvpair[@value='one']]|//crm_config/cluster_property_set[@id!='lock']/nvpair[@name='lock'][@value='one']`);
});
