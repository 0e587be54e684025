import { Command } from 'commander';
import { resolveRun } from '../record/run-folder.ts';
import { verifyAudit } from '../safety/audit.ts';
import { codeOf, exitCode } from './exit-code.ts';
import { reportsFolder } from './places.ts';
import { complain, say, sayJson } from './say.ts';

function verify(run: string, json: boolean): number {
  const { lines, head, torn, problems } = verifyAudit(resolveRun(run, reportsFolder()));
  if (json) sayJson({ schema: 1, run, lines, head, torn, problems });
  else {
    say(problems.length === 0 ? `the chain holds: ${lines} line(s), head ${head}` : 'THE AUDIT LOG WAS ALTERED OR IS DAMAGED:');
    for (const line of [...problems, ...torn]) say(`  ${line}`);
  }
  return problems.length === 0 ? exitCode.pass : exitCode.fail;
}

/** `ha-acceptance audit` */
export function auditCommand(): Command {
  const command = new Command('audit').description('who did what to which cluster, when, from where and by which permission');
  command
    .command('verify <run>')
    .description('verify the hash chain of a run\'s audit log')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  $ npx --no ha-acceptance audit verify lab/latest\n\nExit code: 0 the chain holds, 1 it does not.')
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
