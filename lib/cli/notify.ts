import { basename, dirname, join } from 'node:path';
import type { Environment, Secret } from '../environment/environment.ts';
import { runsOf } from '../record/run-folder.ts';
import type { Verdicts } from '../record/types.ts';
import { readJudgedRun } from '../reporting/judged-run.ts';
import type { JudgedRun } from '../reporting/judged-run.ts';
import { verdictNotice } from '../reporting/verdict-change.ts';
import { complain, say } from './say.ts';

/** How far back an earlier run of the same kind is looked for. */
const lookBack = 50;

function sameKind(one: JudgedRun, other: JudgedRun): boolean {
  const kind = ({ description: { profile, suites } }: JudgedRun): string => JSON.stringify([profile, suites.toSorted()]);
  return kind(one) === kind(other);
}

/** The newest run before this one, of the same environment, profile and rows; null: there is none that can be read. */
function runBefore(run: JudgedRun): Verdicts | null {
  const environmentFolder = dirname(run.folder);
  const earlier = runsOf(dirname(environmentFolder), basename(environmentFolder)).filter((id) => id < basename(run.folder)).toReversed().slice(0, lookBack);
  for (const id of earlier) {
    try {
      const other = readJudgedRun(join(environmentFolder, id));
      if (sameKind(run, other)) return other.verdicts;
    } catch {
      continue;
    }
  }
  return null;
}

function revealed<Name extends string>(secrets: { [name in Name]?: Secret }): { [name in Name]?: string } {
  return Object.fromEntries(Object.entries<Secret | undefined>(secrets).flatMap(([name, secret]) => (secret === undefined ? [] : [[name, secret.reveal()]]))) as { [name in Name]?: string };
}

/**
 * Tells those that the environment names how the run in this folder ended, when its verdict changed (or always, where it says so).
 * Who cannot be told is said and changes nothing: this never throws.
 *
 * @param notRestored what could not be mended; that is always told.
 */
export async function notifyOfVerdict({ notify }: Pick<Environment, 'notify'>, folder: string, notRestored: string | null): Promise<void> {
  if (notify === undefined) return;
  try {
    const run = readJudgedRun(folder);
    const notice = verdictNotice(run.verdicts, runBefore(run), notRestored);
    if (!notice.changed && notify.on !== 'always') return;
    const { webhook, mail } = notify;
    const told: [string, () => Promise<void>][] = [];
    if (webhook !== undefined) {
      const { postWebhook } = await import('../transports/webhook.ts');
      const { url, ...others } = webhook;
      told.push(['webhook', async () => postWebhook({ url: url.reveal(), ...revealed(others) }, notice)]);
    }
    if (mail !== undefined) {
      const { sendMail } = await import('../transports/mail.ts');
      const { server, from, to, ...secrets } = mail;
      told.push([`mail to ${to.join(', ')}`, async () => sendMail({ server, ...revealed(secrets) }, { from, to, subject: notice.subject, text: notice.text })]);
    }
    await Promise.all(told.map(async ([name, tell]) => tell().then(() => say(`told:    ${name}`), (error: Error) => complain(`Not told: ${name}. ${error.message}`))));
  } catch (error) {
    complain(`Nobody was told how the run ended: ${(error as Error).message}`);
  }
}
