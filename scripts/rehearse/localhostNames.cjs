/**
 * Lets a Node.js process find names that end with `.localhost` on this machine, as browsers do (RFC 6761, 6.3); not every system's own look-up does.
 * Taken in by NODE_OPTIONS, before anything else looks.
 */
const dns = require('node:dns');

const { lookup } = dns;
const LOOPBACK = { address: '127.0.0.1', family: 4 };

dns.lookup = (name, options, callback = options) => {
  if (!/\.localhost$/i.test(name)) return lookup(name, options, callback);
  if (options?.all) return process.nextTick(callback, null, [LOOPBACK]);
  return process.nextTick(callback, null, LOOPBACK.address, LOOPBACK.family);
};
