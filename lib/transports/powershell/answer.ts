import { z } from 'zod';
import { quote } from '../../record/scrub.ts';
import type { ExecResult } from '../ssh.ts';
import { readableErrors } from './clixml.ts';
import { unwrapArrays } from './json51.ts';
import { PowerShellError } from './powershell-error.ts';

/** What a script gave. */
export interface ScriptAnswer {
  data: unknown;
  /** The name that the machine has for itself. */
  computer: string;
  /** The machine's clock when it began. */
  utc: Date;
  ms: number;
  /** What the host wrote beside its answer, for the log. */
  noise: string[];
}

/** Exit status of the bootstrap when what it read is not what was sent. */
const damagedStatus = 97;
/** Exit status of a process that ended itself at its deadline. */
const deadlineStatus = 96;
/** "not recognized" of cmd.exe, "not found" of a POSIX shell. */
const noPowerShell = new Set([9009, 127]);
/** So much of the noise stands in a message, characters. */
const shownCharacters = 400;

const shape = z.object({
  v: z.literal(1),
  ok: z.boolean(),
  host: z.string(),
  utc: z.iso.datetime(),
  data: z.unknown(),
  error: z.object({ type: z.string(), hresult: z.string(), id: z.string(), category: z.string(), message: z.string(), line: z.number() }).nullable(),
});

function whyNothing(code: number, said: string): string {
  if (code === deadlineStatus) return 'it ended itself at its deadline';
  if (noPowerShell.has(code)) return `powershell.exe was not found there (status ${code}): is it a Windows host?`;
  return `it ended with status ${code}${said === '' ? ' and said nothing' : `, saying: ${said}`}`;
}

/**
 * The answer in what a command printed. Only a whole frame with this call's nonce counts; exit status and standard error prove
 * nothing: the default shell of the host may flatten the one, and progress stands in the other.
 *
 * @throws PowerShellError when the script threw, or when there is no such frame.
 */
export function readAnswer(result: ExecResult, { nonce, host, script }: { nonce: string; host: string; script: string }): ScriptAnswer {
  const noise = readableErrors(result.stderr);
  const frames = [...result.stdout.matchAll(new RegExp(`<<<${nonce}:(?:(damaged)|(\\d+):([A-Za-z0-9+/=\\s]*))>>>`, 'g'))];
  const outside = frames.reduce((text, [frame]) => text.replace(frame, ''), result.stdout).trim();
  if (outside !== '') noise.push(...outside.split(/\r?\n/));
  const said = quote(noise.join(' '), shownCharacters);
  const [frame] = frames;
  if (frame?.[1] === 'damaged' || (frame === undefined && result.code === damagedStatus)) throw new PowerShellError('not-run', host, script, `"${script}" did not reach ${host} whole and was not run.`, { noise });
  const text = frame?.[3]?.replaceAll(/\s/g, '');
  if (text === undefined || frames.length !== 1 || text.length !== Number(frame?.[2])) {
    const why = frame === undefined ? whyNothing(result.code, said) : 'its answer is torn';
    throw new PowerShellError('no-answer', host, script, `"${script}" on ${host} gave no answer: ${why}. What it did is unknown: read the state again.`, { noise });
  }
  let read: z.output<typeof shape>;
  try {
    read = shape.parse(JSON.parse(Buffer.from(text, 'base64').toString('utf8')));
  } catch (error) {
    throw new PowerShellError('shape', host, script, `"${script}" on ${host} answered something that is not understood. What it did is unknown: read the state again.`, { noise, cause: error });
  }
  if (!read.ok || read.error !== null) {
    const failure = read.error ?? { type: '', hresult: '', id: '', category: '', message: 'it says that it failed, and not why', line: 0 };
    throw new PowerShellError('failed', host, script, `"${script}" on ${host} failed: ${failure.message} (${[failure.category, failure.hresult, failure.id].filter((part) => part !== '').join(', ')}; line ${failure.line})`, { failure, noise });
  }
  return { data: unwrapArrays(read.data), computer: read.host, utc: new Date(read.utc), ms: result.ms, noise };
}
