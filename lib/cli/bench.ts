import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder } from '../lab/paths.ts';

/**
 * The benchmark: `npm run bench`, or parts of it: `npm run bench -- accuracy gaps scale storage reports cold-start`, or of the first and the
 * third some tools, by parts of their names: `npm run bench -- scale --only native --only "C program"`. What sends packets runs
 * in a network and process namespace of its own, which ends with it, so that nothing is left behind, however it ends.
 */
const parts = {
  accuracy: { title: 'how exactly outages are measured, about 5 minutes', script: './bench/accuracy.ts', full: ['1000', '1,5,10,20'], quick: ['100', '10'], own: true, tools: true },
  gaps: { title: 'how evenly probes are sent, and false losses, about 4 minutes', script: './bench/gaps.ts', full: ['10', '1000000'], quick: ['3', '50000'], own: true, tools: false },
  scale: { title: 'what it costs, about 8 minutes', script: './bench/scale.ts', full: ['10', '1000'], quick: ['4', '100'], own: true, tools: true },
  storage: { title: 'what a day of samples takes, about 5 minutes', script: './bench/storage.ts', full: ['24'], quick: ['1'], own: false, tools: false },
  reports: { title: 'what the reports of a big run take, less than a minute', script: './bench/reports.ts', full: ['1000'], quick: ['100'], own: false, tools: false },
  'cold-start': { title: 'how soon the lab is up, about 5 minutes', script: '../lab/bench-cold-start.ts', full: [], quick: ['--starts', '1'], own: false, tools: false },
} as const;
type Part = keyof typeof parts;

const isPart = (name: string): name is Part => name in parts;

function refuse(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

const help = `Usage: npm run bench -- [part ...] [--quick] [--only <tool>]

Measures this prober beside the other ways of pinging, by the kernel's own account, and what storage, reports and the lab cost.
Without a part: all of them. It needs root on Linux; everything it makes ends with it.

Parts:
${Object.entries(parts).map(([name, { title }]) => `  ${name.padEnd(11)} ${title}`).join('\n')}

Options:
  --quick        few samples: shows that all works; its figures are rough
  --only <tool>  of accuracy and scale these tools alone, by parts of their names; may be repeated
  -h, --help     this text

Examples:
  npm run bench
  npm run bench -- accuracy gaps
  npm run bench -- scale --only native --only "C program"
  npm run bench -- --quick

Exit codes: 0 measured, 64 wrong arguments, 69 this machine cannot measure, 70 a part broke off.
`;

function readArguments(): { positionals: string[]; values: { quick: boolean; only: string[]; help: boolean } } {
  try {
    return parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true, default: [] }, help: { type: 'boolean', short: 'h', default: false } } });
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : String(error)}\n\n${help}`, 64);
  }
}

const { values, positionals } = readArguments();
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const unknown = positionals.find((name) => !isPart(name));
if (unknown !== undefined) refuse(`There is no part "${unknown}". Name any of: ${Object.keys(parts).join(', ')}; none for all. --quick takes few samples: it shows that all works, its figures are rough.`, 64);
if (process.platform !== 'linux' || process.getuid?.() !== 0) refuse('The benchmark needs root on Linux: it makes a network namespace of its own and puts a program into the kernel that drops packets there.', 69);

/** As the command itself has it (compiled-code.mjs). */
const env = { ...process.env, NODE_COMPILE_CACHE: join(cacheFolder(), 'compiled') };
const wanted = positionals.length === 0 ? Object.keys(parts) : positionals;
/** First line of what a program says of its version; "missing" without it. */
function versionOf(...argv: [string, ...string[]]): string {
  const { stdout, stderr, error } = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8' });
  return error === undefined ? (stdout || stderr).trim().split('\n')[0] ?? '' : `${argv[0]} is missing`;
}
process.stdout.write(`${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Linux ${release()}, Node ${process.versions.node}; ${versionOf('ping', '-V')}; ${versionOf('fping', '--version')}; npm ping ${(createRequire(import.meta.url)('ping/package.json') as { version: string }).version}\n`);
const beganMs = performance.now();
for (const name of wanted.filter(isPart)) {
  const { title, script, full, quick, own, tools } = parts[name];
  process.stdout.write(`\n## ${name}: ${title}; load before ${(loadavg()[0] ?? 0).toFixed(1)}\n`);
  const command = [process.execPath, new URL(script, import.meta.url).pathname, ...(values.quick ? quick : full), ...(tools ? values.only : [])];
  const [program = '', ...args] = own ? ['unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', '--', ...command] : command;
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', env });
  if (error !== undefined) refuse(`${program} could not be run (${error.message}): install the Debian package util-linux.`, 69);
  if (status !== 0) refuse(`The part ${name} ended with exit code ${status ?? 'none'}; its message stands above.`, 70);
}
process.stdout.write(`\nAll of it took ${((performance.now() - beganMs) / 60_000).toFixed(1)} minutes.\n`);
