import { createHash } from 'node:crypto';
import { arnOf } from '../../core/arn.ts';
import type { Core } from '../../core/cloud.ts';
import { AwsError } from '../../core/errors.ts';
import type { Owner } from '../../core/store/index.ts';
import type { Secrets } from '../../secretsmanager/index.ts';

/** A header, a parameter of the query or a member of the body that every request of a connection has. */
export interface HttpParameter {
  Key: string;
  Value: string;
  IsValueSecret: boolean;
}

/** `InvocationHttpParameters` of a connection. */
export interface HttpParameters {
  HeaderParameters: HttpParameter[];
  QueryStringParameters: HttpParameter[];
  BodyParameters: HttpParameter[];
}

/** How a connection says who it is. */
export type Authorization =
  | { type: 'API_KEY'; keyName: string; keyValue: string }
  | { type: 'BASIC'; username: string; password: string };

/** All that is secret of a connection: it stands in its secret, and nowhere else. */
export interface Credentials {
  authorization: Authorization;
  parameters: HttpParameters;
}

/** What is known of a connection. */
export interface Connection {
  owner: Owner;
  name: string;
  arn: string;
  description?: string;
  type: Authorization['type'];
  secretArn: string;
  createdMs: number;
  changedMs: number;
}

/** What a template says of one. */
export interface WantedConnection extends Credentials {
  owner: Owner;
  name: string;
  description?: string;
}

/** The same letters for the same resource each time: its ARN outlives a restart, which makes it anew. */
export function uuidOf(...names: string[]): string {
  const digits = createHash('sha256').update(names.join('\n')).digest('hex');
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join('-');
}

/** How many letters an ARN of Secrets Manager has behind the name. */
const SUFFIX_LENGTH = 6;

/** The connections, each with a secret of its own, as AWS makes it. */
export class Connections {
  readonly #core: Pick<Core, 'clock'>;
  readonly #secrets: Secrets;
  readonly #byName = new Map<string, Connection>();

  constructor(core: Pick<Core, 'clock'>, secrets: Secrets) {
    this.#core = core;
    this.#secrets = secrets;
  }

  list(): Connection[] {
    return [...this.#byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  get(name: string): Connection | undefined {
    return this.#byName.get(name);
  }

  byArn(arn: string): Connection | undefined {
    return this.list().find((connection) => connection.arn === arn);
  }

  /** Throws AwsError `ResourceNotFoundException`. */
  find(name: string): Connection {
    const connection = this.#byName.get(name);
    if (!connection) throw notFound(name);
    return connection;
  }

  /** Throws AwsError `ResourceAlreadyExistsException`. */
  create(wanted: WantedConnection): Connection {
    const { owner, name, description, authorization } = wanted;
    if (this.#byName.has(name))
      throw new AwsError('ResourceAlreadyExistsException', `Connection ${name} already exists.`);
    const path = `connection/${name}/${uuidOf(owner, 'connection', name)}`;
    const secret = this.#secrets.create(
      { owner, name: `events!${path}`, value: secretOf(wanted), owningService: 'events' },
      uuidOf(owner, 'secret', name).slice(0, SUFFIX_LENGTH),
    );
    const nowMs = this.#core.clock.now();
    const connection: Connection = {
      owner,
      name,
      arn: arnOf('events', path),
      ...(description !== undefined && { description }),
      type: authorization.type,
      secretArn: secret.arn,
      createdMs: nowMs,
      changedMs: nowMs,
    };
    this.#byName.set(name, connection);
    return connection;
  }

  /** Throws AwsError `ResourceNotFoundException`. */
  change(wanted: WantedConnection): Connection {
    const { description: _before, ...connection } = this.find(wanted.name);
    this.#secrets.change(this.#secrets.find(connection.secretArn), { value: secretOf(wanted) });
    const changed: Connection = {
      ...connection,
      ...(wanted.description !== undefined && { description: wanted.description }),
      type: wanted.authorization.type,
      changedMs: this.#core.clock.now(),
    };
    this.#byName.set(wanted.name, changed);
    return changed;
  }

  remove(name: string): void {
    const connection = this.#byName.get(name);
    if (!connection) return;
    this.#byName.delete(name);
    this.#secrets.remove(this.#secrets.find(connection.secretArn).name);
  }

  /** What its secret says now. */
  credentialsOf({ secretArn }: Connection): Credentials {
    return credentialsIn(this.#secrets.valueOf(secretArn));
  }
}

const notFound = (name: string) =>
  new AwsError(
    'ResourceNotFoundException',
    `Failed to describe the connection(s). Connection '${name}' does not exist.`,
  );

/** As AWS writes it into the secret. */
interface StoredSecret {
  api_key_name?: string;
  api_key_value?: string;
  username?: string;
  password?: string;
  invocation_http_parameters?: Record<string, { key: string; value: string; is_value_secret: boolean }[]>;
}

const PARAMETER_KINDS = [
  ['HeaderParameters', 'header_parameters'],
  ['QueryStringParameters', 'query_string_parameters'],
  ['BodyParameters', 'body_parameters'],
] as const;

function secretOf({ authorization, parameters }: Credentials): string {
  const given = PARAMETER_KINDS.filter(([kind]) => parameters[kind].length > 0).map(([kind, stored]) => [
    stored,
    parameters[kind].map(({ Key, Value, IsValueSecret }) => ({
      key: Key,
      value: Value,
      is_value_secret: IsValueSecret,
    })),
  ]);
  const who =
    authorization.type === 'BASIC'
      ? { username: authorization.username, password: authorization.password }
      : { api_key_name: authorization.keyName, api_key_value: authorization.keyValue };
  return JSON.stringify({ ...who, ...(given.length > 0 && { invocation_http_parameters: Object.fromEntries(given) }) });
}

function credentialsIn(text: string): Credentials {
  const stored = JSON.parse(text) as StoredSecret;
  const { api_key_name, api_key_value = '', username = '', password = '', invocation_http_parameters = {} } = stored;
  const of = (kind: string): HttpParameter[] =>
    (invocation_http_parameters[kind] ?? []).map(({ key, value, is_value_secret }) => ({
      Key: key,
      Value: value,
      IsValueSecret: is_value_secret,
    }));
  const parameters = Object.fromEntries(PARAMETER_KINDS.map(([kind, stored]) => [kind, of(stored)]));
  return {
    authorization:
      api_key_name === undefined
        ? { type: 'BASIC', username, password }
        : { type: 'API_KEY', keyName: api_key_name, keyValue: api_key_value },
    parameters: parameters as unknown as HttpParameters,
  };
}
