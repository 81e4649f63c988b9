'use strict';

const childProcess = require('node:child_process');
const threads = require('node:worker_threads');

/** By what local-aws finds the processes that an execution environment has started, to end them with it. */
const MARK = 'AWS_LAMBDA_LOG_STREAM_NAME';
/** What the guard reads there in its turn. */
const OWNERS_PORT = 'LOCAL_AWS_OWNERS_PORT';

/**
 * Has the guard loaded in what a function starts as well: threads, and processes that are Node.js. A process of anything else
 * (curl, the AWS CLI) goes where it likes; it has the function's false credentials.
 *
 * `guardFile` is what is to be loaded there.
 */
function guardProcesses(guardFile) {
  const option = `--require ${JSON.stringify(guardFile)}`;
  // As they are now: the function may change them, or leave them out.
  const handedOn = Object.fromEntries(
    [MARK, OWNERS_PORT].filter((name) => process.env[name] !== undefined).map((name) => [name, process.env[name]]),
  );
  const guarded = (env) => {
    const options = env.NODE_OPTIONS ?? '';
    return {
      ...env,
      NODE_OPTIONS: options.includes(option) ? options : `${options} ${option}`.trim(),
      ...handedOn,
    };
  };

  // spawn, exec, execFile and fork end here.
  const { spawn } = childProcess.ChildProcess.prototype;
  childProcess.ChildProcess.prototype.spawn = function guardedSpawn(options) {
    const env = Object.fromEntries((options.envPairs ?? []).map((pair) => splitPair(pair)));
    const envPairs = Object.entries(guarded(env)).map(([name, value]) => `${name}=${value}`);
    return spawn.call(this, { ...options, envPairs });
  };
  for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
    const run = childProcess[name];
    childProcess[name] = (...args) =>
      run(...withOptions(args, (options) => ({ ...options, env: guarded(options.env ?? process.env) })));
  }

  const { Worker } = threads;
  threads.Worker = class GuardedWorker extends Worker {
    constructor(file, options = {}) {
      // A thread that shares this one's variables cannot have them changed for it alone.
      if (options.env === threads.SHARE_ENV) Object.assign(process.env, handedOn);
      const env = options.env === threads.SHARE_ENV ? options.env : { ...(options.env ?? process.env), ...handedOn };
      super(file, { ...options, env, execArgv: ['--require', guardFile, ...(options.execArgv ?? [])] });
    }
  };
}

function splitPair(pair) {
  // On Windows names may begin with `=`.
  const at = pair.indexOf('=', 1);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** The arguments with changed options: those are the first object behind the command that is no list. */
function withOptions([command, ...rest], change) {
  const isOptions = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const options = rest.find(isOptions) ?? {};
  return [command, ...rest.filter((value) => Array.isArray(value)), change(options)];
}

/**
 * Keeps a function's thread from ending other processes than its own children's, as on Lambda: local-aws is its process's
 * parent. What would end its own process ends the thread; the process is that of all functions of the stack.
 */
function guardSignals() {
  const { kill } = process;
  const exit = process.exit.bind(process);
  process.kill = (pid, signal) => {
    if (signal !== 0 && [process.pid, 0, -process.pid].includes(Number(pid))) exit(1);
    if (signal !== 0 && [process.ppid, -1].includes(Number(pid))) {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM', errno: -1, syscall: 'kill' });
    }
    return kill.call(process, pid, signal);
  };
  process.abort = () => exit(1);
}

module.exports = { guardProcesses, guardSignals };
