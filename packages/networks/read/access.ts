import type { Settings } from '../core/facts.ts';
import type { Node } from '../core/network.ts';
import { kindOf } from '../core/network.ts';
import type { Json, Kind, Verb } from '../core/settings.ts';
import { rolesOfIdentities } from './identities.ts';
import type { Reader } from './reader.ts';
import { flat, isRecord, listOf, type Properties, propertiesOf, recordsOf, referencesIn, within } from './template.ts';

interface Call {
  readonly verb: Verb;
  readonly kind: Kind;
  /** The SDK's name, where the edge carries it. */
  readonly action?: string;
}

const READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'ConditionCheckItem'];
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];

/** What an IAM action means in a network. Taking from queues and streams is not here: the trigger says it. */
const CALLS: Readonly<Record<string, Call>> = {
  'sqs:SendMessage': { verb: 'sends', kind: 'queue' },
  'sns:Publish': { verb: 'publishes', kind: 'topic' },
  'events:PutEvents': { verb: 'publishes', kind: 'bus' },
  'lambda:InvokeFunction': { verb: 'calls', kind: 'function' },
  'execute-api:ManageConnections': { verb: 'calls', kind: 'websocket' },
  'execute-api:Invoke': { verb: 'calls', kind: 'http' },
  'secretsmanager:GetSecretValue': { verb: 'reads', kind: 'secret' },
  ...Object.fromEntries(
    READS.map((action) => [`dynamodb:${action}`, { verb: 'reads', kind: 'table', action } as const]),
  ),
  ...Object.fromEntries(
    WRITES.map((action) => [`dynamodb:${action}`, { verb: 'writes', kind: 'table', action } as const]),
  ),
  'kinesis:PutRecord': { verb: 'writes', kind: 'stream', action: 'PutRecord' },
  'kinesis:PutRecords': { verb: 'writes', kind: 'stream', action: 'PutRecords' },
  // Of those who have signed in: of a function its trigger says it.
  'kinesis:GetRecords': { verb: 'reads', kind: 'stream' },
  'kinesis:UpdateShardCount': { verb: 'calls', kind: 'stream' },
  'firehose:PutRecord': { verb: 'writes', kind: 'delivery' },
  'firehose:PutRecordBatch': { verb: 'writes', kind: 'delivery' },
  's3:GetObject': { verb: 'reads', kind: 'bucket' },
  's3:PutObject': { verb: 'writes', kind: 'bucket' },
  's3:DeleteObject': { verb: 'writes', kind: 'bucket' },
  'kms:Encrypt': { verb: 'writes', kind: 'key' },
  'kms:Decrypt': { verb: 'reads', kind: 'key' },
  'scheduler:CreateSchedule': { verb: 'writes', kind: 'timer' },
  'ssm:GetParameter': { verb: 'reads', kind: 'parameter' },
  'ssm:GetParameters': { verb: 'reads', kind: 'parameter' },
  'ssm:GetParametersByPath': { verb: 'reads', kind: 'parameter' },
  'ssm:PutParameter': { verb: 'writes', kind: 'parameter' },
  'ssm:DeleteParameter': { verb: 'writes', kind: 'parameter' },
};

/** The calls that an action, wildcards included, allows. Whatever is asked of a user pool, it is one question. */
const callsOf = (action: Json): Call[] => {
  if (String(action).startsWith('cognito-idp:')) return [{ verb: 'calls', kind: 'users' }];
  const pattern = new RegExp(
    `^${String(action)
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  );
  return Object.entries(CALLS)
    .filter(([name]) => pattern.test(name))
    .map(([, call]) => call);
};

/** Policies that stand apart from the roles that they are for. */
const policiesIn = ({ template }: Reader): Properties[] =>
  Object.values(template.Resources).flatMap((resource) =>
    resource.Type === 'AWS::IAM::Policy' ? [propertiesOf(resource)] : [],
  );

const allowedBy = (policies: readonly Properties[]): Properties[] =>
  policies
    .flatMap(({ PolicyDocument }) => (isRecord(PolicyDocument) ? recordsOf(PolicyDocument.Statement) : []))
    .filter(({ Effect }) => Effect === 'Allow');

const statementsOf = (reader: Reader, role: string): Properties[] =>
  allowedBy([
    ...recordsOf(propertiesOf(reader.template.Resources[role]).Policies),
    ...policiesIn(reader).filter(({ Roles }) => referencesIn(Roles).includes(role)),
  ]);

export interface Access {
  readonly call: Call;
  readonly to: Node;
  readonly settings: Settings;
}

const indexIn = (resource: Json): string | undefined => /\/index\/([^/,]+)$/.exec(flat(resource))?.[1];

const reached = (reader: Reader, kind: Kind, resource: Json): Node | undefined => {
  // The address of connections names no resource but the API, and a template has one.
  if (kind === 'websocket') return reader.node('WebsocketsApi');
  return kind === 'timer' ? reader.timer(resource) : reader.target(resource);
};

const accessTo = (reader: Reader, call: Call, resource: Json): Access[] => {
  const to = reached(reader, call.kind, resource);
  const index = indexIn(resource);
  if (to === undefined || kindOf(to) !== call.kind) return [];
  // A wildcard may allow writes to an index; there is no such call.
  if (index !== undefined && call.verb === 'writes') return [];
  const action: Settings = call.action === undefined ? {} : { action: call.action };
  return [{ call, to, settings: index === undefined ? action : { ...action, index } }];
};

const accessBy = (reader: Reader, statement: Properties): Access[] =>
  listOf(statement.Action)
    .flatMap(callsOf)
    .flatMap((call) => listOf(statement.Resource).flatMap((resource) => accessTo(reader, call, resource)));

/** What a role allows on the nodes of the network, one call on one node at a time. */
export const accessOf = (reader: Reader, role: string): Access[] =>
  statementsOf(reader, role).flatMap((statement) => accessBy(reader, statement));

const ADDRESS = /_(URL|ENDPOINT|API)$/;

const variablesOf = ({ Environment }: Properties): [name: string, value: Json][] => {
  const variables = within(Environment, 'Variables');
  return Object.entries(isRecord(variables) ? variables : {});
};

/** Services of others are in no role: a function knows them by an address in its environment, and gateways of its stack as well. */
const readAddresses = (reader: Reader, from: Node, properties: Properties): void => {
  for (const [name, value] of variablesOf(properties)) {
    if (!ADDRESS.test(name) || name.startsWith('AWS_')) continue;
    const own = referencesIn(value).map((id) => reader.node(id));
    const gateway = own.find((node) => node?.kind === 'http');
    if (gateway !== undefined) reader.say(from, 'calls', gateway);
    else if (/^https?:\/\//.test(typeof value === 'string' ? value : ''))
      reader.say(from, 'calls', reader.external(name.replace(ADDRESS, ''), String(value)));
  }
};

/** The parameter that a statement lets a role decrypt, and none but that. */
const secretOf = (statement: Properties): string | undefined => {
  const arn = within(statement, 'Condition', 'StringEquals', 'kms:EncryptionContext:PARAMETER_ARN');
  return arn === undefined ? undefined : flat(arn);
};

/** What a function reads of Parameter Store and decrypts; the variable with its name says what it is called. */
const readSecrets = (reader: Reader, from: Node, secrets: ReadonlySet<string>, properties: Properties): void => {
  for (const arn of secrets) {
    const parameter = arn.slice(arn.indexOf(':parameter') + ':parameter'.length);
    const variable = variablesOf(properties).find(([, value]) => flat(value) === parameter)?.[0];
    reader.say(from, 'reads', reader.secret(parameter, variable ?? (parameter.split('/').at(-1) as string)));
  }
};

/** Who has signed in is known by the user pool, and may do what the roles allow that the identity pool gives. */
const readIdentities = (reader: Reader, id: string, properties: Properties): void => {
  const from = reader.node(id);
  for (const { ProviderName } of recordsOf(properties.CognitoIdentityProviders))
    reader.say(from, 'calls', reader.users(ProviderName));
  for (const role of new Set(rolesOfIdentities(reader.template, id)))
    for (const { call, to, settings } of accessOf(reader, role)) reader.say(from, call.verb, to, settings);
};

/** What a template lets roles of another stack do: those of an identity pool, which go by the name of the pool. */
const readElsewhere = (reader: Reader): void => {
  for (const policy of policiesIn(reader).filter(({ Roles }) => referencesIn(Roles).length === 0))
    for (const statement of allowedBy([policy]))
      for (const { call, to, settings } of accessBy(reader, statement))
        reader.say(reader.identities(flat(policy.Roles)), call.verb, to, settings);
};

/** Says what functions and those who have signed in do: what their roles allow, and the addresses in functions' environment. */
export const readAccess = (reader: Reader): void => {
  readElsewhere(reader);
  for (const [id, { Type, Properties = {} }] of Object.entries(reader.template.Resources)) {
    if (Type === 'AWS::Cognito::IdentityPool') readIdentities(reader, id, Properties);
    const from = reader.node(id);
    if (Type !== 'AWS::Lambda::Function' || from === undefined) continue;
    const [role] = referencesIn(Properties.Role);
    const statements = role === undefined ? [] : statementsOf(reader, role);
    const secrets = new Set(statements.map(secretOf).filter((arn) => arn !== undefined));
    const others = statements.filter(({ Resource }) => !secrets.has(flat(Resource)));
    for (const { call, to, settings } of others.flatMap((statement) => accessBy(reader, statement))) {
      reader.say(from, call.verb, to, settings);
    }
    readSecrets(reader, from, secrets, Properties);
    readAddresses(reader, from, Properties);
  }
};
