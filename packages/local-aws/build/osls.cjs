'use strict';

/**
 * Runs osls's `package` as far as the template, and sends it with all that it follows from to the process that has
 * started this one: `node osls.cjs <path of osls> package --stage=...`, in the service's folder.
 *
 * What it follows from is what was read: files by osls and its plugins, and modules, found out by looking on.
 */
const fs = require('node:fs');
const { registerHooks } = require('node:module');
const { join } = require('node:path');
const { fileURLToPath } = require('node:url');

const [, , osls, ...args] = process.argv;
// Whoever has started this is gone, however it went.
process.once('disconnect', () => process.exit());
process.channel.unref();

const inputs = new Set();

registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) inputs.add(fileURLToPath(url));
    return next(url, context);
  },
});
const recorded = (read) =>
  function readAndRecord(file, ...rest) {
    if (typeof file === 'string') inputs.add(file);
    return read.call(this, file, ...rest);
  };
fs.readFile = recorded(fs.readFile);
fs.readFileSync = recorded(fs.readFileSync);
fs.promises.readFile = recorded(fs.promises.readFile);

// `${env:NAME}`
const env = require(join(osls, 'lib/configuration/variables/sources/env.js'));
const resolveVariable = env.resolve;
env.resolve = (question) => {
  inputs.add(`env:${question.address}`);
  return resolveVariable(question);
};

const PluginManager = require(join(osls, 'lib/classes/plugin-manager.js'));
PluginManager.prototype.run = async function runToTheTemplate() {
  for (const { hook } of this.hooks.initialize ?? []) await hook();
  const { templateOf } = require('./template.ts');
  const { service, pluginManager } = this.serverless;
  const esbuild = pluginManager.plugins.find((plugin) => plugin.constructor.name === 'EsbuildServerlessPlugin');
  const functions = service.getAllFunctions().map((key) => service.getFunction(key));
  const compiled = {
    service: service.service,
    stackName: this.serverless.getProvider('aws').naming.getStackName(),
    template: await templateOf(this.serverless),
    handlers: Object.fromEntries(functions.map(({ name, handler }) => [name, handler])),
    ...(esbuild && { bundling: esbuild.buildOptions }),
  };
  process.send(JSON.stringify({ compiled, inputs: [...inputs] }), () => process.exit());
  // What else osls would do (and say) at the end of `package` is left out.
  await new Promise(() => {});
};

process.argv.splice(1, Number.POSITIVE_INFINITY, join(osls, 'bin/serverless.js'), ...args);
require(join(osls, 'bin/serverless.js'));
