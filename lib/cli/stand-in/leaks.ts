import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Shortest run of base64 that is taken apart, characters. */
const shortestEncoded = 16;
/** How deep an encoding inside an encoding is followed: a JSON document in an attachment in a report is two. */
const deepest = 3;

/** The middle of a text in base64, at each of the three places at which it may begin; the same for base64url. */
function encodedMiddles(core: string): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), Buffer.from(core)]).toString('base64');
    const middle = whole.slice(shift === 0 ? 0 : 4, -4);
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Whether a core of a secret stands in a text: plain, in base64, in hexadecimal, or backwards into any base64 inside it. */
function standsIn(text: string, needles: readonly string[], depth: number): boolean {
  if (needles.some((needle) => text.includes(needle))) return true;
  if (depth >= deepest) return false;
  const encoded = text.match(new RegExp(`[A-Za-z0-9+/_-]{${shortestEncoded},}`, 'g')) ?? [];
  return encoded.some((run) => [0, 1, 2, 3].some((skip) => standsIn(Buffer.from(run.slice(skip), 'base64').toString('latin1'), needles, run.length > 2000 ? depth + 1 : deepest)));
}

/**
 * Cores that stand in a text, whatever writing surrounds them. A core is a part of a secret that no escaping changes:
 * letters and figures, at least 8, that occur nowhere else.
 */
export function leaksIn(text: string, cores: readonly string[]): string[] {
  return cores.filter((core) => standsIn(text, [core, ...encodedMiddles(core), Buffer.from(core).toString('hex')], 0));
}

/** Files below a folder; links to others are not followed. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

/** `file: core` for each core that stands in a file below these folders, or in its name. */
export function leaksBelow(folders: readonly string[], cores: readonly string[]): string[] {
  return folders.flatMap((folder) => filesBelow(folder).flatMap((path) => leaksIn(`${path}\n${readFileSync(path, 'latin1')}`, cores).map((core) => `${relative(folder, path)}: ${core}`)));
}
