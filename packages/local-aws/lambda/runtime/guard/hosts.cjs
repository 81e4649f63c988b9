'use strict';

const { BlockList, isIP } = require('node:net');
const { domainToASCII } = require('node:url');

/**
 * AWS's own endpoints: the suffixes of all its partitions as the SDK has them (the isolated ones too), function URLs, and where
 * one signs in.
 */
const AWS_DOMAINS = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'amazonwebservices.com.cn',
  'amazonwebservices.eu',
  'api.aws',
  'on.aws',
  'aws.amazon.com',
  'amazoncognito.com',
  'awsapps.com',
  // aws-iso, aws-iso-b, aws-iso-e, aws-iso-f
  'c2s.ic.gov',
  'api.aws.ic.gov',
  'sc2s.sgov.gov',
  'api.aws.scloud',
  'cloud.adc-e.uk',
  'api.cloud-aws.adc-e.uk',
  'csp.hci.ic.gov',
  'api.aws.hci.ic.gov',
];
const AWS_HOST = new RegExp(`(^|\\.)(${AWS_DOMAINS.map((domain) => domain.replaceAll('.', '\\.')).join('|')})$`);
const METADATA_HOSTS = new Set(['metadata.google.internal', 'instance-data', 'instance-data.ec2.internal']);

/** Where EC2, ECS and EKS have their metadata and credentials; all of them are link-local, or AWS's own. */
const METADATA_ADDRESSES = new BlockList();
METADATA_ADDRESSES.addSubnet('169.254.0.0', 16, 'ipv4');
METADATA_ADDRESSES.addSubnet('fd00:ec2::', 32, 'ipv6');
// What IPv6 has for 169.254.0.0/16 beside ::ffff:169.254.0.0, which the list knows itself: compatible addresses, and NAT64's (RFC 6052).
METADATA_ADDRESSES.addSubnet('::169.254.0.0', 112, 'ipv6');
METADATA_ADDRESSES.addSubnet('64:ff9b::169.254.0.0', 112, 'ipv6');

/** Where this machine reaches itself, also as `::ffff:127.0.0.1`. */
const OWN_ADDRESSES = new BlockList();
OWN_ADDRESSES.addSubnet('127.0.0.0', 8, 'ipv4');
OWN_ADDRESSES.addAddress('0.0.0.0', 'ipv4');
OWN_ADDRESSES.addAddress('::1', 'ipv6');
OWN_ADDRESSES.addAddress('::', 'ipv6');

/** Where local-aws's owner calls. Read before the function's code, which may change its variables. */
const OWNERS_PORT = Number(process.env.LOCAL_AWS_OWNERS_PORT ?? Number.NaN);

/** Whether local functions may not speak to `host`: a name, or an address in any way that the system reads one. */
function isRefused(host) {
  if (typeof host !== 'string') return false;
  const name = bareName(host);
  const address = addressOf(name);
  if (address) return isOn(METADATA_ADDRESSES, address);
  const ascii = (domainToASCII(name) || name.toLowerCase()).replace(/\.$/, '');
  return AWS_HOST.test(ascii) || METADATA_HOSTS.has(ascii);
}

const bareName = (host) => host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
const isOn = (list, address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** The address that a host stands for which is one: `2852039166` and `0xa9.254.43518` are, too. */
function addressOf(name) {
  if (isIP(name)) return name;
  if (!/^[\da-fx.]+$/i.test(name)) return undefined;
  const { hostname } = URL.parse(`http://${name}`) ?? {};
  return isIP(hostname) ? hostname : undefined;
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

/**
 * The error for whoever connects to the port of local-aws at which its owner is known by a key that everybody knows; else undefined.
 * `host` is an address, in any spelling; a name is asked about again by the address that it stands for.
 */
function ownersPortRefusal(host, port) {
  if (typeof host !== 'string' || Number(port) !== OWNERS_PORT) return undefined;
  const address = addressOf(bareName(host));
  if (!address || !isOn(OWN_ADDRESSES, address)) return undefined;
  const error = new Error(
    `local-aws refused a connection to ${host}:${port}, which is for its owner: functions have another port, in AWS_ENDPOINT_URL.`,
  );
  error.name = 'OwnersPortRefused';
  error.code = 'ERR_OWNERS_PORT_REFUSED';
  return error;
}

module.exports = { isRefused, ownersPortRefusal, refusal };
