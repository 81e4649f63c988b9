import type { Node } from '../core/network.ts';
import { accessOf } from './access.ts';
import type { Reader } from './reader.ts';
import { flat, isRecord, listOf, type Properties, propertiesOf, referencesIn, textAt } from './template.ts';

/** `/games/{id}/night`, from a REST API's tree of resources. */
const pathOf = (reader: Reader, id: string | undefined): string => {
  const resource = id === undefined ? undefined : reader.template.Resources[id];
  if (resource?.Type !== 'AWS::ApiGateway::Resource') return '';
  const { ParentId, PathPart } = propertiesOf(resource);
  return `${pathOf(reader, referencesIn(ParentId)[0])}/${flat(PathPart)}`;
};

interface Route {
  readonly method: string;
  readonly path: string;
}

/** A service integration: the URI tells the call, the role of the integration the resource. */
const readServiceIntegration = (reader: Reader, api: Node, route: Route, integration: Properties): void => {
  const uri = flat(integration.Uri);
  const [role] = referencesIn(integration.Credentials);
  if (role === undefined) return;
  for (const { call, to, settings } of accessOf(reader, role)) {
    const action = settings.action;
    const meant = typeof action !== 'string' || uri.endsWith(`action/${action}`);
    if (meant) reader.say(api, call.verb, to, { ...route, ...settings });
  }
};

const readMethod = (reader: Reader, properties: Properties): void => {
  const api = reader.node(referencesIn(properties.RestApiId)[0]);
  const integration = isRecord(properties.Integration) ? properties.Integration : {};
  const type = textAt(integration, 'Type');
  if (api === undefined || type === 'MOCK') return;
  const route = {
    method: flat(properties.HttpMethod),
    path: pathOf(reader, referencesIn(properties.ResourceId)[0]) || '/',
  };
  const uri = flat(integration.Uri);
  if (type === 'HTTP_PROXY' || type === 'HTTP') {
    const host = /^https?:\/\/([^/{]+)/.exec(uri)?.[1];
    if (host !== undefined) reader.say(api, 'calls', reader.external(host, uri), route);
    return;
  }
  const called = referencesIn(integration.Uri)
    .map((id) => reader.node(id))
    .find((node) => node?.kind === 'function');
  if (called === undefined) readServiceIntegration(reader, api, route, integration);
  else reader.say(api, 'triggers', called, route);
};

const readRoute = (reader: Reader, properties: Properties): void => {
  const api = reader.node(referencesIn(properties.ApiId)[0]);
  const integrations = referencesIn(properties.Target).map((id) => reader.template.Resources[id]);
  const called = integrations.map((resource) => reader.target(propertiesOf(resource).IntegrationUri)).find(Boolean);
  const key = flat(properties.RouteKey);
  if (api?.kind === 'websocket') reader.say(api, 'triggers', called, { route: key });
  if (api?.kind !== 'http') return;
  const [method = 'ANY', path = '/'] = key === '$default' ? ['ANY', '/*'] : key.split(' ');
  reader.say(api, 'triggers', called, { method, path });
};

/** Whom a REST API asks whose token it is, and a WebSocket API who may connect. */
const readAuthorizer = (reader: Reader, properties: Properties): void => {
  const api = reader.node(referencesIn(properties.RestApiId ?? properties.ApiId)[0]);
  for (const pool of listOf(properties.ProviderARNs)) reader.say(api, 'calls', reader.users(pool));
  const asked = referencesIn(properties.AuthorizerUri).map((id) => reader.node(id));
  reader.say(
    api,
    'calls',
    asked.find((node) => node?.kind === 'function'),
  );
};

/** Says what the routes of REST, HTTP and WebSocket APIs reach, and whom these APIs ask who calls. */
export const readGateways = (reader: Reader): void => {
  for (const { Type, Properties = {} } of Object.values(reader.template.Resources)) {
    if (Type === 'AWS::ApiGateway::Method') readMethod(reader, Properties);
    if (Type === 'AWS::ApiGatewayV2::Route') readRoute(reader, Properties);
    if (Type === 'AWS::ApiGateway::Authorizer' || Type === 'AWS::ApiGatewayV2::Authorizer')
      readAuthorizer(reader, Properties);
  }
};
