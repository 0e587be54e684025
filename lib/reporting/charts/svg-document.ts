export const svgNamespace = 'http://www.w3.org/2000/svg';

/** What the plotting library hands over as an attribute or a text. */
type Value = string | number | boolean;

/** What an element's `style` takes; every property that was set is its own. */
class InlineStyle {
  [property: string]: unknown;

  setProperty(name: string, value: unknown): void {
    this[name] = value;
  }

  removeProperty(name: string): void {
    delete this[name];
  }
}

/** A text between elements. */
class SvgText {
  parentNode: SvgElement | null = null;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  write(out: string[]): void {
    out.push(escapeText(this.#text));
  }
}

/**
 * An element as the plotting library makes and fills it, and no more than that: a page of a browser's features costs more time and memory
 * than the drawing. What is missing here is missing loudly, as a method that does not exist.
 */
class SvgElement {
  readonly ownerDocument: SvgDocument;
  readonly namespaceURI = svgNamespace;
  readonly #name: string;
  readonly #attributes = new Map<string, Value>();
  readonly #children: (SvgElement | SvgText)[] = [];
  #style: InlineStyle | null = null;
  parentNode: SvgElement | null = null;

  constructor(ownerDocument: SvgDocument, name: string) {
    this.ownerDocument = ownerDocument;
    this.#name = name;
  }

  get style(): InlineStyle {
    this.#style ??= new InlineStyle();
    return this.#style;
  }

  get firstChild(): SvgElement | SvgText | null {
    return this.#children[0] ?? null;
  }

  set textContent(text: Value | null) {
    this.#children.length = 0;
    if (text !== null && text !== '') this.appendChild(new SvgText(String(text)));
  }

  get outerHTML(): string {
    const out: string[] = [];
    this.write(out);
    return out.join('');
  }

  setAttribute(name: string, value: Value): void {
    this.#attributes.set(name, value);
  }

  setAttributeNS(_namespace: string, name: string, value: Value): void {
    this.#attributes.set(name, value);
  }

  hasAttribute(name: string): boolean {
    return this.#attributes.has(name);
  }

  getAttribute(name: string): string | null {
    const value = this.#attributes.get(name);
    return value === undefined ? null : String(value);
  }

  removeAttribute(name: string): void {
    this.#attributes.delete(name);
  }

  append(...children: (SvgElement | SvgText)[]): void {
    for (const child of children) this.appendChild(child);
  }

  appendChild<Child extends SvgElement | SvgText>(child: Child): Child {
    return this.insertBefore(child, null);
  }

  insertBefore<Child extends SvgElement | SvgText>(child: Child, before: SvgElement | SvgText | null): Child {
    child.parentNode?.removeChild(child);
    child.parentNode = this;
    const at = before === null ? -1 : this.#children.indexOf(before);
    if (at === -1) this.#children.push(child);
    else this.#children.splice(at, 0, child);
    return child;
  }

  removeChild<Child extends SvgElement | SvgText>(child: Child): Child {
    const at = this.#children.indexOf(child);
    if (at !== -1) this.#children.splice(at, 1);
    child.parentNode = null;
    return child;
  }

  /** Its text as XML. The library's style sheets, which are made for pages, are left out. */
  write(out: string[]): void {
    if (this.#name === 'style') return;
    out.push('<', this.#name);
    for (const [name, value] of this.#attributes) out.push(' ', name, '="', sayAttribute(name, value), '"');
    const style = this.#style === null ? '' : Object.entries(this.#style).map(([name, value]) => `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${String(value)}`).join(';');
    if (style !== '') out.push(' style="', escapeAttribute(style), '"');
    if (this.#children.length === 0) {
      out.push('/>');
      return;
    }
    out.push('>');
    for (const child of this.#children) child.write(out);
    out.push('</', this.#name, '>');
  }
}

/** A document that charts are drawn in without a browser. */
class SvgDocument {
  readonly documentElement: SvgElement = new SvgElement(this, 'svg');

  createElementNS(_namespace: string, name: string): SvgElement {
    return new SvgElement(this, name);
  }

  createTextNode(text: string): SvgText {
    return new SvgText(text);
  }
}

export type ChartElement = SvgElement;
export type ChartDocument = SvgDocument;

/** A document for one chart. */
export function chartDocument(): ChartDocument {
  return new SvgDocument();
}

/** An element with its attributes, and with its text where it has one. */
export function svgElement(document: ChartDocument, name: string, attributes: Record<string, string | number>, text: string | null = null): ChartElement {
  const element = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== null) element.textContent = text;
  return element;
}

/** Hundredths of a px are finer than any screen or printer shows. */
function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function sayAttribute(name: string, value: Value): string {
  if (typeof value === 'number') return round(value);
  const text = String(value);
  if (name === 'transform' || name === 'd') return text.replace(/-?\d+\.\d{3,}/g, (number) => round(Number(number)));
  return escapeAttribute(text);
}

function escapeText(text: string): string {
  return /[&<>]/.test(text) ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : text;
}

function escapeAttribute(text: string): string {
  return /[&<>"]/.test(text) ? escapeText(text).replaceAll('"', '&quot;') : text;
}
