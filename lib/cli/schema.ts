import { Argument, Command } from 'commander';
import { environmentJsonSchema } from '../environment/shape.ts';
import { streamJsonSchema } from './event-stream.ts';
import { runJsonSchema } from '../record/run-schema.ts';
import { verdictsJsonSchema } from '../record/verdicts-schema.ts';
import { comparisonJsonSchema } from '../reporting/comparison/comparison-schema.ts';
import { historyJsonSchema } from '../reporting/history/history-schema.ts';

const schemas = { environment: environmentJsonSchema, run: runJsonSchema, verdicts: verdictsJsonSchema, comparison: comparisonJsonSchema, history: historyJsonSchema, stream: streamJsonSchema } as const;

/** `ha-acceptance schema` */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('print the JSON Schema of the environment file, run.json, verdicts.json, comparison.json, history.json, or a line of run --json (stream)')
    .addArgument(new Argument('<name>', 'what to describe').choices(Object.keys(schemas)))
    .addHelpText('after', '\nExample:\n  $ npx --no ha-acceptance schema environment > environment.schema.json')
    .action((name: keyof typeof schemas) => {
      process.stdout.write(`${JSON.stringify(schemas[name](), null, 2)}\n`);
    });
}
