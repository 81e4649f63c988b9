'use strict';

/**
 * Keeps a local function away from the real AWS. Loaded before the function's code, with `require` or Node's
 * `--require`: in each execution environment and in osls's process under `sls invoke local`. It stands at the lowest level that
 * JavaScript reaches (socket connections and name look-ups), so http, https, http2 and fetch are all covered.
 *
 * CommonJS, because `--require` takes nothing else.
 */
const dns = require('node:dns');
const net = require('node:net');

/** Hosts of AWS's own endpoints, in all partitions, and the metadata services of EC2 and ECS. */
const AWS_HOSTS = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|api\.amazonwebservices\.com\.cn)\.?$/i;
const METADATA_HOSTS = new Set(['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', 'metadata.google.internal']);

const PATCHED = Symbol.for('arcade.local-aws.guard');

/** Whether local functions may not speak to `host`. */
function isRefused(host) {
  return typeof host === 'string' && (AWS_HOSTS.test(host) || METADATA_HOSTS.has(host.replace(/^\[|\]$/g, '')));
}

/** The error that the caller gets instead of a connection. */
function refusal(host) {
  const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'a local process';
  const error = new Error(
    `local-aws refused a connection to ${host} from ${functionName}: local functions never reach the real AWS. ` +
      'Let the client take its endpoint from AWS_ENDPOINT_URL (leave `endpoint` out of its options), ' +
      'and take addresses such as queue URLs from the stack that runs locally.',
  );
  error.name = 'RealAwsRefused';
  error.code = 'ERR_REAL_AWS_REFUSED';
  return error;
}

/** The host in the arguments of `Socket.prototype.connect`, which Node hands on in several forms. */
function hostOf(args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (first !== null && typeof first === 'object') return first.host ?? first.servername;
  return typeof args[1] === 'string' ? args[1] : undefined;
}

function guardConnections() {
  const connect = net.Socket.prototype.connect;
  // tls.connect, http, https, http2 and undici (fetch) all end here.
  net.Socket.prototype.connect = function guardedConnect(...args) {
    const host = hostOf(args);
    if (isRefused(host)) {
      process.nextTick(() => this.destroy(refusal(host)));
      return this;
    }
    return connect.apply(this, args);
  };
}

function guardLookups() {
  const { lookup } = dns;
  dns.lookup = function guardedLookup(host, options, callback) {
    if (!isRefused(host)) return lookup.call(this, host, options, callback);
    const done = typeof options === 'function' ? options : callback;
    process.nextTick(done, refusal(host));
    return {};
  };
  const { lookup: lookupPromise } = dns.promises;
  dns.promises.lookup = async function guardedLookup(host, options) {
    if (isRefused(host)) throw refusal(host);
    return lookupPromise.call(this, host, options);
  };
}

if (!net[PATCHED]) {
  Object.defineProperty(net, PATCHED, { value: true });
  guardConnections();
  guardLookups();
}

module.exports = { isRefused };
