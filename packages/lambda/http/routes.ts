import { UnknownTriggerError } from '../errors.ts';
import type { InvocationContext } from '../invocation.ts';
import { isProxyEvent, routeOf } from './request.ts';

/** What `httpHandler` gives. */
export type HttpHandler = (event: unknown, context: InvocationContext) => Promise<unknown>;

/**
 * A handler for several routes of one API: each of them as its template names it, with a handler of its own. Throws
 * UnknownTriggerError for an event of none of them.
 *
 * @example
 * export const handler = httpRoutes({ 'GET /devices': httpHandler({}, list), 'GET /devices/{deviceId}': httpHandler({ path }, show) });
 */
export function httpRoutes(routes: Readonly<Record<string, HttpHandler>>): HttpHandler {
  return async (event, context) => {
    const route = isProxyEvent(event) ? routes[routeOf(event)] : undefined;
    if (!route) throw new UnknownTriggerError(Object.keys(routes));
    return route(event, context);
  };
}
