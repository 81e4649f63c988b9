// What serverless.yml takes under `functions` and `resources`: the network that the param names, compiled.
const { compiledNetwork } = require('./networks.ts');

module.exports.functions = async (variables) => (await compiledNetwork(variables)).functions;
module.exports.resources = async (variables) => (await compiledNetwork(variables)).resources;
