import { styleText } from 'node:util';
import { Command } from 'commander';
import { loadEnvironment } from '../environment/load.ts';
import type { Finding } from '../safety/invariants.ts';
import { calibrationFinding, calibrationHelp } from './calibrate.ts';
import { certificateFindings } from './certificates.ts';
import { codeOf, exitCode } from './exit-code.ts';
import { enterLab } from './inside-lab.ts';
import { openTargetToRead, whatIsOpen } from './mend-earlier.ts';
import { remedyUnderOtherIdentity, wordsUnderOtherIdentity } from './other-identity.ts';
import { environmentsFolder } from './places.ts';
import { allFindings } from './preflight.ts';
import { complain, printable, sayJson } from './say.ts';

interface CheckOptions {
  env: string;
  json?: boolean;
}

function mark(ok: boolean | null): string {
  if (ok === true) return styleText('green', 'ok  ');
  return ok === null ? styleText('yellow', '?   ') : styleText('red', 'BAD ');
}

function printTable(findings: readonly Finding[]): void {
  const width = Math.max(...findings.map((finding) => finding.title.length));
  for (const { ok, title, detail, remedy } of findings) {
    process.stdout.write(`${mark(ok)} ${printable(`${title.padEnd(width)}  ${detail}`)}\n`);
    if (ok !== true) process.stdout.write(`     ${styleText('bold', 'what to do:')} ${printable(remedy)}\n`);
  }
}

async function check({ env, json }: CheckOptions): Promise<number> {
  const inLab = await enterLab(env, { startLab: false, keepLab: true });
  if (inLab !== null) return inLab;
  const environment = loadEnvironment(env, { folder: environmentsFolder() });
  const { signal } = new AbortController();
  const certificates = await certificateFindings(environment, signal);
  const { hypervisor, identity } = await openTargetToRead(environment, signal).catch((error: unknown) => {
    // Nobody gets further than this before the certificates are accepted: all of them are shown at once.
    if (json !== true) printTable(certificates);
    throw error;
  });
  try {
    const open = whatIsOpen(environment);
    const journal: Finding = {
      title: 'no earlier run left something undone',
      ok: open.length === 0,
      detail: open.join('; ') || 'no open journal entry',
      remedy: `npx --no ha-acceptance restore --env ${env}`,
    };
    const elsewhere = wordsUnderOtherIdentity(environment);
    const identities: Finding = { title: 'nothing is open under another identity', ok: elsewhere.length === 0, detail: elsewhere.join('; ') || 'no open journal entry of this environment under another one', remedy: remedyUnderOtherIdentity(environment) };
    const right: Finding = { title: 'it is the right cluster', ok: true, detail: `${identity.name}, identity ${identity.identity} (${identity.source})`, remedy: '' };
    const findings = [right, journal, identities, ...certificates, ...(await allFindings(environment, hypervisor, signal)), ...(await calibrationFinding(environment, signal))];
    const ready = findings.every((finding) => finding.ok === true);
    if (json === true) sayJson({ schema: 1, environment: env, ready, identity, findings });
    else {
      printTable(findings);
      process.stdout.write(ready ? `\n${env} is ready.\n` : `\n${env} is not ready: see what to do above.\n`);
    }
    return ready ? exitCode.pass : exitCode.refused;
  } finally {
    await hypervisor.close();
  }
}

/** `ha-acceptance check` */
export function checkCommand(): Command {
  return new Command('check')
    .description('read-only preflight: every finding with its remedy; reports an open journal and does not mend')
    .requiredOption('--env <name>', 'environment, the name of a file in environments/')
    .option('--json', 'print one JSON document')
    .addHelpText('after', `\n${calibrationHelp}\n\nExample:\n  $ npx --no ha-acceptance check --env prod-a\n\nExit code: 0 ready, 3 not ready or unreachable, 64 wrong input.`)
    .action(async (options: CheckOptions) => {
      process.exitCode = await check(options).catch((error: Error) => {
        complain(error.message);
        return codeOf(error);
      });
    });
}
