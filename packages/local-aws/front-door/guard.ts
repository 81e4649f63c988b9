/** Hosts under which a local server may be addressed. Any other is a DNS name that was pointed at the loopback address. */
const LOCAL_HOST = /^(localhost|[\w-]+(\.[\w-]+)*\.localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/** The pages of a distribution of CloudFront. */
const SITE_ORIGIN = /^http:\/\/[a-z0-9]+\.cloudfront\.localhost:(\d{1,5})$/;

const LOCAL_ORIGIN = /^http:\/\/(?:localhost|127\.0\.0\.1):(\d{1,5})$/;

/** Why a request is refused before anything else is looked at. */
export interface Refusal {
  status: number;
  message: string;
}

/** What of a request tells where it comes from. */
export interface Arrival {
  method: string | undefined;
  /** By lower-case name. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/**
 * Refuses what a web page elsewhere could send to a port on this machine: a foreign Host header (DNS rebinding), an origin whose port
 * is none of `ports` (those in use here), and whatever a browser says comes from another site or port, unless somebody follows
 * a link to it: that page sees nothing of the answer. Undefined when the request may pass; programs say nothing of the kind, and pass.
 *
 * The headers: https://www.w3.org/TR/fetch-metadata/
 */
export function refusalOf(arrival: Arrival, ports: ReadonlySet<number>): Refusal | undefined {
  const isKnown = (origin: string) => isOriginAt(origin, ports) || isSiteAt(origin, ports);
  return strangerAt(arrival, { name: 'localhost', isHost: (host) => LOCAL_HOST.test(host), isKnown });
}

/** Whether a browser says that a page, or what it loads, asks; programs say nothing of the kind. */
export const isOfPage = ({ headers: { origin, 'sec-fetch-site': site = 'none' } }: Arrival): boolean =>
  origin !== undefined || site !== 'none';

/** Whether the origin is one of this machine, at one of these ports. */
export const isOriginAt = (origin: string | undefined, ports: ReadonlySet<number>): boolean =>
  isAt(LOCAL_ORIGIN, origin, ports);

/** Whether the origin is a distribution that is served here, at one of these ports. */
export const isSiteAt = (origin: string | undefined, ports: ReadonlySet<number>): boolean =>
  isAt(SITE_ORIGIN, origin, ports);

const isAt = (form: RegExp, origin: string | undefined, ports: ReadonlySet<number>): boolean =>
  ports.has(Number(form.exec(origin ?? '')?.[1] ?? Number.NaN));

/**
 * The same at an address of this machine that others reach, `192.168.1.5:4000`: what comes there must name it to the letter, and of
 * web pages those alone may ask that come from it.
 */
export function refusalAt(address: string, arrival: Arrival): Refusal | undefined {
  const isKnown = (origin: string) => origin === `http://${address}`;
  return strangerAt(arrival, { name: address, isHost: (host) => host === address, isKnown });
}

function strangerAt(
  { method, headers }: Arrival,
  here: { name: string; isHost(host: string): boolean; isKnown(origin: string): boolean },
): Refusal | undefined {
  const { host, origin } = headers;
  if (typeof host !== 'string' || !here.isHost(host)) {
    const shown = host === undefined ? 'without a Host header' : `for the host '${host}'`;
    return { status: 403, message: `local-aws answers to ${here.name} only, and this request is ${shown}.` };
  }
  if (origin !== undefined) {
    if (here.isKnown(String(origin))) return undefined;
    return { status: 403, message: `local-aws does not answer to web pages of the origin '${origin}'.` };
  }
  const { 'sec-fetch-site': site = 'none', 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  if (site === 'none' || site === 'same-origin') return undefined;
  // Not `iframe`: nothing here is shown within another page.
  const isLink = method === 'GET' && mode === 'navigate' && destination === 'document';
  return isLink ? undefined : { status: 403, message: `local-aws does not answer to other web pages (${site}).` };
}
