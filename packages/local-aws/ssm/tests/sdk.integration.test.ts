import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  type Parameter,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../testkit/index.ts';

const SESSION = '/game/local/session';
const arnOf = (name: string) => `arn:aws:ssm:eu-west-1:000000000000:parameter${name}`;

/** A parameter, and a queue that hears of all that is done to parameters. */
const template = (session: object = {}, more: object = {}) => ({
  Resources: {
    Heard: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'heard' } },
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Heard' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: '*',
          },
        },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.ssm'], detail: { name: [SESSION], operation: ['Create', 'Update', 'Delete'] } },
        Targets: [{ Id: 'heard', Arn: { 'Fn::GetAtt': ['Heard', 'Arn'] } }],
      },
    },
    Session: {
      Type: 'AWS::SSM::Parameter',
      DependsOn: 'Rule',
      Properties: { Name: SESSION, Type: 'String', Value: 'null', Description: 'the open session', ...session },
    },
    ...more,
  },
  Outputs: { Name: { Value: { Ref: 'Session' } }, Value: { Value: { 'Fn::GetAtt': ['Session', 'Value'] } } },
});

let stateFolder: string;
let aws: LocalAws;
let ssm: SSMClient;

const start = async () => {
  aws = await startLocalAws({ stateFolder });
  ssm = new SSMClient({ ...aws.rootClientConfig, maxAttempts: 1 });
};
const stop = async () => {
  ssm.destroy();
  await aws.idle();
  await aws.stop();
};
const restart = async () => {
  await stop();
  await start();
};
const deploy = (wanted: object) => aws.cloud.stacks.deploy({ stackName: 'game', template: wanted });
const put = (Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}) =>
  ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));
const get = async (Name: string, WithDecryption = false, client = ssm): Promise<Parameter | undefined> =>
  (await client.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter;
const heard = async () => {
  const sqs = new SQSClient(aws.rootClientConfig);
  await aws.idle();
  const QueueUrl = `${aws.endpoint}/000000000000/heard`;
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  sqs.destroy();
  return Messages.map(({ Body = '' }) => JSON.parse(Body));
};

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'parameters-'));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(stateFolder, { recursive: true });
});

describe('a parameter', () => {
  it('says what was put last, by name, version and ARN, and before', async () => {
    await put('/a/b', 'one', { Description: 'first' });
    await aws.advance(5000);
    expect(await put('/a/b', 'two', { Overwrite: true })).toMatchObject({ Version: 2, Tier: 'Standard' });

    expect(await get('/a/b')).toEqual({
      ARN: arnOf('/a/b'),
      DataType: 'text',
      LastModifiedDate: new Date('2030-01-01T00:00:05Z'),
      Name: '/a/b',
      Type: 'String',
      Value: 'two',
      Version: 2,
    });
    expect(await get('/a/b:1')).toMatchObject({ Name: '/a/b', Value: 'one', Version: 1, Selector: ':1' });
    expect(await get(arnOf('/a/b'))).toMatchObject({ Name: '/a/b', Value: 'two' });
    const { Parameters: history } = await ssm.send(new GetParameterHistoryCommand({ Name: '/a/b' }));
    expect(history).toMatchObject([
      { Value: 'one', Version: 1, Description: 'first', LastModifiedUser: 'arn:aws:iam::000000000000:root' },
      { Value: 'two', Version: 2, Description: 'first' },
    ]);
    await put('x', 'bare');
    expect(await get('/x')).toMatchObject({ Name: '/x', Value: 'bare' });
  });

  it('keeps its latest hundred versions', async () => {
    await put('/a', '1');
    for (let version = 2; version <= 101; version += 1) await put('/a', `${version}`, { Overwrite: true });

    const first = await ssm.send(new GetParameterHistoryCommand({ Name: '/a' }));
    const { NextToken } = first;
    const second = await ssm.send(new GetParameterHistoryCommand({ Name: '/a', NextToken }));

    const versions = [first, second].flatMap(({ Parameters = [] }) => Parameters.map(({ Version }) => Version));
    expect(versions).toEqual(Array.from({ length: 100 }, (_, index) => index + 2));
    expect(second.NextToken).toBeUndefined();
    await expect(get('/a:1')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
  });

  it('is found below its path, page by page, and those that are not there are named', async () => {
    for (const name of ['/p/a', '/p/b', '/p/deep/c', '/other']) await put(name, name);
    const below = async (Path: string, more: object = {}) => {
      const { Parameters = [], NextToken } = await ssm.send(new GetParametersByPathCommand({ Path, ...more }));
      return { names: Parameters.map(({ Name }) => Name), NextToken };
    };

    expect(await below('/p')).toEqual({ names: ['/p/a', '/p/b'], NextToken: undefined });
    const { names, NextToken } = await below('/', { Recursive: true, MaxResults: 3 });
    expect([names, (await below('/', { Recursive: true, MaxResults: 3, NextToken })).names]).toEqual([
      ['/other', '/p/a', '/p/b'],
      ['/p/deep/c'],
    ]);
    expect(await ssm.send(new GetParametersCommand({ Names: ['/p/a', '/none'] }))).toMatchObject({
      Parameters: [{ Name: '/p/a' }],
      InvalidParameters: ['/none'],
    });
    const beginning = [{ Key: 'Name', Option: 'BeginsWith', Values: ['/p/'] }];
    const { Parameters: described } = await ssm.send(new DescribeParametersCommand({ ParameterFilters: beginning }));
    expect(described?.map(({ Name }) => Name)).toEqual(['/p/a', '/p/b', '/p/deep/c']);
    expect(await ssm.send(new DeleteParametersCommand({ Names: ['/p/a', '/none'] }))).toMatchObject({
      DeletedParameters: ['/p/a'],
      InvalidParameters: ['/none'],
    });
    await expect(get('/p/a')).rejects.toThrow(ParameterNotFound);
  });

  it.each([
    ['another type', { Type: 'StringList' }, 'HierarchyTypeMismatchException'],
    ['what does not fit the pattern', { Value: 'no', AllowedPattern: '^\\d+$' }, 'ParameterPatternMismatchException'],
    ['what is too long', { Value: 'x'.repeat(4097) }, 'ValidationException'],
    ['what is too long for the advanced tier', { Value: 'x'.repeat(8193), Tier: 'Advanced' }, 'ValidationException'],
    ['a policy', { Policies: '[]' }, 'NotSupportedByLocalAws'],
    ['a key, where nothing is sealed', { KeyId: 'alias/aws/ssm' }, 'ValidationException'],
    ['to be put over when nobody has said so', { Overwrite: false }, 'ParameterAlreadyExists'],
  ] as [string, Partial<PutParameterCommandInput>, string][])('refuses %s', async (_case, wanted, name) => {
    await put('/a', '1');

    await expect(put('/a', '2', { Overwrite: true, ...wanted })).rejects.toMatchObject({ name });

    expect(await get('/a')).toMatchObject({ Value: '1', Version: 1 });
  });

  it('of the advanced tier holds 8 KB, is taken there by its length, and does not come back', async () => {
    await put('/a', '1');

    expect(await put('/a', 'x'.repeat(8192), { Overwrite: true, Tier: 'Intelligent-Tiering' })).toMatchObject({
      Tier: 'Advanced',
    });
    await expect(put('/a', '1', { Overwrite: true, Tier: 'Standard' })).rejects.toThrow("can't downgrade");
  });
});

describe('a SecureString', () => {
  const SEALED = '/game/local/lwa-client';
  const TEXT = 'the-secret-text';
  const KEY = { Type: 'AWS::KMS::Key', Properties: {} };
  const ALIAS = { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/mine', TargetKeyId: { Ref: 'Key' } } };
  const reads = { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: arnOf('/game/local/*') };
  const decrypts = (parameter: string) => ({
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: { 'Fn::GetAtt': ['Key', 'Arn'] },
    Condition: {
      StringEquals: {
        'kms:ViaService': 'ssm.eu-west-1.amazonaws.com',
        'kms:EncryptionContext:PARAMETER_ARN': arnOf(parameter),
      },
    },
  });
  const role = (...Statement: object[]) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'reader',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      },
      Policies: [{ PolicyName: 'reads', PolicyDocument: { Version: '2012-10-17', Statement } }],
    },
  });
  const asReader = () => {
    const { accessKeyId, secretAccessKey, sessionToken } = aws.cloud.iam.credentialsFor(
      'arn:aws:iam::000000000000:role/reader',
    );
    return new SSMClient({ ...aws.rootClientConfig, credentials: { accessKeyId, secretAccessKey, sessionToken } });
  };

  it("is sealed by AWS's own key, which whoever may read it may use through Parameter Store", async () => {
    await deploy(template({}, { Role: role(reads) }));
    await put(SEALED, TEXT, { Type: 'SecureString' });
    await restart();
    const reader = asReader();

    expect(await get(SEALED, true, reader)).toMatchObject({ Type: 'SecureString', Value: TEXT });
    const { Value: sealed = '' } = (await get(SEALED, false, reader)) ?? {};
    const { Parameters: listed } = await ssm.send(new DescribeParametersCommand({}));
    const { Parameters: history } = await ssm.send(
      new GetParameterHistoryCommand({ Name: SEALED, WithDecryption: true }),
    );

    expect(listed).toContainEqual(expect.objectContaining({ Name: SEALED, KeyId: 'alias/aws/ssm' }));
    expect(history).toMatchObject([{ Value: TEXT }]);
    expect(sealed.length).toBeGreaterThan(TEXT.length);
    const kept = (await readdir(stateFolder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    const files = await Promise.all(kept.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')));
    const seen = [Buffer.from(sealed, 'base64').toString('latin1'), JSON.stringify([listed, aws.journal()]), ...files];
    for (const text of seen)
      for (const open of [TEXT, Buffer.from(TEXT).toString('base64')]) expect(text).not.toContain(open);
    reader.destroy();
  });

  it("of a key of one's own is read by whom that key lets, through Parameter Store and for this parameter", async () => {
    const withRole = (...statements: object[]) => template({}, { Key: KEY, Alias: ALIAS, Role: role(...statements) });
    await deploy(withRole(reads));
    await put(SEALED, TEXT, { Type: 'SecureString', KeyId: 'alias/mine' });
    const refused = { name: 'AccessDeniedException', message: expect.stringContaining('perform: kms:Decrypt') };

    await expect(get(SEALED, true, asReader())).rejects.toMatchObject(refused);
    expect(await get(SEALED, false, asReader())).toMatchObject({ Type: 'SecureString' });
    await deploy(withRole(reads, decrypts('/game/local/another')));
    await expect(get(SEALED, true, asReader())).rejects.toMatchObject(refused);
    await deploy(withRole(reads, decrypts(SEALED)));
    expect(await get(SEALED, true, asReader())).toMatchObject({ Value: TEXT });

    const [key] = aws.journal().filter(({ service, outcome }) => service === 'kms' && outcome === 'ok');
    expect(key).toMatchObject({ action: 'Encrypt', to: expect.stringContaining(':key/') });
    const { Parameters: listed } = await ssm.send(new DescribeParametersCommand({}));
    expect(listed).toContainEqual(expect.objectContaining({ Name: SEALED, KeyId: 'alias/mine' }));
  });

  it('of 8 KB is sealed by a data key, and found below its path in the clear', async () => {
    const long = 'ü'.repeat(8192);
    await put(SEALED, long, { Type: 'SecureString', Tier: 'Advanced' });
    await restart();

    const found = { Path: '/game', Recursive: true, WithDecryption: true };
    expect((await ssm.send(new GetParametersByPathCommand(found))).Parameters).toMatchObject([{ Value: long }]);
    expect(aws.journal()).toContainEqual(expect.objectContaining({ service: 'kms', action: 'Decrypt' }));
  });

  it('is not put, and says nothing, by a key that cannot be used', async () => {
    await deploy(template({}, { Key: KEY, Alias: ALIAS }));
    const secure = { Type: 'SecureString' as const, Overwrite: true };
    await expect(put(SEALED, TEXT, { ...secure, KeyId: 'alias/none' })).rejects.toMatchObject({ name: 'InvalidKeyId' });
    await put(SEALED, TEXT, { ...secure, KeyId: 'alias/mine' });

    await deploy(template({}, { Key: { ...KEY, Properties: { Enabled: false } }, Alias: ALIAS }));

    await expect(get(SEALED, true)).rejects.toMatchObject({ name: 'InvalidKeyId' });
  });
});

describe('Parameter Store', () => {
  it('throttles the forty-first read of a second, whoever asks, and no write', async () => {
    await put('/a', '1');
    await aws.advance(1000);

    const reads = await Promise.allSettled(Array.from({ length: 41 }, () => get('/a')));

    const refused = reads.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { name: 'ThrottlingException', message: 'Rate exceeded' } }]);
    await put('/a', '2', { Overwrite: true });
    await expect(ssm.send(new GetParametersCommand({ Names: ['/a'] }))).rejects.toThrow('Rate exceeded');
    await aws.advance(25);
    expect(await get('/a')).toMatchObject({ Value: '2' });
  });

  it('tells the default bus what was done to a parameter, and not what it says', async () => {
    await deploy(template());
    expect((await heard())[0]).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Parameter Store Change',
      source: 'aws.ssm',
      account: '000000000000',
      time: '2030-01-01T00:00:00Z',
      region: 'eu-west-1',
      resources: [arnOf(SESSION)],
      detail: { operation: 'Create', name: SESSION, type: 'String', description: 'the open session' },
    });

    await put(SESSION, '{"sessionId":"s"}', { Overwrite: true });
    await put('/other', 'not heard');
    expect((await heard()).map(({ detail }) => detail.operation)).toEqual(['Update']);
    await ssm.send(new DeleteParameterCommand({ Name: SESSION }));
    expect((await heard()).map(({ detail }) => detail.operation)).toEqual(['Delete']);
  });

  it('lets a role do what its policies say of a parameter, and names what they do not', async () => {
    const statement = { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: arnOf('/game/local/*') };
    const role = {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'reader',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        },
        Policies: [{ PolicyName: 'reads', PolicyDocument: { Version: '2012-10-17', Statement: statement } }],
      },
    };
    await deploy(template({}, { Role: role }));
    await put('/other', 'x');
    const { accessKeyId, secretAccessKey, sessionToken } = aws.cloud.iam.credentialsFor(
      'arn:aws:iam::000000000000:role/reader',
    );
    const reader = new SSMClient({
      ...aws.rootClientConfig,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });

    expect(await get(SESSION, false, reader)).toMatchObject({ Value: 'null' });
    await expect(get('/other', false, reader)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`ssm:GetParameter on resource: ${arnOf('/other')}`),
    });
    const change = new PutParameterCommand({ Name: SESSION, Value: 'x', Overwrite: true });
    await expect(reader.send(change)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    reader.destroy();
  });
});

describe('a parameter of a template', () => {
  it('keeps what was written into it over restarts and deployments, until the template says something new of it', async () => {
    const { outputs } = await deploy(template());
    expect(outputs).toEqual({ Name: SESSION, Value: 'null' });
    await put(SESSION, 'open', { Overwrite: true });

    await restart();
    expect(await get(SESSION)).toMatchObject({ Value: 'open', Version: 2 });
    await deploy(template({}, { Another: { Type: 'AWS::SQS::Queue' } }));
    expect(await get(SESSION)).toMatchObject({ Value: 'open', Version: 2 });

    await deploy(template({ Value: 'closed' }));
    expect(await get(SESSION)).toMatchObject({ Value: 'closed', Version: 3 });
  });

  it('stays deleted when somebody has deleted it, and goes with its stack', async () => {
    await deploy(template());
    await ssm.send(new DeleteParameterCommand({ Name: SESSION }));

    await restart();
    await expect(get(SESSION)).rejects.toThrow(ParameterNotFound);
    await put(SESSION, 'again');
    await aws.cloud.stacks.remove('game');

    await expect(get(SESSION)).rejects.toThrow(ParameterNotFound);
  });

  it('without a name is called after its logical id', async () => {
    const { outputs } = await deploy(template({ Name: undefined }));

    expect(outputs.Name).toMatch(/^CFN-Session-[A-Z0-9]{12}$/);
    expect(await get(outputs.Name ?? '')).toMatchObject({ Name: outputs.Name, Value: 'null' });
  });

  it('is not made where somebody else has the name', async () => {
    await put(SESSION, 'mine');

    await expect(deploy(template())).rejects.toThrow(/already exists/);

    expect(await get(SESSION)).toMatchObject({ Value: 'mine' });
  });

  it('of type SecureString is refused by name, as CloudFormation does', async () => {
    await expect(deploy(template({ Type: 'SecureString' }))).rejects.toThrow(/Type/);
  });
});

it('knows the error of a name in use as the SDK does', async () => {
  await put('/a', '1');

  await expect(put('/a', '2')).rejects.toThrow(ParameterAlreadyExists);
});
