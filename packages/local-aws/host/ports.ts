/** Where the services' ports begin when ARCADE_PORT_BASE does not say otherwise. */
const DEFAULT_BASE = 4100;
/** Each service has ten ports, of which it uses three. */
const PORTS_PER_SERVICE = 10;
/** The order of the services' ports. A service that is not named here takes the tens after the last, by its name. */
const ORDER = [
  'identity',
  'ping-pong',
  'mafia',
  'smart-home',
  'smart-home-world',
  'space-invaders',
  'fakemon',
  'lobby',
];
/** How many tens there are for services that are not named. */
const UNNAMED = 12;

/** A service's ports on the laptop. */
export interface ServicePorts {
  http: number;
  websocket: number;
  lambda: number;
}

/** Where everything listens, by the environment: LOCAL_AWS_PORT, WEB_PORT, ARCADE_PORT_BASE. */
export interface Ports {
  localAws: number;
  web: number;
  of(service: string): ServicePorts;
}

/** Reads the ports from the environment. Throws an Error that names the variable when one is no port. */
export function portsFrom(env: NodeJS.ProcessEnv = process.env): Ports {
  const base = portOf(env, 'ARCADE_PORT_BASE', DEFAULT_BASE);
  return {
    localAws: portOf(env, 'LOCAL_AWS_PORT', 4566),
    web: portOf(env, 'WEB_PORT', 4000),
    of(service) {
      const http = base + placeOf(service) * PORTS_PER_SERVICE;
      return { http, websocket: http + 1, lambda: http + 2 };
    },
  };
}

/** Where local-aws is looked for. */
export function localAwsUrl(env: NodeJS.ProcessEnv = process.env): string {
  return `http://127.0.0.1:${portsFrom(env).localAws}`;
}

function placeOf(service: string): number {
  const known = ORDER.indexOf(service);
  if (known >= 0) return known;
  let hash = 0;
  for (const character of service) hash = (hash * 31 + character.charCodeAt(0)) % UNNAMED;
  return ORDER.length + hash;
}

function portOf(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const value = env[name];
  if (value === undefined || value === '') return otherwise;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_000) throw new Error(`${name} is '${value}', not a port`);
  return port;
}
