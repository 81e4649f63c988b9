const { compile } = require('@arcade/networks');
const networks = require('../networks.ts');
module.exports = compile(networks.polling, { handler: () => 'handler.handler' });
