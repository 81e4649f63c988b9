import type { Asked } from './answers.ts';
import type { Target } from './proxy.ts';

/** A service whose API the web app serves under its own origin. */
export interface ProxiedService {
  /** The folder name of the service: its API appears under `/api/<name>/`. */
  name: string;
  /** Where its HTTP API listens: `http://127.0.0.1:4110`. */
  url: string;
  /** Where its WebSocket API listens, if it has one; appears as `/api/<name>/socket`. */
  wsUrl?: string;
}

/** What lies behind the app's origin. */
export interface Behind {
  services: readonly ProxiedService[];
  /** Where local-aws listens: it shows itself under `/_local/`. */
  localAwsUrl: string;
  /** Others of the network reach the app. */
  isOnLan: boolean;
}

/** All of `/_local/` that others of the network may see. What the sources say, and what lets one change something, is not. */
const FOR_LAN = /^\/_local\/(health|journal|graph(\/[a-z0-9-]+)?)$/;

/**
 * Where a request is passed on to; `hidden` when nobody may ask there while others of the network reach the app; undefined when
 * the app itself answers.
 */
export function placeFor(
  { path, query }: Asked,
  method: string | undefined,
  behind: Behind,
): Target | 'hidden' | undefined {
  const { services, localAwsUrl, isOnLan } = behind;
  if (path.startsWith('/_local/')) {
    if (!isOnLan) return { origin: localAwsUrl, path: path + query };
    if (method !== 'GET' || !FOR_LAN.test(path)) return 'hidden';
    return { origin: localAwsUrl, path: path + withoutPayloads(query) };
  }
  const service = services.find(({ name }) => isUnder(path, `/api/${name}`));
  return service && { origin: service.url, path: rest(path, `/api/${service.name}`) + query };
}

/** Where a WebSocket is passed on to. */
export function socketPlaceFor({ path, query }: Asked, { services }: Pick<Behind, 'services'>): Target | undefined {
  const service = services.find(({ name }) => path === `/api/${name}/socket`);
  return service?.wsUrl === undefined ? undefined : { origin: service.wsUrl, path: `/${query}` };
}

const isUnder = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`);
const rest = (path: string, prefix: string) => path.slice(prefix.length) || '/';

/** Whatever the reader has asked for: what messages say stays on this machine. */
function withoutPayloads(query: string): string {
  const asked = new URLSearchParams(query);
  asked.set('payloads', 'none');
  return `?${asked}`;
}
