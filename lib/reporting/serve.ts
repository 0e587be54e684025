import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { escapeHtml } from './html.ts';

/** A report, one file, under the name of its run. */
export interface ServedReport {
  name: string;
  file: string;
}

export interface ReportServer {
  url: string;
  /** Fulfilled when the server was closed, by SIGINT, SIGTERM or `close`. */
  closed: Promise<void>;
  close(): void;
}

/** Serves reports on a free port of the loopback address, for this machine only: the only one as the start page, several under a list. */
export async function serveReports(reports: readonly ServedReport[]): Promise<ReportServer> {
  const list = `<!doctype html><meta charset="utf-8"><title>Reports</title><ul>${reports.map(({ name }, index) => `<li><a href="/${index + 1}">${escapeHtml(name)}</a></li>`).join('')}</ul>`;
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const asked = path === '/' && reports.length === 1 ? reports[0] : reports[Number(path.slice(1)) - 1];
    const answer = (status: number, body: string | Buffer): void => {
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(body);
    };
    if (asked === undefined) answer(path === '/' ? 200 : 404, list);
    else readFile(asked.file).then((content) => answer(200, content), (error: Error) => answer(404, escapeHtml(error.message)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  const closed = new Promise<void>((resolve) => server.once('close', resolve));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, closed, close };
}
