import { z } from 'zod';
import { arnOf } from '../../core/arn.ts';
import type { Operation } from '../../core/service.ts';
import { eventsOperation } from '../operations/operation.ts';
import type { ApiDestination, ApiDestinations } from './apiDestinations.ts';
import type { Connection, Connections, Credentials, HttpParameter } from './connections.ts';

const name = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);
const prefix = z.strictObject({ NamePrefix: z.string().default('') });

/** What can be asked of connections and API destinations over the wire; nothing of it is secret. */
export function destinationOperations(
  connections: Connections,
  destinations: ApiDestinations,
): Record<string, Operation> {
  return {
    DescribeConnection: eventsOperation('DescribeConnection', {
      input: z.strictObject({ Name: name }),
      permissions: ({ Name }) => [
        {
          action: 'events:DescribeConnection',
          resource: connections.get(Name)?.arn ?? arnOf('events', `connection/${Name}`),
        },
      ],
      run({ Name }) {
        const connection = connections.find(Name);
        return {
          ...connectionSummary(connection),
          ...(connection.description !== undefined && { Description: connection.description }),
          SecretArn: connection.secretArn,
          AuthParameters: openPartOf(connections.credentialsOf(connection)),
        };
      },
    }),
    ListConnections: eventsOperation('ListConnections', {
      input: prefix,
      permissions: () => [{ action: 'events:ListConnections', resource: '*' }],
      run: ({ NamePrefix }) => ({
        Connections: connections
          .list()
          .filter((connection) => connection.name.startsWith(NamePrefix))
          .map(connectionSummary),
      }),
    }),
    DescribeApiDestination: eventsOperation('DescribeApiDestination', {
      input: z.strictObject({ Name: name }),
      permissions: ({ Name }) => [
        { action: 'events:DescribeApiDestination', resource: arnOf('events', `api-destination/${Name}`) },
      ],
      run({ Name }) {
        const destination = destinations.find(Name);
        const { description } = destination;
        return { ...destinationSummary(destination), ...(description !== undefined && { Description: description }) };
      },
    }),
    ListApiDestinations: eventsOperation('ListApiDestinations', {
      input: prefix,
      permissions: () => [{ action: 'events:ListApiDestinations', resource: '*' }],
      run: ({ NamePrefix }) => ({
        ApiDestinations: destinations
          .list()
          .filter((destination) => destination.name.startsWith(NamePrefix))
          .map(destinationSummary),
      }),
    }),
  };
}

const connectionSummary = (connection: Connection) => ({
  ConnectionArn: connection.arn,
  Name: connection.name,
  ConnectionState: 'AUTHORIZED',
  AuthorizationType: connection.type,
  CreationTime: connection.createdMs / 1000,
  LastModifiedTime: connection.changedMs / 1000,
  LastAuthorizedTime: connection.changedMs / 1000,
});

const destinationSummary = (destination: ApiDestination) => ({
  ApiDestinationArn: destination.arn,
  Name: destination.name,
  ApiDestinationState: 'ACTIVE',
  ConnectionArn: destination.connectionArn,
  InvocationEndpoint: destination.endpoint,
  HttpMethod: destination.method,
  InvocationRateLimitPerSecond: destination.rate,
  CreationTime: destination.createdMs / 1000,
  LastModifiedTime: destination.changedMs / 1000,
});

function openPartOf({ authorization, parameters }: Credentials) {
  const shown = ({ Key, Value, IsValueSecret }: HttpParameter) =>
    IsValueSecret ? { Key, IsValueSecret } : { Key, Value, IsValueSecret };
  const given = Object.entries(parameters).filter(([, list]) => list.length > 0);
  return {
    ...(authorization.type === 'API_KEY'
      ? { ApiKeyAuthParameters: { ApiKeyName: authorization.keyName } }
      : { BasicAuthParameters: { Username: authorization.username } }),
    ...(given.length > 0 && {
      InvocationHttpParameters: Object.fromEntries(given.map(([kind, list]) => [kind, list.map(shown)])),
    }),
  };
}
