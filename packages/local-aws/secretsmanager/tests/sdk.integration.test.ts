// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Fn::Sub's own placeholders.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../testkit/index.ts';

/** A queue whose name is the secret's, so that a test sees what came of the reference. */
const template = (more: object = {}, reference = '{{resolve:secretsmanager:${Key}:SecretString:apiKey}}') => ({
  Resources: {
    Key: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        Name: 'arcade/partner',
        Description: "The partner's key",
        GenerateSecretString: {
          SecretStringTemplate: '{"name":"partner"}',
          GenerateStringKey: 'apiKey',
          ExcludePunctuation: true,
        },
        ...more,
      },
    },
    Named: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': `q-${reference}` } } },
    Reader: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'reader',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'reads',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'Key' } }],
            },
          },
        ],
      },
    },
  },
  Outputs: { Key: { Value: { Ref: 'Key' } } },
});

let stateFolder: string;
let aws: LocalAws;
let secrets: SecretsManagerClient;

const start = async () => {
  aws = await startLocalAws({ stateFolder });
  secrets = new SecretsManagerClient(aws.rootClientConfig);
};
const stop = async () => {
  secrets.destroy();
  await aws.stop();
};
const deploy = (template: object) => aws.cloud.stacks.deploy({ stackName: 'vault', template });
const read = async (SecretId = 'arcade/partner', client = secrets) =>
  JSON.parse((await client.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? '') as { apiKey: string };
const as = (roleName: string) => {
  const { accessKeyId, secretAccessKey, sessionToken } = aws.cloud.iam.credentialsFor(
    `arn:aws:iam::000000000000:role/${roleName}`,
  );
  return new SecretsManagerClient({
    ...aws.rootClientConfig,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
};

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'secrets-'));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(stateFolder, { recursive: true });
});

describe('Secrets Manager', () => {
  it('gives a generated secret to whoever may read it, by name and ARN, the same after a restart', async () => {
    const { outputs } = await deploy(template());
    const arn = outputs.Key ?? '';
    expect(arn).toMatch(/^arn:aws:secretsmanager:eu-west-1:000000000000:secret:arcade\/partner-[A-Za-z0-9]{6}$/);
    const { apiKey } = await read();
    expect(apiKey).toMatch(/^[a-zA-Z0-9]{32}$/);

    await stop();
    await start();
    await deploy(template({ Description: 'Another' }));

    for (const id of ['arcade/partner', arn, arn.slice(0, -7)]) expect(await read(id)).toMatchObject({ apiKey });
    const reader = as('reader');
    expect(await read(arn, reader)).toMatchObject({ apiKey });
    reader.destroy();
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: arn }));
    expect(described).toMatchObject({ Name: 'arcade/partner', Description: 'Another' });
    const { SecretList } = await secrets.send(new ListSecretsCommand({}));
    expect(JSON.stringify([described, SecretList])).not.toContain(apiKey);
    expect(SecretList).toHaveLength(1);
  });

  it('refuses who may not, and what is not there', async () => {
    await deploy(template());
    const role = template().Resources.Reader;
    role.Properties.RoleName = 'stranger';
    role.Properties.Policies = [];
    await aws.cloud.stacks.deploy({ stackName: 'strangers', template: { Resources: { Role: role } } });

    const stranger = as('stranger');
    await expect(read('arcade/partner', stranger)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(/secretsmanager:GetSecretValue on resource: arn:.*:secret:arcade\/partner-/),
    });
    stranger.destroy();
    await expect(read('none')).rejects.toThrow(ResourceNotFoundException);
    await expect(
      secrets.send(new GetSecretValueCommand({ SecretId: 'arcade/partner', VersionStage: 'AWSPREVIOUS' })),
    ).rejects.toThrow('staging label: AWSPREVIOUS');
  });

  it('fills in dynamic references of a template, and its secrets are in no journal, output or description', async () => {
    await deploy(template());

    const { apiKey } = await read();
    const sqs = new SQSClient(aws.rootClientConfig);
    const QueueUrl = `${aws.endpoint}/000000000000/q-${apiKey}`;
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    sqs.destroy();
    expect(Attributes?.QueueArn).toContain(apiKey);
    await aws.cloud.stacks.remove('vault');
    await deploy({ Resources: { Key: template().Resources.Key } });
    await read();
    const { apiKey: another } = await read();
    expect(another).not.toBe(apiKey);
    expect(JSON.stringify(aws.journal())).not.toContain(another);
    expect(JSON.stringify(aws.cloud.stacks.list())).not.toContain(another);
  });

  it.each([
    ['a key that it does not have', '{{resolve:secretsmanager:${Key}:SecretString:none}}', /leads to nothing/],
    ['a secret that is not there', '{{resolve:secretsmanager:none}}', /leads to nothing/],
    ['another store', '{{resolve:ssm:none}}', /is not supported by local-aws/],
  ])('refuses a dynamic reference to %s', async (_case, reference, message) => {
    await expect(deploy(template({}, reference))).rejects.toThrow(message);

    expect((await secrets.send(new ListSecretsCommand({}))).SecretList).toEqual([]);
  });

  it('says no secret in what it says of a template, before the deployment or in it', async () => {
    const { Key } = template().Resources;
    await deploy({ Resources: { Key } });
    const { apiKey } = await read();
    const rule = (reference: unknown) => ({
      Tick: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: reference } },
    });

    const byName = { Key, ...rule('{{resolve:secretsmanager:arcade/partner:SecretString:apiKey}}') };
    const planned = await deploy({ Resources: { ...byName, Wrong: { Type: 'AWS::Wrong::Type' } } }).catch(String);
    const applied = await deploy({ Resources: byName }).catch(String);

    expect(planned).toContain('AWS::Wrong::Type');
    expect(applied).toContain("'***' is neither rate");
    expect(`${planned}${applied}${JSON.stringify(aws.journal())}`).not.toContain(apiKey);
  });
});
