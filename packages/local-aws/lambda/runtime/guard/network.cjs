'use strict';

const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');
const { isRefused, ownersPortRefusal, refusal } = require('./hosts.cjs');

/** Stands in the way of connections, datagrams and look-ups: http, https, http2, tls and fetch all end in one of them. */
function guardNetwork() {
  guardConnections();
  guardDatagrams();
  guardFunctions(dns, ['lookup'], false);
  guardFunctions(dns.promises, ['lookup'], true);
  guardResolvers();
}

/** Host and port in the arguments of `Socket.prototype.connect`, which Node hands on in several forms. */
function placeOf(args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (first !== null && typeof first === 'object') return { host: first.host ?? first.servername, port: first.port };
  return { host: typeof args[1] === 'string' ? args[1] : undefined, port: first };
}

function guardConnections() {
  const { connect } = net.Socket.prototype;
  const ports = new WeakMap();
  net.Socket.prototype.connect = function guardedConnect(...args) {
    const { host, port } = placeOf(args);
    const error = isRefused(host) ? refusal(host) : ownersPortRefusal(host, port);
    if (error) {
      process.nextTick(() => this.destroy(error));
      return this;
    }
    // A name may stand for an address that is refused, whoever looks it up.
    if (!ports.has(this)) {
      this.on('lookup', (_error, address, _family, name) => {
        const error = isRefused(address) ? refusal(name ?? address) : ownersPortRefusal(address, ports.get(this));
        if (error) this.destroy(error);
      });
    }
    ports.set(this, port);
    return connect.apply(this, args);
  };
}

/** Names are looked up by `dns.lookup`; addresses are not. */
function guardDatagrams() {
  for (const name of ['connect', 'send']) {
    const go = dgram.Socket.prototype[name];
    dgram.Socket.prototype[name] = function guarded(...args) {
      // In front of the address come a message, numbers, and a port; after it a callback.
      const host = args.slice(1).find((argument) => typeof argument === 'string' && isRefused(argument));
      if (host === undefined) return go.apply(this, args);
      const done = args.at(-1);
      const tell = typeof done === 'function' ? done : (error) => this.emit('error', error);
      process.nextTick(tell, refusal(host));
    };
  }
}

/** `resolve`, `resolve4` and their like, which ask name servers themselves. */
function guardResolvers() {
  const isResolve = (name) => /^resolve([A-Z\d]|$)/.test(name);
  for (const resolver of [dns, dns.Resolver.prototype]) {
    guardFunctions(resolver, Object.getOwnPropertyNames(resolver).filter(isResolve), false);
  }
  for (const resolver of [dns.promises, dns.promises.Resolver.prototype]) {
    guardFunctions(resolver, Object.getOwnPropertyNames(resolver).filter(isResolve), true);
  }
}

/** Guards functions that take a host first, and a callback last or give a promise back. */
function guardFunctions(owner, names, isPromising) {
  for (const name of names) {
    const ask = owner[name];
    owner[name] = function guarded(host, ...rest) {
      if (!isRefused(host)) return ask.call(this, host, ...rest);
      if (isPromising) return Promise.reject(refusal(host));
      process.nextTick(rest.at(-1), refusal(host));
      return {};
    };
  }
}

module.exports = { guardNetwork };
