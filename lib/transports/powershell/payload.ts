import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A value that travels to a script as data. */
export type ScriptValue = string | number | boolean | null | readonly ScriptValue[];

/** A script for Windows PowerShell 5.1: one `param(...)` block, and one object as its output. */
export interface PowerShellScript {
  /** Its file's name, for messages. */
  name: string;
  text: string;
}

/** What is handed to a script. */
export interface ScriptCall {
  /** Drawn for each call: an answer without it is no answer of this call. */
  nonce: string;
  script: PowerShellScript;
  parameters: Readonly<Record<string, ScriptValue>>;
  /** After this time the process ends itself, whatever became of us, ms. */
  deadlineMs: number;
}

const own = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

/** The text that Windows PowerShell is started with: short, because cmd.exe cuts long lines, and the same each time. */
export const bootstrap = own('./bootstrap.ps1');
/** What runs a script and frames its answer. */
export const envelope = own('./envelope.ps1');

/**
 * The words of the command line. Each is plain to cmd.exe, to PowerShell and to a POSIX shell alike, so that it does not matter which
 * of them is the default shell of the Windows host.
 */
export const commandWords: readonly string[] = ['powershell.exe', '-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-EncodedCommand', Buffer.from(bootstrap, 'utf16le').toString('base64')];

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/**
 * What is written to standard input: nonce, length and SHA-256 of the rest, and the rest: envelope, script and parameters, each in
 * base64. Names of nodes and guests stand in the parameters' JSON and nowhere else. ASCII throughout, whatever the code page.
 */
export function payloadOf({ nonce, script, parameters, deadlineMs }: ScriptCall): string {
  const rest = [envelope, script.text, JSON.stringify({ deadlineMs: Math.max(1, Math.ceil(deadlineMs)), parameters })].map(base64).join('.');
  return `${nonce} ${rest.length} ${createHash('sha256').update(rest).digest('hex').toUpperCase()} ${rest}\n`;
}
