const { compile } = require('@arcade/networks');
const networks = require('../networks.ts');
module.exports = compile(networks.push, { handler: () => 'handler.handler' });
