import { closeSync, fsyncSync, openSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
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
/** So much is gathered before it is written, characters. */
const atOnce = 2 ** 20;

/** The page with its program and styles in it, and without scripts of others, divided where its data belong. */
function pageOf(folder: string): [string, string] {
  const page = readFileSync(join(folder, 'index.html'), 'utf8').replace(foreignScript, '');
  let programs = 0;
  const whole = page.replace(ownFile, (_, before: string, name: string, ending: string) => {
    if (ending === 'js') programs += 1;
    return `${before}data:${types[ending]};base64,${readFileSync(join(folder, name), 'base64')}"`;
  });
  const mark = dataMark.exec(whole);
  if (mark === null || programs === 0 || !head.test(whole)) throw new Error(`The Allure report could not be made: ${basename(folder)}/index.html is not what this version puts into one file. Use the version of "allure" that package-lock.json names.`);
  return [whole.slice(0, mark.index).replace(head, `$&${placeOfData}`), whole.slice(mark.index + mark[0].length)];
}

/** The files that the page asks for, relative to the folder. */
function dataOf(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return files.filter((file) => /^(?:data|widgets)\//.test(file)).toSorted();
}

/**
 * Puts a report that is a folder into one file that opens from disk, as Allure's own option does, file by file: Allure's holds the report
 * in memory five times. A script of an analytics service, which the generator puts into each report, is left out: a report about
 * somebody's cluster tells nobody that it is read.
 *
 * @throws Error when the folder is no report as it is known here, or of the file system; the target is then untouched.
 */
export function putIntoOneFile(folder: string, target: string): void {
  const [before, behind] = pageOf(folder);
  const beside = `${target}.${process.pid}.tmp`;
  const fd = openSync(beside, 'w');
  try {
    let gathered = `${before}<script>\n`;
    for (const file of dataOf(folder)) {
      gathered += `allureReportData[${JSON.stringify(file).replaceAll('<', String.raw`\u003C`)}] = "${readFileSync(join(folder, file), 'base64')}";\n`;
      if (gathered.length < atOnce) continue;
      writeWhole(fd, gathered);
      gathered = '';
    }
    writeWhole(fd, `${gathered}window.allureReportDataReady = true;\n</script>${behind}`);
    fsyncSync(fd);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  renameSync(beside, target);
}
