import { fixedOrigin, type Settings } from '../settings.ts';
import { ofType, referenced, type Template } from '../template.ts';
import { ANSWER_HEADERS } from './answerHeaders.ts';

/** An answer that API Gateway gives itself, as a problem document (RFC 9457). */
interface Problem {
  /** Left out where AWS's own, which is not the same for all that it stands for, is kept. */
  status?: number;
  title: string;
  detail?: string;
  /** Headers beside those of CORS. */
  headers?: Record<string, string>;
}

const OURS = 'Something went wrong on our side.';

/** By type: supported-gateway-response-types.html of the developer guide. `when`: only an API that has this can give it. */
const PROBLEMS: Readonly<Record<string, Problem & { when?: keyof Traits }>> = {
  DEFAULT_4XX: { title: 'Refused' },
  DEFAULT_5XX: { title: 'Failed', detail: OURS },
  INTEGRATION_TIMEOUT: { status: 504, title: 'Gateway Timeout' },
  REQUEST_TOO_LARGE: { status: 413, title: 'Content Too Large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Unsupported Media Type' },
  THROTTLED: { status: 429, title: 'Too Many Requests', headers: { 'Retry-After': '1' } },
  // AWS answers 403 where a path or method is not there, as if a signature lacked; its guide suggests this change.
  MISSING_AUTHENTICATION_TOKEN: {
    status: 404,
    title: 'Not Found',
    detail: 'There is no such route.',
    when: 'unsigned',
  },
  BAD_REQUEST_BODY: { status: 400, title: 'Bad Request', when: 'validated' },
  BAD_REQUEST_PARAMETERS: { status: 400, title: 'Bad Request', when: 'validated' },
  UNAUTHORIZED: {
    status: 401,
    title: 'Unauthorized',
    headers: { 'WWW-Authenticate': 'Bearer' },
    when: 'authorized',
  },
  ACCESS_DENIED: { status: 403, title: 'Forbidden', when: 'authorized' },
  INVALID_API_KEY: { status: 403, title: 'Forbidden', when: 'keyed' },
  QUOTA_EXCEEDED: { status: 429, title: 'Too Many Requests', when: 'keyed' },
};

/** What the methods of an API have. */
interface Traits {
  unsigned: boolean;
  validated: boolean;
  authorized: boolean;
  keyed: boolean;
}

function traitsOf(template: Template, api: string): Traits {
  const methods = ofType(template, 'AWS::ApiGateway::Method')
    .map(([, { Properties = {} }]) => Properties)
    .filter(({ RestApiId }) => referenced(RestApiId) === api);
  return {
    unsigned: methods.every(({ AuthorizationType }) => AuthorizationType !== 'AWS_IAM'),
    validated: methods.some(({ RequestValidatorId }) => RequestValidatorId !== undefined),
    authorized: methods.some(({ AuthorizationType = 'NONE' }) => AuthorizationType !== 'NONE'),
    keyed: methods.some(({ ApiKeyRequired }) => ApiKeyRequired === true),
  };
}

/**
 * Has a REST API give its own answers as problem documents that a page of another origin may read. A type that the template
 * has already is left as it is.
 */
export function addGatewayResponses(template: Template, { api, cors }: { api: string; cors: Settings['cors'] }): void {
  const traits = traitsOf(template, api);
  const taken = ofType(template, 'AWS::ApiGateway::GatewayResponse')
    .filter(([, { Properties }]) => referenced(Properties?.RestApiId) === api)
    .map(([, { Properties }]) => Properties?.ResponseType);
  for (const [type, { when, ...problem }] of Object.entries(PROBLEMS)) {
    if (taken.includes(type) || (when && !traits[when])) continue;
    const name = type.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
    template.Resources[`${api}${name}`] = {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: { RestApiId: { Ref: api }, ResponseType: type, ...answerOf(problem, cors) },
    };
  }
}

/** Its mapping template knows variables, and no more (customize-gateway-responses.html): no status but a literal one. */
function answerOf({ status, title, detail, headers }: Problem, cors: Settings['cors']) {
  const members = [
    '"type":"about:blank"',
    `"title":${JSON.stringify(title)}`,
    ...(status ? [`"status":${status}`] : []),
    `"detail":${detail ? JSON.stringify(detail) : '$context.error.messageString'}`,
  ];
  const own = {
    'Content-Type': 'application/problem+json',
    ...(cors && { 'Access-Control-Allow-Origin': fixedOrigin(cors) }),
    ...headers,
  };
  const literals = Object.entries(own).map(([name, value]) => [name, `'${value}'`] as const);
  return {
    ...(status && { StatusCode: String(status) }),
    ResponseParameters: Object.fromEntries(
      [...literals, ...Object.entries(ANSWER_HEADERS)].map(([name, value]) => [
        `gatewayresponse.header.${name}`,
        value,
      ]),
    ),
    ResponseTemplates: { 'application/json': `{${members.join(',')}}` },
  };
}
