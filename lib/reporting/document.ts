import { stampSimulated } from './charts/svg.ts';
import { escapeHtml, htmlTable } from './html.ts';
import { escapeMarkdown, markdownTable } from './markdown.ts';

/** A drawing and the file name that it gets beside a Markdown document. */
export interface DocumentChart {
  name: string;
  title: string;
  svg: string;
}

/** A part of a document for people; every text is plain text. */
export type Block =
  | { heading: string }
  | { text: string }
  | { warning: string }
  | { list: readonly string[] }
  | { table: { head: readonly string[]; rows: readonly (readonly string[])[] } }
  | { chart: DocumentChart }
  | { command: string };

/** A document that is shown as HTML and as Markdown. */
export interface Document {
  title: string;
  blocks: readonly Block[];
}

/** The document as Markdown; charts are files below `charts/` beside it. */
export function documentMarkdown({ title, blocks }: Document): string {
  const parts = blocks.map((block) => {
    if ('heading' in block) return `## ${escapeMarkdown(block.heading)}\n`;
    if ('text' in block) return `${escapeMarkdown(block.text)}\n`;
    if ('warning' in block) return `**${escapeMarkdown(block.warning)}**\n`;
    if ('list' in block) return block.list.length === 0 ? '' : `${block.list.map((item) => `- ${escapeMarkdown(item)}`).join('\n')}\n`;
    if ('table' in block) return markdownTable(block.table.head, block.table.rows);
    if ('chart' in block) return `![${escapeMarkdown(block.chart.title)}](charts/${encodeURI(block.chart.name)})\n`;
    return `    ${block.command.replace(/\s+/g, ' ')}\n`;
  });
  return [`# ${escapeMarkdown(title)}\n`, ...parts.filter((part) => part !== '')].join('\n');
}

const style = `
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, "DejaVu Sans", Arial, sans-serif; color: #111; background: #fff; max-width: 1040px; margin: 1.5rem auto 4rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.3; } h2 { font-size: 1.15rem; margin-top: 2.2rem; border-bottom: 1px solid #bbb; }
.table { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.86rem; margin: 0.6rem 0; }
th, td { border: 1px solid #bbb; padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; overflow-wrap: break-word; min-width: 3rem; } th { background: #eee; }
.warning { border-left: 6px solid #b00020; background: #f6f0f0; padding: 0.5rem 0.8rem; font-weight: 600; }
figure { margin: 1rem 0; } svg { max-width: 100%; height: auto; } pre { background: #f2f2f2; padding: 0.6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { body { max-width: none; } figure, tr { break-inside: avoid; } }`;

/** An SVG file as a part of a page: without its XML head, its ids made its own. */
function inline(svg: string, index: number): string {
  return svg.slice(svg.indexOf('<svg')).replaceAll('chart-title', `chart-title-${index}`).replaceAll('chart-description', `chart-description-${index}`);
}

/** The blocks of a document as HTML, without what is around them. */
export function blocksHtml(blocks: readonly Block[]): string {
  return blocks.map((block, index) => {
    if ('heading' in block) return `<h2>${escapeHtml(block.heading)}</h2>`;
    if ('text' in block) return `<p>${escapeHtml(block.text)}</p>`;
    if ('warning' in block) return `<p class="warning">${escapeHtml(block.warning)}</p>`;
    if ('list' in block) return block.list.length === 0 ? '' : `<ul>${block.list.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
    if ('table' in block) return block.table.rows.length === 0 ? '' : `<div class="table">${htmlTable(block.table.head, block.table.rows)}</div>`;
    if ('chart' in block) return `<figure>${inline(block.chart.svg, index)}</figure>`;
    return `<pre>${escapeHtml(block.command)}</pre>`;
  }).join('\n');
}

/** A page that needs nothing else: no script, no network, its styles in it. `title` is text, `body` is HTML. */
export function htmlPage(title: string, body: string, moreStyle = ''): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${escapeHtml(title)}</title><style>${style}${moreStyle}</style></head>
<body>${body}
</body></html>
`;
}

/** The document as one HTML file that needs nothing else: no script, no network, styles and charts in it. */
export function documentHtml({ title, blocks }: Document): string {
  return htmlPage(title, `<main><h1>${escapeHtml(title)}</h1>\n${blocksHtml(blocks)}</main>`);
}

/** The charts of a document. */
export function chartsOf({ blocks }: Document): DocumentChart[] {
  return blocks.flatMap((block) => ('chart' in block ? [block.chart] : []));
}

/** The document with a stamp on each chart that says that no real cluster stands behind it. */
export function stampedDocument({ title, blocks }: Document): Document {
  return { title, blocks: blocks.map((block) => ('chart' in block ? { chart: { ...block.chart, svg: stampSimulated(block.chart.svg) } } : block)) };
}
