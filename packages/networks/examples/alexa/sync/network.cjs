const { compile } = require('@arcade/networks');
const networks = require('../networks.ts');
module.exports = compile(networks.sync, { handler: () => 'handler.handler' });
