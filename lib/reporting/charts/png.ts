import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { writeAtomically } from '../../record/atomic-file.ts';

/** Twice the size in px that the SVG says: sharp in a slide and on paper. */
const scale = 2;

/** The charts' own font travels with us, so that a machine without any draws the same; what it lacks, the machine's fonts give. */
const family = 'DejaVu Sans';
const fontFiles = [import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'), import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')].map((url) => fileURLToPath(url));

/**
 * A chart as PNG on white.
 *
 * @param loadSystemFonts whether the machine's own fonts help where ours lacks a character.
 * @throws Error when the text is no SVG.
 */
export function renderPng(svg: string, loadSystemFonts = true): Buffer {
  const image = new Resvg(svg, { background: 'white', fitTo: { mode: 'zoom', value: scale }, font: { fontFiles, loadSystemFonts, defaultFontFamily: family, sansSerifFamily: family } });
  return image.render().asPng();
}

/** Draws each SVG of a folder once more as PNG beside it. Returns the files that were written, absolute. */
export function writePngs(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.svg')).toSorted().map((name) => {
    const file = join(folder, `${name.slice(0, -'.svg'.length)}.png`);
    writeAtomically(file, renderPng(readFileSync(join(folder, name), 'utf8')));
    return file;
  });
}
