/** Hosts under which a local server may be addressed. Any other is a DNS name that was pointed at the loopback address. */
const LOCAL_HOST = /^(localhost|[\w-]+(\.[\w-]+)*\.localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/** The ports of the arcade's services, whose pages and APIs may call from a browser; ARCADE_PORT_BASE moves them. */
const DEFAULT_SERVICE_BASE = 4100;
const SERVICE_PORTS = 80;

const DEFAULT_WEB_PORT = 4000;

/** Why a request is refused before anything else is looked at. */
export interface Refusal {
  status: number;
  message: string;
}

/**
 * Refuses what a web page elsewhere could send to a port on this machine: a foreign Host header (DNS rebinding), and
 * any browser origin other than the arcade's own. Undefined when the request may pass.
 */
export function refusalOf(host: string | undefined, origin: string | undefined, ownPort: number): Refusal | undefined {
  if (host === undefined || !LOCAL_HOST.test(host)) {
    const shown = host === undefined ? 'without a Host header' : `for the host '${host}'`;
    return { status: 403, message: `local-aws answers to localhost only, and this request is ${shown}.` };
  }
  if (origin !== undefined && !isOwnOrigin(origin, ownPort)) {
    return { status: 403, message: `local-aws does not answer to web pages of the origin '${origin}'.` };
  }
  return undefined;
}

function isOwnOrigin(origin: string, ownPort: number): boolean {
  const match = /^http:\/\/(?:localhost|127\.0\.0\.1):(\d{1,5})$/.exec(origin);
  if (!match) return false;
  const port = Number(match[1]);
  const webPort = Number(process.env.WEB_PORT) || DEFAULT_WEB_PORT;
  const base = Number(process.env.ARCADE_PORT_BASE) || DEFAULT_SERVICE_BASE;
  return port === webPort || port === ownPort || (port >= base && port < base + SERVICE_PORTS);
}
