import { SUFFIXES } from './names.ts';
import type { Kind } from './settings.ts';

/** `DeferredQueue` to `deferredQueue`. */
export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Serverless's own logical ids, and the names that say the same shorter. */
const SERVERLESS_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^ApiGatewayRestApi$/, 'restApi'],
  [/^WebsocketsApi$/, 'webSockets'],
  [/^(.+)LambdaFunction$/, '$1'],
  [/^(.+)EventsRuleSchedule1$/, '$1Schedule'],
  [/^(.+)EventsRuleSchedule(\d+)$/, '$1Schedule$2'],
];

/** What a node is called whose resource has this logical id, where nothing else says it. */
export const shortName = (id: string, kind: Kind): string => {
  for (const [pattern, name] of SERVERLESS_NAMES) {
    if (pattern.test(id)) return lowerFirst(id.replace(pattern, name));
  }
  const suffix = SUFFIXES[kind];
  const strips = !['http', 'websocket', 'schedule'].includes(kind) && id.endsWith(suffix) && id !== suffix;
  return lowerFirst(strips ? id.slice(0, id.length - suffix.length) : id);
};
