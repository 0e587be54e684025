import { XMLParser } from 'fast-xml-parser';
import { quote } from '../../record/scrub.ts';

/** An element of an XML document; its children in the order of the document. Text outside of elements' own text is dropped. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly XmlElement[];
  text: string;
}

type RawNode = Record<string, unknown>;

const parser = new XMLParser({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', parseTagValue: false, parseAttributeValue: false, trimValues: false, htmlEntities: true, ignoreDeclaration: true, ignorePiTags: true });

function element(raw: RawNode): XmlElement | null {
  const name = Object.keys(raw).find((key) => key !== ':@' && key !== '#text');
  if (name === undefined) return null;
  const children = (raw[name] ?? []) as RawNode[];
  return {
    name,
    attributes: (raw[':@'] ?? {}) as Record<string, string>,
    children: children.map(element).filter((child) => child !== null),
    text: children.map((child) => (typeof child['#text'] === 'string' ? child['#text'] : '')).join('').trim(),
  };
}

/**
 * The root element of a document.
 *
 * @throws Error when the text has no root element: it is not the answer that was asked for.
 */
export function parseXml(text: string): XmlElement {
  const root = (parser.parse(text) as RawNode[]).map(element).find((candidate) => candidate !== null);
  if (root === undefined) throw new Error(`XML was expected and something else came: "${quote(text, 120)}". The tool on the node may be too old for XML output.`);
  return root;
}

/** Children of that name. */
export function childrenOf(parent: XmlElement | undefined, name: string): XmlElement[] {
  return parent?.children.filter((child) => child.name === name) ?? [];
}

/** The first child of that name. */
export function childOf(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  return parent?.children.find((child) => child.name === name);
}

/** Every element of that name below, at any depth, in the order of the document. */
export function descendantsOf(parent: XmlElement | undefined, name: string): XmlElement[] {
  return parent?.children.flatMap((child) => [...(child.name === name ? [child] : []), ...descendantsOf(child, name)]) ?? [];
}

/** Text as the value of an attribute or an element. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&apos;');
}
