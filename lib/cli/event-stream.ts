import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { eventSchema } from '../record/event-schema.ts';
import type { RunWriter } from '../record/run-writer.ts';
import { scrubValue } from '../record/scrub-value.ts';
import { verdictsSchema } from '../record/verdicts-schema.ts';
import type { Verdicts } from '../record/types.ts';
import { followLines } from './follow-lines.ts';
import { toolVersion } from '../record/tool-version.ts';

/** The first line of a stream in which a run was begun. */
const started = z.object({ kind: z.literal('stream-started'), schema: z.literal(1), tool: z.string(), environment: z.string(), run: z.string(), folder: z.string() });

/** The last line of every stream. Run and folder are null when none was begun; verdicts when there are none, and `error` then says why. */
const ended = z.object({ kind: z.literal('stream-ended'), schema: z.literal(1), environment: z.string(), run: z.string().nullable(), folder: z.string().nullable(), exitCode: z.int(), error: z.string().nullable(), verdicts: verdictsSchema.nullable() });

/** A line of `run --json`. Readers leave out kinds and keys that they do not know: more may come within a schema. */
export const streamLineSchema = z.union([started, eventSchema, ended]);

/** JSON Schema of a line of `run --json`. */
export function streamJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(streamLineSchema), type: 'object' };
}

/** The events of a run as one JSON object a line, for another program. */
export interface EventStream {
  /** The run has a record: from now on its events are followed. */
  begin(writer: Pick<RunWriter, 'run' | 'folder' | 'eventsFile'>): void;
  /** Writes what is left and the last line. `error`: why there are no verdicts. */
  end(exitCode: number, error: string | null): void;
}

const pollMs = 200;

function verdictsOf(folder: string): Verdicts | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')) as Verdicts;
  } catch {
    return null;
  }
}

/**
 * Opens the stream of a run that is about to begin. Whoever reads slowly keeps nothing waiting: what it did not take yet stays in memory.
 *
 * @param out where the lines go.
 */
export function openEventStream(environment: string, out: { write(text: string): unknown } = process.stdout): EventStream {
  let begun: { run: string; folder: string; pass: () => void; timer: NodeJS.Timeout } | null = null;
  const line = (value: z.output<typeof started> | z.output<typeof ended>): void => void out.write(`${JSON.stringify(scrubValue(value))}\n`);
  return {
    begin({ run, folder, eventsFile }) {
      line({ kind: 'stream-started', schema: 1, tool: toolVersion(), environment, run, folder });
      const follower = followLines(eventsFile);
      const pass = (): void => {
        // What is no JSON was torn by a full disk; the record says so itself by a record-gap.
        for (const text of follower.read()) if (isJson(text)) out.write(`${text}\n`);
      };
      begun = { run, folder, pass, timer: setInterval(pass, pollMs) };
    },
    end(exitCode, error) {
      if (begun !== null) {
        clearInterval(begun.timer);
        begun.pass();
      }
      const verdicts = begun === null ? null : verdictsOf(begun.folder);
      const why = verdicts === null ? 'There are no verdicts; standard error says why.' : null;
      line({ kind: 'stream-ended', schema: 1, environment, run: begun?.run ?? null, folder: begun?.folder ?? null, exitCode, error: error ?? why, verdicts });
    },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
