import { z } from 'zod';
import type { AnyResourceType, Provisioned, ResourceContext, ResourceType } from '../../core/resource.ts';
import { type ApiDestination, type ApiDestinations, HTTP_METHODS } from '../destinations/apiDestinations.ts';
import type { Connection, Connections } from '../destinations/connections.ts';

const MAX_NAME = 64;
const name = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);
const description = z.string().max(512);
/** No message repeats what may be a secret. */
const text = z.string('must be a text').min(1, 'must not be empty').max(512, 'is longer than 512 characters');

const parameters = z
  .array(z.strictObject({ Key: text, Value: text, IsValueSecret: z.boolean().default(true) }))
  .max(100)
  .default([]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-connection.html */
const connectionProperties = z
  .strictObject({
    Name: name.optional(),
    Description: description.optional(),
    AuthorizationType: z.enum(['API_KEY', 'BASIC'], 'local-aws has API_KEY and BASIC, no OAUTH_CLIENT_CREDENTIALS'),
    AuthParameters: z.strictObject({
      ApiKeyAuthParameters: z.strictObject({ ApiKeyName: text, ApiKeyValue: text }).optional(),
      BasicAuthParameters: z.strictObject({ Username: text, Password: text }).optional(),
      InvocationHttpParameters: z
        .strictObject({ HeaderParameters: parameters, QueryStringParameters: parameters, BodyParameters: parameters })
        .default({ HeaderParameters: [], QueryStringParameters: [], BodyParameters: [] }),
    }),
  })
  .transform(({ AuthorizationType, AuthParameters, ...rest }, context) => {
    const { ApiKeyAuthParameters: key, BasicAuthParameters: basic, InvocationHttpParameters } = AuthParameters;
    const given = { ...rest, parameters: InvocationHttpParameters };
    if (AuthorizationType === 'API_KEY' && key && !basic)
      return {
        ...given,
        authorization: { type: 'API_KEY' as const, keyName: key.ApiKeyName, keyValue: key.ApiKeyValue },
      };
    if (AuthorizationType === 'BASIC' && basic && !key)
      return {
        ...given,
        authorization: { type: 'BASIC' as const, username: basic.Username, password: basic.Password },
      };
    const wanted = AuthorizationType === 'API_KEY' ? 'ApiKeyAuthParameters' : 'BasicAuthParameters';
    context.addIssue({ code: 'custom', path: ['AuthParameters'], message: `must have ${wanted}, and no others` });
    return z.NEVER;
  });
type ConnectionProperties = z.output<typeof connectionProperties>;

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])$/;
const DEFAULT_RATE = 300;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-apidestination.html */
const destinationProperties = z.strictObject({
  Name: name.optional(),
  Description: description.optional(),
  ConnectionArn: z.string().startsWith('arn:aws:events:'),
  InvocationEndpoint: z
    .string()
    .max(2048)
    .refine(isEndpoint, 'must be an https address; local-aws takes http addresses of this machine too, for tests')
    .refine((endpoint) => !endpoint.includes('*'), 'has a *: local-aws knows no path parameters'),
  HttpMethod: z.enum(HTTP_METHODS),
  InvocationRateLimitPerSecond: z.int().min(1).default(DEFAULT_RATE),
});
type DestinationProperties = z.output<typeof destinationProperties>;

function isEndpoint(endpoint: string): boolean {
  const url = URL.parse(endpoint);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

/** `AWS::Events::Connection` and `AWS::Events::ApiDestination`. */
export function destinationTypes(connections: Connections, destinations: ApiDestinations): AnyResourceType[] {
  return [connectionType(connections), apiDestinationType(destinations)];
}

const nameOf = ({ Name }: { Name?: string | undefined }, context: ResourceContext) =>
  Name ?? context.generateName({ maxLength: MAX_NAME });

function connectionType(connections: Connections): ResourceType<ConnectionProperties> {
  const provisioned = ({ name, arn, secretArn }: Connection): Provisioned => ({
    physicalId: name,
    attributes: { Arn: arn, SecretArn: secretArn },
  });
  const wanted = (name: string, { Description, authorization, parameters }: ConnectionProperties, owner: string) => ({
    owner,
    name,
    authorization,
    parameters,
    ...(Description !== undefined && { description: Description }),
  });
  return {
    type: 'AWS::Events::Connection',
    properties: connectionProperties,
    replaceOn: ['Name'],
    create: async (properties, context) =>
      provisioned(connections.create(wanted(nameOf(properties, context), properties, context.stackName))),
    update: async ({ physicalId }, properties, _previous, { stackName }) =>
      provisioned(connections.change(wanted(physicalId, properties, stackName))),
    remove: async ({ physicalId }) => connections.remove(physicalId),
  };
}

function apiDestinationType(destinations: ApiDestinations): ResourceType<DestinationProperties> {
  const provisioned = ({ name, arn }: ApiDestination): Provisioned => ({ physicalId: name, attributes: { Arn: arn } });
  const wanted = (name: string, properties: DestinationProperties, owner: string) => ({
    owner,
    name,
    ...(properties.Description !== undefined && { description: properties.Description }),
    connectionArn: properties.ConnectionArn,
    endpoint: properties.InvocationEndpoint,
    method: properties.HttpMethod,
    rate: properties.InvocationRateLimitPerSecond,
  });
  return {
    type: 'AWS::Events::ApiDestination',
    properties: destinationProperties,
    replaceOn: ['Name'],
    create: async (properties, context) =>
      provisioned(destinations.create(wanted(nameOf(properties, context), properties, context.stackName))),
    update: async ({ physicalId }, properties, _previous, { stackName }) =>
      provisioned(destinations.change(wanted(physicalId, properties, stackName))),
    remove: async ({ physicalId }) => destinations.remove(physicalId),
  };
}
