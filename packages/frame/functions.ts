import type { FunctionDefinition } from './plugin/serverlessTypes.ts';
import type { Settings } from './settings.ts';
import { isObject } from './template.ts';

/** `newGame`: `new-game` */
export function kebabCase(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

/**
 * Names functions that have no name of their own after their keys: `mafia-dev-new-game`. One that stands in a file which a param
 * chooses is not known yet, and says its name there.
 */
export function nameFunctions(functions: Record<string, FunctionDefinition | string>, prefix: string): void {
  for (const [key, definition] of Object.entries(functions)) {
    if (typeof definition !== 'string') definition.name ??= `${prefix}-${kebabCase(key)}`;
  }
}

/** Gives `http` events that say nothing of CORS the service's. */
export function allowOrigins(functions: Record<string, FunctionDefinition>, cors: Settings['cors']): void {
  if (!cors) return;
  for (const definition of Object.values(functions)) {
    if (definition.events) definition.events = definition.events.map((event) => withCors(event, cors));
  }
}

function withCors(event: Record<string, unknown>, { origins, headers }: NonNullable<Settings['cors']>) {
  if (!('http' in event)) return event;
  const http = typeof event.http === 'string' ? methodAndPath(event.http) : event.http;
  if (!isObject(http) || 'cors' in http) return { ...event, http };
  return { ...event, http: { ...http, cors: { origin: origins.join(','), headers } } };
}

/** `GET /games/{gameId}` */
function methodAndPath(route: string): { method: string; path: string } {
  const [method = '', path = ''] = route.trim().split(/\s+/);
  return { method, path };
}
