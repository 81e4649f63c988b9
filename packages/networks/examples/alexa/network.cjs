const { compile } = require('@arcade/networks');
const compiled = (network) => compile(network, { handler: () => 'handler.handler' });
for (const [name, network] of Object.entries(require('./networks.ts'))) exports[name] = compiled(network);
