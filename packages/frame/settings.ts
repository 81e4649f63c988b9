import { FrameError } from './errors.ts';
import type { SiteSettings } from './site/site.ts';
import { isObject } from './template.ts';

/** How many requests a stage, or one method of it, takes before it answers 429. */
export interface Throttle {
  /** Requests a second in the long run. */
  rate: number;
  /** Requests at once. */
  burst: number;
}

/** A route of a REST API that reaches an AWS service, or nothing at all, without a function between. */
export interface Route {
  /** `kinesis:PutRecord`, as IAM writes it; left out, the route answers by itself. */
  action?: string;
  /** What the action is allowed on: an ARN, as CloudFormation finds it. */
  resource?: unknown;
  /** The mapping template (VTL) that makes the action's input. */
  request?: unknown;
  /** Parameters of the query without which the request is answered with 400. */
  query?: string[];
  /** What a body must be, else it is answered with 400: JSON Schema, draft 4. */
  model?: Record<string, unknown>;
  /** The mapping template of each answer, by status: the first for a success, 4xx and 5xx for what the action fails with. */
  responses: Record<string, string>;
}

/** Who may call a REST API: users of a user pool, signed in through one client of it. */
export interface Authorizer {
  /** As CloudFormation finds it. */
  userPoolArn: unknown;
  /** As CloudFormation finds it. */
  clientId: unknown;
  /** Routes that everybody may call: `GET /ranking`. */
  open: string[];
}

/** Metrics of the domain, drawn together. */
export interface Widget {
  title: string;
  /** Names within the service's own namespace. */
  metrics: string[];
  /** `Sum` unless told. */
  stat?: string;
}

/** What a service is given: `custom.frame` of services/common.yml, with what its own `frame` puts in place of it. */
export interface Settings {
  /** Of the metrics that the service's code writes. */
  metricsNamespace: string | undefined;
  cors: { origins: string[]; headers: string[] } | undefined;
  throttle: Throttle | undefined;
  /** Another word makes another deployment of a REST API that is the same: a route that was removed is gone only then. */
  redeploy: string;
  /** By route: `POST /games`. */
  throttles: Record<string, Throttle>;
  /** Left out where everybody may call. */
  authorizer: Authorizer | undefined;
  /** By route: `POST /shots`. */
  routes: Record<string, Route>;
  alarms: { topicArn: string | undefined } | undefined;
  dashboard: Widget[];
  /** Pages that are deployed with the service. */
  site: SiteSettings | undefined;
}

/** What may stand under `frame` in a serverless.yml: JSON Schema, as osls checks it. */
export const SETTINGS_SCHEMA = {
  type: 'object',
  properties: {
    metricsNamespace: { type: 'string' },
    corsHeaders: { type: 'array', items: { type: 'string' } },
    throttles: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['rate', 'burst'],
        additionalProperties: false,
        properties: { rate: {}, burst: {} },
      },
    },
    authorizer: {
      type: 'object',
      required: ['userPoolArn', 'clientId'],
      additionalProperties: false,
      properties: {
        userPoolArn: {},
        clientId: {},
        open: { type: 'array', items: { type: 'string' } },
      },
    },
    routes: {
      type: 'object',
      propertyNames: { pattern: '^[A-Z]+ /\\S*$' },
      additionalProperties: {
        type: 'object',
        properties: {
          action: { type: 'string', pattern: '^[a-z0-9-]+:[A-Za-z]+$' },
          resource: {},
          request: {},
          query: { type: 'array', minItems: 1, items: { type: 'string', pattern: '^[A-Za-z0-9._-]+$' } },
          model: { type: 'object' },
          responses: { type: 'object', minProperties: 1, additionalProperties: { type: 'string' } },
        },
        required: ['responses'],
        dependencies: { action: ['resource', 'request'] },
        additionalProperties: false,
      },
    },
    alarms: { type: 'boolean' },
    site: {
      type: 'object',
      required: ['pages', 'bucket', 'distribution'],
      additionalProperties: false,
      properties: {
        pages: { type: 'string' },
        bucket: { type: 'string' },
        distribution: { type: 'string' },
        files: { type: 'object' },
      },
    },
    dashboard: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          title: { type: 'string' },
          metrics: { type: 'array', minItems: 1, items: { type: 'string' } },
          stat: { type: 'string' },
        },
        required: ['title', 'metrics'],
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};

/** `common` is `custom.frame`, `own` the service's `frame`. Throws FrameError. */
export function readSettings(common: unknown, own: unknown): Settings {
  const { cors, throttle, alarms, redeploy } = isObject(common) ? common : {};
  const {
    metricsNamespace,
    corsHeaders,
    throttles,
    routes,
    dashboard,
    alarms: wanted,
    authorizer,
    site,
  } = isObject(own) ? own : {};
  const callers = isObject(authorizer) ? readAuthorizer(authorizer) : undefined;
  return {
    metricsNamespace: metricsNamespace as string | undefined,
    // A page may send a header to another origin only where that allows it.
    cors: isObject(cors)
      ? readCors(cors, [...(callers ? ['Authorization'] : []), ...((corsHeaders ?? []) as string[])])
      : undefined,
    throttle: isObject(throttle) ? readThrottle(throttle, 'custom.frame.throttle') : undefined,
    redeploy: text(redeploy) ?? '',
    throttles: Object.fromEntries(
      Object.entries((throttles ?? {}) as Record<string, Record<string, unknown>>).map(([route, one]) => [
        route,
        readThrottle(one, `frame.throttles.${route}`),
      ]),
    ),
    authorizer: callers,
    routes: (routes ?? {}) as Record<string, Route>,
    alarms: isObject(alarms) && wanted !== false ? { topicArn: text(alarms.topicArn) } : undefined,
    dashboard: (dashboard ?? []) as Widget[],
    site: isObject(site) ? ({ files: {}, ...site } as SiteSettings) : undefined,
  };
}

/**
 * The origin that a fixed header names. One header cannot choose among several: then all may read, which is no loss where it is
 * used, because what stands there is the same for everybody.
 */
export function fixedOrigin({ origins }: NonNullable<Settings['cors']>): string {
  const [only = '*', ...others] = origins;
  return others.length === 0 ? only : '*';
}

function readCors({ origin, headers }: Record<string, unknown>, more: string[]): Settings['cors'] {
  const origins = String(origin)
    .split(',')
    .map((one) => one.trim());
  return { origins, headers: [...new Set([...((headers ?? []) as string[]), ...more])] };
}

/** A param that is empty would let in the users of any client. */
function readAuthorizer({ open, ...told }: Record<string, unknown>): Authorizer {
  const read = (name: string) => {
    if (told[name] === undefined || told[name] === null || told[name] === '')
      throw new FrameError(`frame.authorizer.${name} is empty: it comes from the stack that has the user pool`);
    return told[name];
  };
  return { userPoolArn: read('userPoolArn'), clientId: read('clientId'), open: (open ?? []) as string[] };
}

/** Params that are given on the command line are texts. */
function readThrottle({ rate, burst }: Record<string, unknown>, place: string): Throttle {
  const read = (value: unknown, name: string) => {
    const number = Number(value);
    if (Number.isFinite(number) && number > 0) return number;
    throw new FrameError(`${place}.${name} is '${String(value)}', which is no number above 0`);
  };
  return { rate: read(rate, 'rate'), burst: read(burst, 'burst') };
}

/** An empty param is none. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
