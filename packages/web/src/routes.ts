/**
 * The addresses of the app, for the app itself and for whoever serves it: any other is answered with 404 and the shell. `:id` stands
 * for an id as the services make them. Nothing of the browser may be imported here.
 */
export const routes: readonly string[] = [
  '/',
  '/ping-pong',
  '/mafia',
  '/mafia/:id',
  '/fakemon',
  '/space-invaders',
  '/space-invaders/manager',
  '/smart-home',
  '/live',
  '/events',
  '/parts',
];

/** Which addresses a route has: a regular expression. */
export const patternOf = (route: string): string => `^${route.replaceAll(':id', '[0-9a-f]{20}')}$`;

const patterns = routes.map((route) => ({ route, pattern: new RegExp(patternOf(route)) }));

/** Which of the routes an address is, as the app writes it; undefined when it leads nowhere. */
export const routeAt = (path: string): string | undefined => patterns.find(({ pattern }) => pattern.test(path))?.route;

/**
 * An address as the app writes it: `/PING-PONG/` is `/ping-pong`. Takes the path alone, without a query. Undefined when it leads
 * nowhere.
 */
export function rightPath(path: string): string | undefined {
  const written = path.toLowerCase().replace(/([^/])\/$/, '$1');
  return routeAt(written) === undefined ? undefined : written;
}
