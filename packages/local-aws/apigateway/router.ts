import type { ApiMethod, Route } from './model.ts';
import { segmentsOf } from './registry.ts';

/** Where a request goes. */
export interface Match {
  route: Route;
  method: ApiMethod;
  /** Decoded. */
  pathParameters: Record<string, string>;
}

/**
 * Finds the method for a path (still percent-encoded). A literal part goes before `{name}`, and that before `{name+}`, part
 * by part from the left. Undefined when there is no such path, or not with this method.
 */
export function matchRoute(routes: readonly Route[], httpMethod: string, path: string): Match | undefined {
  const parts = segmentsOf(path);
  let best: { route: Route; rank: string } | undefined;
  for (const route of routes) {
    const rank = rankOf(route.segments, parts);
    if (rank !== undefined && (!best || rank < best.rank)) best = { route, rank };
  }
  if (!best) return undefined;
  const method = best.route.methods.get(httpMethod) ?? best.route.methods.get('ANY');
  return method && { route: best.route, method, pathParameters: parametersOf(best.route.segments, parts) };
}

/** A digit for each part: 0 literal, 1 parameter, 2 greedy. The smallest is the best match. */
function rankOf(segments: string[], parts: string[]): string | undefined {
  let rank = '';
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined || part === '') return undefined;
    if (segment.endsWith('+}')) return `${rank}2`;
    if (segment.startsWith('{')) rank += '1';
    else if (segment === decodeURIComponent(part)) rank += '0';
    else return undefined;
  }
  return segments.length === parts.length ? rank : undefined;
}

function parametersOf(segments: string[], parts: string[]): Record<string, string> {
  const parameters: [string, string][] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment.endsWith('+}')) parameters.push([segment.slice(1, -2), parts.slice(index).join('/')]);
    else if (segment.startsWith('{')) parameters.push([segment.slice(1, -1), parts[index] ?? '']);
  }
  return Object.fromEntries(parameters.map(([name, value]) => [name, decodeURIComponent(value)]));
}
