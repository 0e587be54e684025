/** What the site answers with; the server adds the headers that all answers share. */
export interface Answer {
  status: number;
  /** Content type. */
  type: string;
  body: string | Buffer;
  /** Content-Security-Policy. */
  policy: string;
}

/** A page of our own: no script at all, nothing from elsewhere, forms go to us only. */
const ownPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * Allure's report, a program in one file: it may run and keep its settings in the browser, for which it must be of our origin. It may
 * load, frame and open nothing, so it has no way to read the rest of the site or to tell anybody.
 */
const programPolicy = "sandbox allow-scripts allow-same-origin allow-downloads; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' data: blob:; style-src 'unsafe-inline' data:; img-src data: blob:; font-src data:; connect-src data: blob:; media-src data: blob:; frame-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Any other file of a record: it has nothing to run. */
const filePolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** A page of the site. */
export function pageAnswer(status: number, body: string): Answer {
  return { status, type: 'text/html; charset=utf-8', body, policy: ownPolicy };
}

/** A file out of a record or a report. */
export function fileAnswer(type: string, body: Buffer): Answer {
  return { status: 200, type, body, policy: type.startsWith('text/html') ? programPolicy : filePolicy };
}
