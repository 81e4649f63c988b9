// What serverless.yml takes under `functions` and `resources`: the network that the param names, compiled.
const { compile } = require('@arcade/networks');
const { NETWORK_NAMES, networksOf } = require('./networks.ts');

async function compiled({ resolveVariable }) {
  const name = await resolveVariable('param:network');
  const network = networksOf(Number(await resolveVariable('param:deferredAnswerSeconds')))[name];
  if (!network) throw new Error(`There is no network '${name}': ${NETWORK_NAMES.join(', ')}.`);
  // The frame derives alarms of all that the template has; the rest is as services/common.yml has it for all.
  return compile(network, {
    alarms: false,
    memorySize: await resolveVariable("param:memorySize, '512'"),
    logRetentionDays: await resolveVariable('self:provider.logRetentionInDays'),
  });
}

module.exports.functions = async (variables) => (await compiled(variables)).functions;
module.exports.resources = async (variables) => (await compiled(variables)).resources;
