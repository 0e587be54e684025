import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Lets Node keep what it compiles beside the other things that can be made again (`$XDG_CACHE_HOME/ha-acceptance`), for this process
 * and all that it starts. From the second start on no process and no thread needs the compiler of TypeScript, which takes more
 * memory than everything else together. A cache that cannot be written, and one of another version, do no harm.
 */
export function keepCompiledCode() {
  process.env.NODE_COMPILE_CACHE ??= join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ha-acceptance', 'compiled');
  // Node 20 does not know it; it only starts the pinned one.
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
}
