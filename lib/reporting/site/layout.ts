import { htmlPage } from '../document.ts';
import { escapeHtml } from '../html.ts';

/** Where a page stands among the others. */
export interface Place {
  /** The environments that have a page of trends. */
  environments: readonly string[];
  /** The path of the page itself. */
  path: string;
}

const style = `
header ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; list-style: none; padding: 0; margin: 0 0 1rem; border-bottom: 1px solid #bbb; padding-bottom: 0.5rem; }
a { color: #0b4a8f; } [aria-current] { font-weight: 700; color: #111; text-decoration: none; }
:focus-visible { outline: 3px solid #0b4a8f; outline-offset: 2px; }
.skip { position: absolute; left: -9999px; } .skip:focus { position: static; }
fieldset { border: 1px solid #bbb; margin: 1rem 0; padding: 0.6rem 1rem; } label { margin-right: 0.4rem; }
input[type=text] { font: inherit; width: 18rem; max-width: 100%; } button { font: inherit; padding: 0.25rem 1rem; }
input[type=checkbox] { width: 1.2rem; height: 1.2rem; } caption { text-align: left; padding: 0.2rem 0; } td.tick { text-align: center; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; } dd { margin: 0; overflow-wrap: anywhere; } dt { font-weight: 600; }
main { overflow-wrap: anywhere; } form table { width: 100%; } form th, form td { overflow-wrap: normal; } form tbody th { font-weight: 400; white-space: nowrap; }`;

/** A link; both are text. */
export function link(href: string, text: string, current = false): string {
  return `<a href="${escapeHtml(href)}"${current ? ' aria-current="page"' : ''}>${escapeHtml(text)}</a>`;
}

/** The path of the page of an environment's trends. */
export function trendsPath(environment: string): string {
  return `/trends/${encodeURIComponent(environment)}`;
}

/** The path of a run's page. */
export function runPath(environment: string, id: string): string {
  return `/runs/${encodeURIComponent(environment)}/${encodeURIComponent(id)}`;
}

/** A page of the site with its landmarks: a way past the navigation, the navigation, the content. `title` is text, `body` is HTML. */
export function sitePage(title: string, body: string, { environments, path }: Place): string {
  const links = [link('/', 'Runs', path === '/'), ...environments.map((environment) => link(trendsPath(environment), `Trends of ${environment}`, path === trendsPath(environment)))];
  const header = `<header><a class="skip" href="#content">Skip to the content</a><nav aria-label="Pages"><ul>${links.map((one) => `<li>${one}</li>`).join('')}</ul></nav></header>`;
  return htmlPage(title, `${header}\n<main id="content" tabindex="-1"><h1>${escapeHtml(title)}</h1>\n${body}</main>`, style);
}

/** A page that says what cannot be done and leads back. */
export function refusalPage(title: string, message: string, place: Place): string {
  return sitePage(title, `<p class="warning" role="alert">${escapeHtml(message)}</p><p>${link('/', 'Back to the runs')}</p>`, place);
}
