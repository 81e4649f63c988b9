'use strict';

/**
 * Keeps a local function away from the real AWS. Loaded before the function's code, with Node's `--require`: in each execution
 * environment, in threads and Node.js processes that functions start, and in osls's process under `sls invoke local`. It
 * stands at the lowest level that JavaScript reaches. It is no sandbox: see the README, "What it does not".
 *
 * CommonJS, because `--require` takes nothing else.
 */
const { syncBuiltinESMExports } = require('node:module');
const { isMainThread } = require('node:worker_threads');
const { isRefused } = require('./guard/hosts.cjs');
const { guardNetwork } = require('./guard/network.cjs');
const { guardProcesses, guardSignals } = require('./guard/processes.cjs');

const PATCHED = Symbol.for('arcade.local-aws.guard');

if (!globalThis[PATCHED]) {
  Object.defineProperty(globalThis, PATCHED, { value: true });
  guardNetwork();
  guardProcesses(__filename);
  if (!isMainThread) guardSignals();
  // For code that imports functions by their names.
  syncBuiltinESMExports();
}

module.exports = { isRefused };
