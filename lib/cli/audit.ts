import { Command } from 'commander';
import { verifyAudit } from '../safety/audit.ts';
import { compareWithWitnesses } from '../safety/audit-witnesses.ts';
import { codeOf, exitCode } from './exit-code.ts';
import { findRun } from './find-run.ts';
import { complain, say, sayJson } from './say.ts';

/** What `audit verify` finds. */
export interface AuditFindings {
  lines: number;
  head: string;
  torn: string[];
  problems: string[];
  explained: string[];
}

/** The chain in itself, and the log beside what else says what was done. */
export function auditFindings(runFolder: string): AuditFindings {
  const { problems: broken, ...chain } = verifyAudit(runFolder);
  const { problems: missing, explained } = compareWithWitnesses(runFolder);
  return { ...chain, problems: [...broken, ...missing], explained };
}

function verify(run: string, json: boolean): number {
  const { lines, head, torn, problems, explained } = auditFindings(findRun(run));
  if (json) sayJson({ schema: 1, run, lines, head, torn, problems, explained });
  else {
    say(problems.length === 0 ? `the chain holds: ${lines} line(s), head ${head}; journal, events and verdicts of the run have nothing that it lacks` : 'THE AUDIT LOG WAS ALTERED OR IS DAMAGED (a line may also be missing because the disk was full; the run said so then):');
    for (const line of [...problems, ...torn, ...explained]) say(`  ${line}`);
  }
  return problems.length === 0 ? exitCode.pass : exitCode.fail;
}

/** `ha-acceptance audit` */
export function auditCommand(): Command {
  const command = new Command('audit').description('who did what to which cluster, when, from where and by which permission');
  command
    .command('verify <run>')
    .description('verify the hash chain of a run\'s audit log, and that it lacks nothing that the rest of the record has')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  $ npx --no ha-acceptance audit verify lab/latest\n\nExit code: 0 the log is whole, 1 it is not, 64 there is no such run.')
    .action((run: string, { json }: { json?: boolean }) => {
      try {
        process.exitCode = verify(run, json ?? false);
      } catch (error) {
        complain((error as Error).message);
        process.exitCode = codeOf(error);
      }
    });
  return command;
}
