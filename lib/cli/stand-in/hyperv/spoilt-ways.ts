import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Played, PlayedCall } from '../../../transports/testing/windows-node.ts';

/**
 * The ways to nodes and host as a test spoils them by files in the stand-in's folder. Both are done once, behind what was carried out:
 * `lose-<script>[-<action>]` has the connection break, and `freeze-<script>` has the node that is the target of it answer nothing from
 * then on, until the test removes the file `frozen`.
 */
export interface SpoiltWays {
  isFrozen(node: string): boolean;
  /** Whether the connection breaks behind this, by the script and its action. */
  loses: (asked: string) => boolean;
  /** What comes of the answer to a script that was carried out. */
  spoil(script: string, call: PlayedCall, answer: Played): Played;
}

export function spoiltWays(folder: string): SpoiltWays {
  const frozen = join(folder, 'frozen');
  const take = (file: string): boolean => {
    const path = join(folder, file);
    if (!existsSync(path)) return false;
    rmSync(path);
    return true;
  };
  const loses = (asked: string): boolean => take(`lose-${asked.replaceAll(' ', '-')}`);
  return {
    isFrozen: (node) => existsSync(frozen) && readFileSync(frozen, 'utf8') === node,
    loses,
    spoil: (script, { parameters }, answer) => {
      if (take(`freeze-${script}`)) writeFileSync(frozen, String(parameters['Target']));
      return loses(script) ? 'drop' : answer;
    },
  };
}
