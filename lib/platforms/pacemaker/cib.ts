import { registerSecret } from '../../record/scrub.ts';
import { childOf, childrenOf, descendantsOf, parseXml, type XmlElement } from './xml.ts';

/** The question whose answer the functions of this file read. */
export const cibCommand: readonly string[] = ['cibadmin', '--query', '--scope', 'configuration'];

/** Properties that the cluster itself rewrites: they are no configuration of anybody's. */
const volatileProperties = new Set(['last-lrm-refresh', 'have-watchdog', 'dc-version', 'cluster-infrastructure']);
const secretName = /passw|passphrase|secret|token|community|credential|\bkey\b|_key$/i;

/** Reads the answer of `cibCommand`. */
export function readCib(text: string): XmlElement {
  const root = parseXml(text);
  const configuration = root.name === 'configuration' ? root : childOf(root, 'configuration');
  if (configuration === undefined) throw new Error(`cibadmin answered with <${root.name}>, which is not the cluster's configuration.`);
  return configuration;
}

/** Cluster properties by name. */
export function propertiesOf(cib: XmlElement): Record<string, string> {
  return Object.fromEntries(descendantsOf(childOf(cib, 'crm_config'), 'nvpair').map(({ attributes }) => [attributes['name'] ?? '', attributes['value'] ?? '']));
}

function pairs(parent: XmlElement, section: string): Record<string, string> {
  return Object.fromEntries(childrenOf(parent, section).flatMap((set) => childrenOf(set, 'nvpair')).map(({ attributes }) => [attributes['name'] ?? '', attributes['value'] ?? '']));
}

/** A resource that runs a virtual machine. */
export interface VirtualDomainResource {
  id: string;
  /** Path of the domain's XML on each node. */
  config: string | null;
  hypervisor: string | null;
  migrationTransport: string | null;
  meta: Record<string, string>;
}

/** All VirtualDomain resources, wherever they stand. */
export function virtualDomainsOf(cib: XmlElement): VirtualDomainResource[] {
  return descendantsOf(childOf(cib, 'resources'), 'primitive')
    .filter(({ attributes }) => attributes['type'] === 'VirtualDomain')
    .map((primitive) => {
      const parameters = pairs(primitive, 'instance_attributes');
      return { id: primitive.attributes['id'] ?? '', config: parameters['config'] ?? null, hypervisor: parameters['hypervisor'] ?? null, migrationTransport: parameters['migration_transport'] ?? null, meta: pairs(primitive, 'meta_attributes') };
    });
}

/** A fence device whose agent can be asked as Pacemaker itself asks it. */
export interface FenceDevice {
  /** Program of the agent. */
  agent: string;
  /** What the agent is told, by name. */
  parameters: Record<string, string>;
  /** The action that stands for Pacemaker's monitor. */
  monitor: string;
}

/** A device by its id; null where it is none of an agent of the ClusterLabs interface with parameters of its own (a template has them elsewhere). */
export function fenceDeviceOf(cib: XmlElement, id: string): FenceDevice | null {
  const primitive = descendantsOf(childOf(cib, 'resources'), 'primitive').find(({ attributes }) => attributes['id'] === id && attributes['class'] === 'stonith');
  const agent = primitive?.attributes['type'] ?? '';
  if (primitive === undefined || !/^fence_[\w-]+$/.test(agent)) return null;
  const all = pairs(primitive, 'instance_attributes');
  for (const [name, value] of Object.entries(all)) if (secretName.test(name)) registerSecret(value);
  // What begins so is for Pacemaker's daemon, not for the agent.
  return { agent, parameters: Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith('pcmk_'))), monitor: all['pcmk_monitor_action'] ?? 'monitor' };
}

/** Ids of the constraints that `crm_resource --move` and `--ban` made for a resource. */
export function placementsOf(cib: XmlElement, resource: string): string[] {
  return childrenOf(childOf(cib, 'constraints'), 'rsc_location')
    .filter(({ attributes }) => attributes['rsc'] === resource && /^cli-(?:prefer|ban|standby)-/.test(attributes['id'] ?? ''))
    .map(({ attributes }) => attributes['id'] ?? '');
}

function described(element: XmlElement): string {
  const { id: _id, ...rest } = element.attributes;
  return Object.entries(rest).toSorted(([one], [other]) => one.localeCompare(other)).map(([name, value]) => ` ${name}=${value}`).join('');
}

function lines(element: XmlElement, path: string, ignored: ReadonlySet<string>): string[] {
  const { name: pair = '', value = '' } = element.attributes;
  if (element.name === 'nvpair') {
    // A role of Started is what holds without the attribute: the two are the same configuration.
    if (ignored.has(pair) || (pair === 'target-role' && value === 'Started')) return [];
    return [`${path} ${pair}=${secretName.test(pair) ? '(hidden)' : value}`];
  }
  const anonymous = ['cluster_property_set', 'instance_attributes', 'meta_attributes', 'utilization', 'operations'].includes(element.name);
  const here = `${path === '' ? '' : `${path}/`}${element.name}${anonymous ? '' : `[${element.attributes['id'] ?? ''}]`}`;
  const own = anonymous || (element.children.length > 0 && described(element) === '') ? [] : [`${here}${described(element)}`];
  const members = element.name === 'group' ? [`${here} members ${childrenOf(element, 'primitive').map((member) => member.attributes['id']).join(' ')}`] : [];
  return [...own, ...members, ...element.children.flatMap((child) => lines(child, here, ignored))];
}

/**
 * The configuration as canonical lines, sorted: properties, nodes' attributes, resources, constraints, defaults, fencing
 * topology. Left out: what the cluster rewrites by itself, the values of secrets, the ids of attribute sets and pairs,
 * and the properties named in `ignored`.
 */
export function configurationLines(cib: XmlElement, ignored: readonly string[] = []): string[] {
  const without = new Set([...volatileProperties, ...ignored]);
  return cib.children.flatMap((section) => section.children.flatMap((child) => lines(child, section.name, without))).toSorted();
}

/** Settings that explain how long the cluster takes, for people. */
export function timingSettings(cib: XmlElement): Record<string, string> {
  const properties = propertiesOf(cib);
  const wanted = ['stonith-enabled', 'stonith-action', 'stonith-timeout', 'dc-deadtime', 'no-quorum-policy', 'startup-fencing', 'cluster-delay', 'transition-delay', 'migration-limit', 'batch-limit'];
  const settings = Object.fromEntries(wanted.flatMap((name) => (properties[name] === undefined ? [] : [[name, properties[name]]])));
  const defaults = childOf(cib, 'rsc_defaults');
  const stickiness = defaults === undefined ? undefined : pairs(defaults, 'meta_attributes')['resource-stickiness'];
  if (stickiness !== undefined) settings['resource-stickiness (default)'] = stickiness;
  for (const primitive of descendantsOf(childOf(cib, 'resources'), 'primitive')) {
    const monitor = descendantsOf(primitive, 'op').find(({ attributes }) => attributes['name'] === 'monitor');
    if (monitor !== undefined) settings[`${primitive.attributes['id']} monitor interval`] = monitor.attributes['interval'] ?? '0';
  }
  for (const { id, migrationTransport } of virtualDomainsOf(cib)) if (migrationTransport !== null) settings[`${id} migration transport`] = migrationTransport;
  return settings;
}
