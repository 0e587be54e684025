import { descendantsOf, escapeXml, parseXml, type XmlElement } from './xml.ts';

/** What a guest is restored as. */
export interface ScratchDomain {
  name: string;
  /** Image of each disk that was restored, by its target. */
  disks: ReadonlyMap<string, string>;
  /** Bridge that all its network interfaces are put on. */
  bridge: string;
}

/** Parts of a host that a second instance must not share with the first, or that hold a name or a port of it. */
const notCopied = new Set(['hostdev', 'redirdev', 'filesystem', 'graphics', 'channel', 'smartcard', 'shmem', 'vsock', 'tpm', 'console', 'parallel', 'watchdog']);
/** Beside the devices: identity, labels and traces of the original. */
const notInherited = new Set(['uuid', 'seclabel', 'metadata', 'resource', 'genid']);

function make(name: string, attributes: Record<string, string>, children: readonly XmlElement[] = [], text = ''): XmlElement {
  return { name, attributes, children, text };
}

function pick(element: XmlElement, ...names: string[]): XmlElement[] {
  return element.children.filter((child) => names.includes(child.name));
}

function scratchDevice(device: XmlElement, { disks, bridge }: ScratchDomain): XmlElement[] {
  if (notCopied.has(device.name)) return [];
  if (device.name === 'disk') {
    const image = disks.get(pick(device, 'target')[0]?.attributes['dev'] ?? '');
    if (image === undefined) return [];
    return [make('disk', { type: 'file', device: 'disk' }, [make('driver', { name: 'qemu', type: 'qcow2' }), make('source', { file: image }), ...pick(device, 'target', 'address', 'boot')])];
  }
  if (device.name === 'interface') return [make('interface', { type: 'bridge' }, [make('source', { bridge }), ...pick(device, 'mac', 'model', 'rom', 'address', 'boot')])];
  if (device.name === 'serial') return [make('serial', { type: 'null' }, pick(device, 'target'))];
  return [device];
}

function serialise({ name, attributes, children, text }: XmlElement): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`).join('');
  return `<${name}${pairs}>${escapeXml(text)}${children.map(serialise).join('')}</${name}>`;
}

/**
 * The definition of a guest as a second one that can run beside the first: another name and no identity, its disks the restored
 * images and no others, its interfaces on a bridge of their own, nothing that a host has only once.
 *
 * @throws Error when it is no domain, or a restored disk is none of its disks
 */
export function scratchDomainXml(domainXml: string, scratch: ScratchDomain): string {
  const domain = parseXml(domainXml);
  if (domain.name !== 'domain') throw new Error(`The definition that was backed up is no domain but "${domain.name}".`);
  const known = descendantsOf(domain, 'disk').flatMap((disk) => pick(disk, 'target').map(({ attributes }) => attributes['dev']));
  const strange = [...scratch.disks.keys()].filter((target) => !known.includes(target));
  if (strange.length > 0) throw new Error(`The definition that was backed up has no disk ${strange.join(', ')}.`);
  const children = domain.children.filter(({ name }) => !notInherited.has(name)).map((child): XmlElement => {
    if (child.name === 'name') return make('name', {}, [], scratch.name);
    if (child.name === 'os') return { ...child, children: child.children.filter(({ name }) => name !== 'nvram') };
    return child.name === 'devices' ? { ...child, children: child.children.flatMap((device) => scratchDevice(device, scratch)) } : child;
  });
  const { id: _, ...attributes } = domain.attributes;
  return `${serialise({ ...domain, attributes, children })}\n`;
}
