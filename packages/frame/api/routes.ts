import { FrameError } from '../errors.ts';
import type { Naming } from '../plugin/serverlessTypes.ts';
import { fixedOrigin, type Route, type Settings } from '../settings.ts';
import type { Template, TemplateResource } from '../template.ts';

/** How API Gateway reaches an AWS service with a JSON protocol. */
interface Reach {
  /** `action/PutRecord`, or a path where the service takes the action from a header. */
  uri: 'action' | 'path';
  /** In front of the action in X-Amz-Target, for services that are not told the action by the URI alone. */
  target?: string;
}

/** By IAM's prefix. */
const SERVICES: Readonly<Record<string, Reach>> = {
  dynamodb: { uri: 'action' },
  events: { uri: 'action', target: 'AWSEvents' },
  firehose: { uri: 'action' },
  kinesis: { uri: 'action' },
  ssm: { uri: 'path', target: 'AmazonSSM' },
  states: { uri: 'action' },
};

/** Where routes are added, and how things are called there. */
interface Place {
  naming: Naming;
  /** The REST API's physical name. */
  apiName: string;
  /** `REGIONAL`, `EDGE`; only for an API that has no function behind it, which osls does not make. */
  endpointType: string;
  stageName: string;
  cors: Settings['cors'];
}

/** Adds routes without a function to the template's REST API, which is made when there is none. Throws FrameError. */
export function addRoutes(template: Template, routes: Record<string, Route>, place: Place): void {
  if (Object.keys(routes).length === 0) return;
  const api = place.naming.getRestApiLogicalId();
  if (!template.Resources[api]) makeApi(template, api, place);
  for (const [name, route] of Object.entries(routes)) {
    const [method = '', path = ''] = name.split(' ');
    const resource = resourceAt(template, path, { api, naming: place.naming });
    const at = { RestApiId: { Ref: api }, ResourceId: resource.reference };
    const id = place.naming.getMethodLogicalId(resource.name, method);
    if (template.Resources[id]) throw new FrameError(`frame.routes has '${name}', which a function has too`);
    const role = route.action === undefined ? undefined : `${id}Role`;
    if (role) template.Resources[role] = roleOf(route);
    const checks = checkedBy(template, route, { id, api });
    template.Resources[id] = {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        ...at,
        HttpMethod: method,
        AuthorizationType: 'NONE',
        ...checks,
        ...answering(name, route, { role, ...place }),
      },
    };
    if (place.cors)
      allow(template, method, { at, cors: place.cors, id: place.naming.getMethodLogicalId(resource.name, 'options') });
  }
}

/** As osls makes it where a function has a route. */
function makeApi(template: Template, api: string, { apiName, endpointType, stageName }: Place): void {
  template.Resources[api] = {
    Type: 'AWS::ApiGateway::RestApi',
    Properties: { Name: apiName, EndpointConfiguration: { Types: [endpointType] } },
  };
  const url = `https://\${${api}}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/${stageName}`;
  template.Outputs = {
    ...template.Outputs,
    ServiceEndpoint: { Description: 'URL of the service endpoint', Value: { 'Fn::Sub': url } },
  };
}

/** The resource of a path, with those above it: made where they are not there yet. */
function resourceAt(
  template: Template,
  path: string,
  { api, naming }: { api: string; naming: Naming },
): { reference: unknown; name: string } {
  let reference: unknown = { 'Fn::GetAtt': [api, 'RootResourceId'] };
  const parts = path.split('/').filter(Boolean);
  for (const [index, PathPart] of parts.entries()) {
    const id = naming.getResourceLogicalId(parts.slice(0, index + 1).join('/'));
    template.Resources[id] ??= {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { ParentId: reference, PathPart, RestApiId: { Ref: api } },
    };
    reference = { Ref: id };
  }
  return { reference, name: naming.normalizePath(parts.join('/')) };
}

/** API Gateway calls the action with this role, which may do nothing else. */
function roleOf({ action, resource }: Route): TemplateResource {
  const document = (Statement: object) => ({ Version: '2012-10-17', Statement: [Statement] });
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { Service: 'apigateway.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
      Policies: [
        { PolicyName: 'route', PolicyDocument: document({ Effect: 'Allow', Action: action, Resource: resource }) },
      ],
    },
  };
}

/** Has the method's queries and bodies checked, these against a model of its own. */
function checkedBy(template: Template, { query, model }: Route, { id, api }: { id: string; api: string }) {
  if (!query && !model) return {};
  const RestApiId = { Ref: api };
  const validates = {
    ...(query && { ValidateRequestParameters: true }),
    ...(model && { ValidateRequestBody: true }),
  };
  const validator = `${api}${query ? 'Query' : ''}${model ? 'Body' : ''}Validator`;
  template.Resources[validator] ??= {
    Type: 'AWS::ApiGateway::RequestValidator',
    Properties: { RestApiId, ...validates },
  };
  if (model)
    template.Resources[`${id}Model`] = {
      Type: 'AWS::ApiGateway::Model',
      Properties: {
        RestApiId,
        ContentType: 'application/json',
        Schema: { $schema: 'http://json-schema.org/draft-04/schema#', ...model },
      },
    };
  return {
    RequestValidatorId: { Ref: validator },
    ...(model && { RequestModels: { 'application/json': { Ref: `${id}Model` } } }),
    ...(query && {
      RequestParameters: Object.fromEntries(query.map((name) => [`method.request.querystring.${name}`, true])),
    }),
  };
}

const PROBLEM = { title: 'Internal Server Error', status: 500, detail: 'Something went wrong on our side.' };

/** The answer to a failed action that the route says nothing of: what the service says is for nobody outside. */
const FAILED = JSON.stringify({ type: 'about:blank', ...PROBLEM });

/**
 * Which answers there are, with the statuses of the action that they are for. What fits no pattern takes the one without: so what
 * an action fails with must fit one, or it would look like a success.
 */
function answersOf({ action, responses }: Route): { status: string; template: string; pattern?: string }[] {
  const [success = ['200', ''], ...others] = Object.entries(responses);
  const isOf = (family: string) => others.some(([status]) => status.startsWith(family));
  if (action !== undefined && !isOf('5')) others.push(['500', FAILED]);
  const families = (status: string) => (status.startsWith('5') && !isOf('4') ? '[45]' : status.charAt(0));
  return [
    { status: success[0], template: success[1] },
    ...others.map(([status, template]) => ({ status, template, pattern: `${families(status)}\\d{2}` })),
  ];
}

/** The method's integration, and what it may answer. */
function answering(name: string, route: Route, { role, cors }: Place & { role?: string | undefined }) {
  const { action, request } = route;
  const origin = cors && fixedOrigin(cors);
  const header = 'method.response.header.';
  const answers = answersOf(route).map(({ status, template, pattern }) => ({
    StatusCode: status,
    ...(pattern !== undefined && { SelectionPattern: pattern }),
    ResponseParameters: {
      ...(origin && { [`${header}Access-Control-Allow-Origin`]: `'${origin}'` }),
      ...(Number(status) >= 400 && { [`${header}Content-Type`]: "'application/problem+json'" }),
    },
    ResponseTemplates: { 'application/json': template },
  }));
  const success = answers[0]?.StatusCode;
  const mock = { Type: 'MOCK', RequestTemplates: { 'application/json': `{"statusCode":${success}}` } };
  return {
    MethodResponses: answers.map(({ StatusCode, ResponseParameters }) => ({
      StatusCode,
      ResponseParameters: Object.fromEntries(Object.keys(ResponseParameters).map((name) => [name, true])),
    })),
    Integration: {
      ...(action === undefined
        ? mock
        : { ...reaching(name, action), ...requestOf(request), Credentials: { 'Fn::GetAtt': [role, 'Arn'] } }),
      PassthroughBehavior: 'NEVER',
      IntegrationResponses: answers,
    },
  };
}

const requestOf = (request: unknown) => ({ RequestTemplates: { 'application/json': request } });

function reaching(name: string, action: string): Record<string, unknown> {
  const [service = '', operation = ''] = action.split(':');
  const reach = SERVICES[service];
  if (!reach) {
    const known = Object.keys(SERVICES).join(', ');
    throw new FrameError(`frame.routes.${name}: no route leads to '${service}'; there are ways to ${known}`);
  }
  const uri = reach.uri === 'action' ? `action/${operation}` : 'path//';
  const header = 'integration.request.header.';
  return {
    Type: 'AWS',
    IntegrationHttpMethod: 'POST',
    Uri: { 'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:${service}:${uri}` },
    ...(reach.target && {
      RequestParameters: {
        [`${header}X-Amz-Target`]: `'${reach.target}.${operation}'`,
        [`${header}Content-Type`]: "'application/x-amz-json-1.1'",
      },
    }),
  };
}

const METHODS_HEADER = 'method.response.header.Access-Control-Allow-Methods';

/** Has the path's preflight allow the method; osls has made one where functions have methods on the same path. */
function allow(
  template: Template,
  method: string,
  { id, at, cors }: { id: string; at: object; cors: NonNullable<Settings['cors']> },
): void {
  const preflight = template.Resources[id];
  if (!preflight) {
    template.Resources[id] = preflightOf(method, at, cors);
    return;
  }
  const integration = preflight.Properties?.Integration as
    | { IntegrationResponses: { ResponseParameters: Record<string, string> }[] }
    | undefined;
  for (const { ResponseParameters } of integration?.IntegrationResponses ?? []) {
    const allowed = ResponseParameters[METHODS_HEADER]?.slice(1, -1).split(',') ?? [];
    ResponseParameters[METHODS_HEADER] = `'${[...new Set([...allowed, method])].join(',')}'`;
  }
}

function preflightOf(method: string, at: object, cors: NonNullable<Settings['cors']>): TemplateResource {
  const values = {
    'method.response.header.Access-Control-Allow-Origin': `'${fixedOrigin(cors)}'`,
    'method.response.header.Access-Control-Allow-Headers': `'${cors.headers.join(',')}'`,
    [METHODS_HEADER]: `'OPTIONS,${method}'`,
  };
  return {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      ...at,
      HttpMethod: 'OPTIONS',
      AuthorizationType: 'NONE',
      MethodResponses: [
        { StatusCode: '200', ResponseParameters: Object.fromEntries(Object.keys(values).map((key) => [key, true])) },
      ],
      Integration: {
        Type: 'MOCK',
        RequestTemplates: { 'application/json': '{"statusCode":200}' },
        IntegrationResponses: [
          { StatusCode: '200', ResponseParameters: values, ResponseTemplates: { 'application/json': '' } },
        ],
      },
    },
  };
}
