import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import { config } from 'dotenv';
import { canBeScrubbed, registerSecret } from '../record/scrub.ts';
import type { Secret } from './environment.ts';
import { ownerProblem } from './file-trust.ts';
import { describeFile } from './problem.ts';

/** `secret`: nobody else may read the file, and the text is scrubbed from all output. `public`: nobody else may write the file. */
export type Confidentiality = 'secret' | 'public';

/** What a reference stands for, or why it stands for nothing and what to do. */
export type Resolved = { text: string } | { problem: string };

/** Resolves `env:NAME` and `file:PATH`. Null for a text that is no reference. */
export type References = (reference: string, confidentiality: Confidentiality) => Resolved | null;

/** What other users may do with a file that must not: own it, read a secret, or replace a public text that we trust. */
function exposure(path: string, confidentiality: Confidentiality): string | null {
  const stats = statSync(path);
  const { mode } = stats;
  const stranger = ownerProblem(path, stats);
  if (stranger !== null) return stranger;
  if (confidentiality === 'secret' && (mode & 0o077) !== 0) return `${describeFile(path)} holds a secret and other users may read it (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 ${describeFile(path)}`;
  if (confidentiality === 'public' && (mode & 0o022) !== 0) return `${describeFile(path)} is trusted and other users may change it (mode ${(mode & 0o777).toString(8)}). Run: chmod 644 ${describeFile(path)}`;
  return null;
}

function readReferencedFile(path: string, confidentiality: Confidentiality): Resolved {
  try {
    const exposed = exposure(path, confidentiality);
    if (exposed !== null) return { problem: exposed };
    const text = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
    return text === '' ? { problem: `${describeFile(path)} is empty. Put the text into it.` } : { text };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { problem: code === 'ENOENT' ? `the file ${describeFile(path)} does not exist. Make it, or correct the reference; a relative path starts at the folder of this file.` : `${describeFile(path)} cannot be read (${code ?? (error as Error).message}). Give your user the right to read it.` };
  }
}

/**
 * Resolves references of the environment files in a folder. Variables come from the process, then from `<folder>/.env`;
 * an empty one counts as not set. A `file:` path is relative to the folder; `~/` is your home.
 */
export function openReferences(folder: string, env: NodeJS.ProcessEnv): References {
  const dotenvFile = join(folder, '.env');
  const fromFile = config({ path: dotenvFile, processEnv: {}, quiet: true }).parsed ?? {};
  const readVariable = (name: string, confidentiality: Confidentiality): Resolved => {
    const text = env[name];
    if (text !== undefined && text !== '') return { text };
    const stored = fromFile[name];
    if (stored === undefined || stored === '') return { problem: `the environment variable ${name} is not set. Set it, or write ${name}=... into ${describeFile(dotenvFile)} (start from .env.example).` };
    const exposed = exposure(dotenvFile, confidentiality);
    return exposed === null ? { text: stored } : { problem: exposed };
  };
  return (reference, confidentiality) => {
    const [, scheme, name = ''] = /^(env|file):(.*)$/s.exec(reference) ?? [];
    if (scheme === undefined) return null;
    if (scheme === 'env' && !/^[A-Za-z_]\w*$/.test(name)) return { problem: 'is not the name of an environment variable. Write env:NAME, with letters, digits and _ only.' };
    if (scheme === 'file' && name.trim() === '') return { problem: 'names no file. Write file:PATH.' };
    const resolved = scheme === 'env' ? readVariable(name, confidentiality) : readReferencedFile(name.startsWith('~/') ? join(homedir(), name.slice(2)) : resolve(folder, name), confidentiality);
    if (confidentiality === 'public' || 'problem' in resolved) return resolved;
    if (!canBeScrubbed(resolved.text)) return { problem: 'stands for a secret shorter than 4 characters, which cannot be kept out of the record. Choose a longer one.' };
    registerSecret(resolved.text);
    return resolved;
  };
}

/** A secret that shows its reference wherever it is printed. */
export function createSecret(reference: string, text: string): Secret & { toString(): string } {
  const show = (): string => reference;
  const secret = { reference, reveal: () => text, toString: show, toJSON: show, [inspect.custom]: show };
  return secret;
}
