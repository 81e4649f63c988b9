/**
 * What `npm start`, `npm test` and the others run first, on whatever Node.js the machine has (20 or newer): installs the
 * workspace when it is not, or no longer, as the lockfile says, and hands over to the script on the Node.js 24 that the
 * workspace brings. Plain JavaScript without dependencies, because nothing is installed yet.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
/** How often it is checked whether npm is still there. */
const PARENT_CHECK_MS = 1000;
const SCRIPTS = [
  'start',
  'test',
  'bench',
  'load',
  'jest',
  'mutants',
  'validate',
  'diagrams',
  'events',
  'schemas',
  'rebuild',
  'replay',
  'redrive',
  'pictures',
  'deploy',
  'outputs',
  'manager',
  'secrets',
  'rehearse',
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.arcade-installed');
const pinnedNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Ends with a sentence instead of a stack trace. */
function giveUp(sentence, status = 1) {
  console.error(`\n${sentence}\n`);
  process.exit(status);
}

/** A hash over all that decides what an install would bring. */
function wantedInstall() {
  const manifests = ['packages', 'services']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name, 'package.json')))
    .filter((file) => existsSync(join(root, file)))
    .sort();
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * The environment without what npm says about its own run: pnpm, npx and lifecycle scripts would take it for theirs.
 * Settings of the machine's owner (registry, proxy, cache) stay.
 */
function cleanEnvironment() {
  const ofThisRun = /^npm_(lifecycle|package|command|execpath|node_execpath|config_(user_agent|local_prefix|prefix)$)/;
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !ofThisRun.test(name) && name !== 'INIT_CWD'),
  );
}

function install() {
  const wanted = wantedInstall();
  const installed = existsSync(stampFile) && existsSync(pinnedNode) ? readFileSync(stampFile, 'utf8') : '';
  if (installed === wanted) return;

  const startedAt = Date.now();
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  console.log(`Installing the workspace with ${packageManager} (only when something has changed)`);
  // Neither a terminal's absence nor NODE_ENV=production may change what is installed.
  const flags = ['--frozen-lockfile', '--prod=false', '--config.confirmModulesPurge=false', '--reporter=append-only'];
  const { status, error } = spawnSync('npx', ['--yes', packageManager, 'install', ...flags], {
    cwd: root,
    env: cleanEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (error) giveUp(`npx could not be started (${error.message}); it comes with npm.`);
  if (status !== 0) giveUp('The install failed: its last lines above say why. Nothing was started.', status ?? 1);
  if (!existsSync(pinnedNode)) giveUp(`The install brought no Node.js 24 to ${pinnedNode}.`);
  writeFileSync(stampFile, wanted);
  console.log(`Installed in ${((Date.now() - startedAt) / 1000).toFixed(0)} s\n`);
}

/** A process's parent and command line. */
function describeProcess(pid) {
  if (existsSync('/proc/self/stat')) {
    const [, afterName = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (?=\S \d)/);
    return {
      parent: Number(afterName.split(' ')[1]),
      command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
    };
  }
  const line = spawnSync('ps', ['-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
  const [, parent = '0', command = ''] = /^\s*(\d+)\s+(.*)/.exec(line) ?? [];
  return { parent: Number(parent), command };
}

/**
 * npm and the shells between it and this process, when npm has started it. npm passes a signal on to its shell, which
 * dies of it and tells nobody: whoever is left must notice.
 */
function npmAndBelow() {
  const found = [];
  try {
    for (let pid = process.ppid; pid > 1 && found.length < 5; ) {
      found.push(pid);
      const { parent, command } = describeProcess(pid);
      if (/(^|[\s/])p?npm(\s|$|-cli\.js|\.cjs)/.test(command)) return found;
      pid = parent;
    }
  } catch {
    // What cannot be looked up (another system, a process that has just ended) is not watched.
  }
  return [];
}

/** Runs the script on the pinned Node.js and ends as it ends. */
function handOver(script, args) {
  const child = spawn(pinnedNode, [join(root, 'scripts', `${script}.ts`), ...args], {
    cwd: root,
    env: { ...cleanEnvironment(), PATH: [join(modules, '.bin'), process.env.PATH].join(delimiter) },
    // Through the channel the script notices when this process is killed outright.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // The script decides when it is done. (A terminal's Ctrl-C reaches it twice, which does no harm.)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const launchers = npmAndBelow();
  const isGone = (pid) => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };
  setInterval(() => launchers.some(isGone) && child.kill('SIGTERM'), PARENT_CHECK_MS).unref();
  child.on('error', (error) => giveUp(`Node.js 24 could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

const [script, ...args] = process.argv.slice(2);
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  giveUp(`Node.js ${OLDEST_NODE} or newer is needed to begin with; this is ${process.versions.node}.`);
}
if (!SCRIPTS.includes(script)) giveUp(`Unknown script '${script}': one of ${SCRIPTS.join(', ')}.`);
install();
handOver(script, args);
