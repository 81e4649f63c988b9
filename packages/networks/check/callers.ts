import { edgeKey } from '../core/facts.ts';
import { type EdgeOf, nodeOf } from '../core/network.ts';
import { NODE_DEFAULTS } from '../core/rules.ts';
import { edgesOf, type Finding, type Looked, listed, suppliedAs } from './finding.ts';

/** Who waits for a function's answer, and how long. */
interface Waiting {
  readonly seconds: number;
  readonly who: string;
}

/** Alexa "usually waits eight seconds" (developer.amazon.com/en-US/docs/alexa/device-apis/alexa-response.html). */
const ALEXA: Waiting = { seconds: 8, who: 'Alexa' };
/**
 * docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html, and of REST and WebSocket APIs
 * api-gateway-execution-service-limits-table.html and apigateway-execution-service-websocket-limits-table.html there.
 */
const HTTP: Waiting = { seconds: 30, who: 'An HTTP API' };
const REST: Waiting = { seconds: 29, who: 'A REST API' };
const WEBSOCKET: Waiting = { seconds: 29, who: 'A WebSocket API' };

type Asking = EdgeOf<'skill triggers function' | 'http triggers function' | 'websocket triggers function'>;

const waitingAt = (looked: Looked, { type, from }: Asking): Waiting => {
  if (type === 'skill triggers function') return ALEXA;
  if (type === 'websocket triggers function') return WEBSOCKET;
  return suppliedAs(looked, 'http', from)?.settings.style === 'rest' ? REST : HTTP;
};

/** A function that may run longer than whoever called it waits: its work is done, and its answer lost. */
const tooLate = (looked: Looked): Finding[] => {
  const edges = Object.values(looked.network.edges);
  const late = edgesOf(
    edges,
    'skill triggers function',
    'http triggers function',
    'websocket triggers function',
  ).flatMap((edge): Finding[] => {
    const answers = suppliedAs(looked, 'function', edge.to);
    const { seconds, who } = waitingAt(looked, edge);
    const timeout = answers?.settings.timeoutSeconds ?? NODE_DEFAULTS.function.timeoutSeconds;
    if (answers === undefined || timeout <= seconds) return [];
    const sentence = `${who} waits ${seconds} s for an answer, and "${edge.to}" may take ${timeout} s: set its timeoutSeconds to ${seconds} or less.`;
    return [{ rule: 'answer-too-late', node: edge.to, edge: edgeKey(edge), sentence }];
  });
  // One for each function and caller, whatever the number of its routes.
  return [...new Map(late.map((one) => [`${one.node} ${one.sentence}`, one])).values()];
};

const upper = (method: string): string => method.toUpperCase();

/** A gateway knows methods by their upper case, and keeps one function for each route. */
const routes = (looked: Looked): Finding[] => {
  const byRoute = new Map<string, EdgeOf<'http triggers function' | 'websocket triggers function'>[]>();
  for (const edge of edgesOf(
    Object.values(looked.network.edges),
    'http triggers function',
    'websocket triggers function',
  )) {
    const route =
      edge.type === 'http triggers function'
        ? `${upper(edge.settings.method)} ${edge.settings.path}`
        : edge.settings.route;
    byRoute.set(`${edge.from} ${route}`, [...(byRoute.get(`${edge.from} ${route}`) ?? []), edge]);
  }
  return [...byRoute.values()].flatMap((edges): Finding[] => {
    const functions = [...new Set(edges.map(({ to }) => to))];
    const { from, type, settings } = edges[0] as (typeof edges)[number];
    if (functions.length < 2) return [];
    const route = type === 'http triggers function' ? `${upper(settings.method)} ${settings.path}` : settings.route;
    const sentence = `${listed(functions)} are to answer ${route} of "${from}", and one function can: give each a route of its own.`;
    return [{ rule: 'route-shared', node: from, sentence }];
  });
};

const methodCases = ({ network }: Looked): Finding[] =>
  Object.entries(network.edges).flatMap(([key, edge]) => {
    const method = 'method' in edge.settings ? edge.settings.method : undefined;
    if (method === undefined || method === upper(method) || nodeOf(network, edge.from) === undefined) return [];
    const sentence = `"${key}" is ${upper(method)} to "${edge.from}", which knows methods by their upper case: write ${upper(method)}, so that one route is one edge.`;
    return [{ rule: 'method-case' as const, node: edge.from, edge: key, sentence }];
  });

/** What those who call from outside would not get: an answer in time, or one at all. */
export const callerFindings = (looked: Looked): Finding[] => [
  ...tooLate(looked),
  ...routes(looked),
  ...methodCases(looked),
];
