/**
 * Commands about a cluster property that several may want to set at the same moment. Each is one operation of the cluster's own
 * configuration, so that it is done by one of them: cibadmin creates an element whose id is not there yet (else "File exists"), and
 * changes and removes what an XPath finds (seen on Pacemaker 2.1.5). The property is in a set of its own, which comes and goes with it.
 */

export function readPropertyCommand(name: string): string[] {
  return ['crm_attribute', '--type', 'crm_config', '--name', name, '--query', '--quiet'];
}

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const pair = (name: string, value: string): string => `<nvpair id="${name}-value" name="${name}" value="${attribute(value)}"/>`;

/** A text as a literal of XPath 1.0, which knows no escapes. */
export function xpathLiteral(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  return `concat(${text.split("'").map((part) => `'${part}'`).join(`, "'", `)})`;
}

/** Sets the property where nobody has. */
export function createPropertyCommand(name: string, value: string): string[] {
  return ['cibadmin', '--create', '--scope', 'crm_config', '--xml-text', `<cluster_property_set id="${name}">${pair(name, value)}</cluster_property_set>`];
}

/** Changes the property where it is what is expected. */
export function changePropertyCommand(name: string, from: string, to: string): string[] {
  return ['cibadmin', '--modify', '--xpath', `//crm_config/cluster_property_set[@id='${name}']/nvpair[@value=${xpathLiteral(from)}]`, '--xml-text', pair(name, to)];
}

/** Removes the property where it is what is expected, whatever set it is in. */
export function removePropertyCommand(name: string, from: string): string[] {
  const value = `@value=${xpathLiteral(from)}`;
  return ['cibadmin', '--delete', '--xpath', `//crm_config/cluster_property_set[@id='${name}'][nvpair[${value}]]|//crm_config/cluster_property_set[@id!='${name}']/nvpair[@name='${name}'][${value}]`];
}
