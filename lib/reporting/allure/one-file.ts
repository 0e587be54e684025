import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeWhole } from '../../record/write-whole.ts';

/** A script that is loaded from another place than the report itself. */
const foreignScript = /<script\b[^>]*\bsrc="https?:\/\/[^"]*"[^>]*><\/script>/g;
/** A program or styles that lie beside the page. */
const ownFile = /(<(?:script|link)\b[^>]*?\b(?:src|href)=")([\w-]+\.(js|css))"/g;
const head = /<head\b[^>]*>/;
/** The program asks for its data as soon as it runs, and over the network where it finds no place for them: that is there before the program. */
const placeOfData = '<script>window.allureReportData = {};</script>';
/** Where the page says that its data are to be asked for. */
const dataMark = /<script async>\s*window\.allureReportDataReady = true;\s*<\/script>/;
const types: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css' };
/** What the page asks for, behind the name of the plugin that made it. */
const dataPath = /^[^/]+\/((?:data|widgets)\/.*)$/s;
const besidePage = /^[^/]+\/([\w-]+\.(?:html|js|css))$/;
/** So much is gathered before it is written, characters. */
const atOnce = 2 ** 20;

/** The page with its program and styles in it, and without scripts of others, divided where its data belong. */
function pageOf(files: ReadonlyMap<string, Buffer>): [string, string] {
  const page = (files.get('index.html')?.toString('utf8') ?? '').replace(foreignScript, '');
  let programs = 0;
  const whole = page.replace(ownFile, (all, before: string, name: string, ending: string) => {
    const file = files.get(name);
    if (file === undefined) return all;
    if (ending === 'js') programs += 1;
    return `${before}data:${types[ending]};base64,${file.toString('base64')}"`;
  });
  const mark = dataMark.exec(whole);
  if (mark === null || programs === 0 || !head.test(whole)) throw new Error('Allure made no page, or one that is not what this version puts into one file. Use the version of "@allurereport/plugin-awesome" that package-lock.json names.');
  return [whole.slice(0, mark.index).replace(head, `$&${placeOfData}`), whole.slice(mark.index + mark[0].length)];
}

/** Takes the files of a report as Allure makes them. */
export interface OneFile {
  /** @param path of the file in the report, below the name of the plugin that made it. */
  addFile(path: string, data: Buffer): Promise<string>;
  /** Puts the report in its place. @throws Error when this is no report as it is known here, or of the file system; the target is then untouched. */
  finish(): void;
}

/** Appends the whole of a file to an open one. */
function appendFile(to: number, file: string): void {
  const chunk = Buffer.allocUnsafe(atOnce);
  const from = openSync(file, 'r');
  try {
    for (let got = readSync(from, chunk); got > 0; got = readSync(from, chunk)) writeWhole(to, chunk.subarray(0, got));
  } finally {
    closeSync(from);
  }
}

/**
 * Begins a report that opens from disk as one file, as Allure's own option makes it, which holds the report in memory five times. A script
 * of an analytics service, which the generator puts into each report, is left out: a report about somebody's cluster tells nobody that it
 * is read.
 *
 * @param scratch a folder for what is there before the page is.
 */
export function beginOneFile(target: string, scratch: string): OneFile {
  const files = new Map<string, Buffer>();
  const dataFile = join(scratch, `${basename(target)}.data`);
  const data = openSync(dataFile, 'w');
  let gathered = '';
  const flush = (): void => {
    writeWhole(data, gathered);
    gathered = '';
  };
  return {
    async addFile(path, content) {
      const [, name] = dataPath.exec(path) ?? [];
      const [, beside] = besidePage.exec(path) ?? [];
      if (name !== undefined) gathered += `allureReportData[${JSON.stringify(name).replaceAll('<', String.raw`\u003C`)}] = "${content.toString('base64')}";\n`;
      else if (beside !== undefined) files.set(beside, content);
      if (gathered.length >= atOnce) flush();
      return path;
    },
    finish() {
      flush();
      closeSync(data);
      const [before, behind] = pageOf(files);
      const whole = `${target}.${process.pid}.tmp`;
      const fd = openSync(whole, 'w');
      try {
        writeWhole(fd, `${before}<script>\n`);
        appendFile(fd, dataFile);
        writeWhole(fd, `window.allureReportDataReady = true;\n</script>${behind}`);
        fsyncSync(fd);
      } catch (error) {
        rmSync(whole, { force: true });
        throw error;
      } finally {
        closeSync(fd);
      }
      renameSync(whole, target);
    },
  };
}
