import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
  SetStackPolicyCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../testkit/index.ts';
import { zipOf } from '../../testkit/zip.ts';

const StackName = 'greeter-rehearsal';
const CAPABILITIES: CreateChangeSetCommandInput['Capabilities'] = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'];
let stateFolder: string;
let aws: LocalAws;
let cloudFormation: CloudFormationClient;
let lambda: LambdaClient;
let s3: S3Client;

const connect = (accessKey?: string) => {
  const config = { ...aws.rootClientConfig, maxAttempts: 1 };
  if (accessKey) config.credentials = { accessKeyId: accessKey, secretAccessKey: accessKey };
  cloudFormation = new CloudFormationClient(config);
  lambda = new LambdaClient(config);
  s3 = new S3Client(config);
};
const start = async () => {
  aws = await startLocalAws({ stateFolder });
  connect();
};

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'deploy-api-'));
  await start();
});

afterEach(async () => {
  await aws.stop();
  await rm(stateFolder, { recursive: true, force: true });
});

const core = { ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket' } };

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
  },
};

const greeter = (S3Key: string, properties: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'greet',
    Handler: 'handlers/greet.handler',
    Runtime: 'nodejs24.x',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Code: { S3Bucket: { Ref: 'ServerlessDeploymentBucket' }, S3Key },
    ...properties,
  },
});

const greeting = (S3Key: string, properties?: object) => ({
  Resources: { ...core, Role: role, Greet: greeter(S3Key, properties) },
  Outputs: { Name: { Value: { Ref: 'Greet' }, Description: 'Who greets', Export: { Name: 'greeter' } } },
});

const says = (word: string) =>
  zipOf([['handlers/greet.cjs', `exports.handler = async () => ${JSON.stringify(word)};`]]);

/** Prepares a change, as osls does, and carries it out; resolves when it is through. */
async function change(template: object, type: 'CREATE' | 'UPDATE' = 'UPDATE', stack = StackName) {
  const ChangeSetName = 'change';
  if (type === 'UPDATE') await cloudFormation.send(new DeleteChangeSetCommand({ StackName: stack, ChangeSetName }));
  const input = { StackName: stack, ChangeSetName, ChangeSetType: type, Capabilities: CAPABILITIES, Parameters: [] };
  await cloudFormation.send(new CreateChangeSetCommand({ ...input, TemplateBody: JSON.stringify(template) }));
  const set = await cloudFormation.send(new DescribeChangeSetCommand({ StackName: stack, ChangeSetName }));
  if (set.Status !== 'CREATE_COMPLETE') return set;
  await cloudFormation.send(new ExecuteChangeSetCommand({ StackName: stack, ChangeSetName }));
  await aws.idle();
  return set;
}

const stackNow = async (stack = StackName) =>
  (await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }))).Stacks?.[0];

/** What has happened, oldest first, since so many events. */
const events = async (since = 0, stack = StackName) => {
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: stack }));
  return StackEvents.toReversed()
    .slice(since)
    .map(({ LogicalResourceId: id, ResourceStatus, ResourceStatusReason: reason }) =>
      [id, ResourceStatus, reason].filter(Boolean).join(' '),
    );
};

const bucketOf = async () => {
  const asked = { StackName, LogicalResourceId: 'ServerlessDeploymentBucket' };
  const { StackResourceDetail } = await cloudFormation.send(new DescribeStackResourceCommand(asked));
  return StackResourceDetail?.PhysicalResourceId;
};
const upload = async (Key: string, Body: Buffer) =>
  s3.send(new PutObjectCommand({ Bucket: await bucketOf(), Key, Body }));
const greet = async () => {
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'greet' }));
  return JSON.parse(Payload?.transformToString() ?? '');
};

/** A stack with a function in it, as two steps make it: first the bucket, then what is in it. */
async function deployed(word = 'good morning') {
  await change({ Resources: core }, 'CREATE');
  await upload('one.zip', says(word));
  return change(greeting('one.zip'));
}

describe('a deployment by change sets', () => {
  it('makes the bucket, then all else with the code that was uploaded, and tells each step', async () => {
    await change({ Resources: core }, 'CREATE');
    expect(await events()).toEqual([
      `${StackName} REVIEW_IN_PROGRESS User Initiated`,
      `${StackName} CREATE_IN_PROGRESS User Initiated`,
      'ServerlessDeploymentBucket CREATE_IN_PROGRESS',
      'ServerlessDeploymentBucket CREATE_IN_PROGRESS Resource creation Initiated',
      'ServerlessDeploymentBucket CREATE_COMPLETE',
      `${StackName} CREATE_COMPLETE`,
    ]);
    await upload('one.zip', says('good morning'));

    const set = await change(greeting('one.zip'));

    expect(set.Changes?.map(({ ResourceChange: told }) => `${told?.Action} ${told?.LogicalResourceId}`)).toEqual([
      'Add Role',
      'Add Greet',
    ]);
    expect(await stackNow()).toMatchObject({
      StackStatus: 'UPDATE_COMPLETE',
      Outputs: [{ OutputKey: 'Name', OutputValue: 'greet', Description: 'Who greets' }],
    });
    expect((await events(6)).at(-1)).toBe(`${StackName} UPDATE_COMPLETE`);
    expect(await greet()).toBe('good morning');
    const { StackResourceSummaries } = await cloudFormation.send(new ListStackResourcesCommand({ StackName }));
    expect(StackResourceSummaries?.map((one) => `${one.LogicalResourceId} ${one.ResourceStatus}`)).toEqual([
      'Greet CREATE_COMPLETE',
      'Role CREATE_COMPLETE',
      'ServerlessDeploymentBucket CREATE_COMPLETE',
    ]);
    const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName }));
    expect(JSON.parse(TemplateBody ?? '')).toEqual(greeting('one.zip'));
  });

  it('swaps the code where the template names another archive, which is its own from then on: also after a restart', async () => {
    // The clock of the test begins anew with each local-aws.
    await aws.advance(60_000);
    await deployed();
    await upload('two.zip', says('good night'));
    const before = await lambda.send(new GetFunctionCommand({ FunctionName: 'greet' }));

    const set = await change(greeting('two.zip'));

    expect(set.Changes?.map(({ ResourceChange: told }) => [told?.Action, told?.Replacement])).toEqual([
      ['Modify', 'False'],
    ]);
    expect(await greet()).toBe('good night');
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: 'greet' }));
    expect(Configuration?.CodeSha256).not.toBe(before.Configuration?.CodeSha256);
    expect(Configuration?.CodeSize).toBe(says('good night').length);
    await s3.send(new DeleteObjectCommand({ Bucket: await bucketOf(), Key: 'two.zip' }));
    await aws.stop();
    await start();
    expect(await greet()).toBe('good night');
    const after = await lambda.send(new GetFunctionCommand({ FunctionName: 'greet' }));
    expect(after.Configuration?.LastModified).toBe(Configuration?.LastModified);
    expect(await stackNow()).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    expect((await events()).at(-1)).toBe(`${StackName} UPDATE_COMPLETE`);
  });

  it('has nothing to do where nothing has changed, in the words that osls looks for', async () => {
    await deployed();
    const TemplateBody = JSON.stringify(greeting('one.zip'));

    await cloudFormation.send(new ValidateTemplateCommand({ TemplateBody }));

    expect(await change(greeting('one.zip'))).toMatchObject({
      Status: 'FAILED',
      StatusReason: expect.stringContaining("The submitted information didn't contain changes."),
    });
    await expect(
      cloudFormation.send(new UpdateStackCommand({ StackName, TemplateBody, Capabilities: CAPABILITIES })),
    ).rejects.toThrow('No updates are to be performed.');
  });
});

describe('a deployment that fails', () => {
  it('is undone, and told with the reason: the code of before runs', async () => {
    await deployed();
    const before = (await events()).length;
    await upload('two.zip', says('good night'));
    await upload('evil.zip', zipOf([['../../evil.cjs', 'process.exit()']]));
    const evil = greeter('evil.zip', { FunctionName: 'evil' });
    const wanted = greeting('two.zip');

    await change({ ...wanted, Resources: { ...wanted.Resources, Evil: { ...evil, DependsOn: 'Greet' } } });

    expect(await events(before)).toEqual([
      `${StackName} UPDATE_IN_PROGRESS User Initiated`,
      'Greet UPDATE_IN_PROGRESS',
      'Greet UPDATE_COMPLETE',
      'Evil CREATE_IN_PROGRESS',
      'Evil CREATE_IN_PROGRESS Resource creation Initiated',
      expect.stringMatching(/^Evil CREATE_FAILED .*'\.\.\/\.\.\/evil\.cjs' would not lie in the function's folder/),
      `${StackName} UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to update: [Evil].`,
      'Evil DELETE_IN_PROGRESS',
      'Evil DELETE_COMPLETE',
      'Greet UPDATE_IN_PROGRESS',
      'Greet UPDATE_COMPLETE',
      expect.stringContaining(`${StackName} UPDATE_ROLLBACK_COMPLETE`),
    ]);
    expect(await greet()).toBe('good morning');
    await change(greeting('two.zip'));
    expect(await greet()).toBe('good night');
  });

  it('leaves a stack that can only be removed, when it was new', async () => {
    const failing = { Resources: { ...core, Role: role, Greet: greeter('missing.zip') } };

    await change(failing, 'CREATE');

    expect(await stackNow()).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
    const told = await events();
    expect(told).toContainEqual(expect.stringMatching(/^Greet CREATE_FAILED .*S3 Error Code: NoSuchKey/));
    expect(told).toContain('Role DELETE_COMPLETE');
    await expect(change(failing)).rejects.toThrow('is in ROLLBACK_COMPLETE state and can not be updated.');
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    await aws.idle();
    await expect(stackNow()).rejects.toMatchObject({
      name: 'ValidationError',
      message: `Stack with id ${StackName} does not exist`,
    });
  });

  it('leaves nothing where it is asked to, and says by its id how it ended', async () => {
    const TemplateBody = JSON.stringify({ Resources: { ...core, Role: role, Greet: greeter('missing.zip') } });
    const input = { StackName, TemplateBody, Capabilities: CAPABILITIES, OnFailure: 'DELETE' as const };

    const { StackId } = await cloudFormation.send(new CreateStackCommand(input));
    await aws.idle();

    await expect(stackNow()).rejects.toThrow('does not exist');
    expect(await stackNow(StackId)).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
    expect(await events(0, StackId)).toContainEqual(expect.stringMatching(/^Greet CREATE_FAILED /));
  });

  it('is refused before anything is made, where the template shows it', async () => {
    const wrong = { Resources: { ...core, Greet: greeter('one.zip') } };

    await expect(change(wrong, 'CREATE')).rejects.toThrow('Unresolved resource dependencies [Role]');
    await expect(
      cloudFormation.send(new ValidateTemplateCommand({ TemplateBody: JSON.stringify(wrong) })),
    ).rejects.toThrow('Unresolved resource dependencies [Role]');
    await expect(
      cloudFormation.send(
        new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources: { ...core, Role: role } }) }),
      ),
    ).rejects.toMatchObject({
      name: 'InsufficientCapabilitiesException',
      message: 'Requires capabilities : [CAPABILITY_IAM]',
    });
    await expect(stackNow()).rejects.toThrow('does not exist');
  });
});

describe('removing a stack', () => {
  const remove = async () => {
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    await aws.idle();
  };

  it('keeps it, and says so, as long as its bucket is not empty: also over a restart', async () => {
    await deployed();

    await remove();

    expect(await stackNow()).toMatchObject({
      StackStatus: 'DELETE_FAILED',
      StackStatusReason: 'The following resource(s) failed to delete: [ServerlessDeploymentBucket].',
    });
    expect((await events()).slice(-2)).toEqual([
      'ServerlessDeploymentBucket DELETE_FAILED The bucket you tried to delete is not empty',
      `${StackName} DELETE_FAILED The following resource(s) failed to delete: [ServerlessDeploymentBucket].`,
    ]);
    await expect(greet()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const Bucket = await bucketOf();
    await aws.stop();
    await start();
    expect(await stackNow()).toMatchObject({ StackStatus: 'DELETE_FAILED' });
    expect(aws.cloud.stacks.has(StackName)).toBe(true);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'one.zip' }));
    await remove();
    await expect(stackNow()).rejects.toThrow('does not exist');
    expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  });

  it('is refused while the stack is protected from it', async () => {
    await change({ Resources: core }, 'CREATE');
    const protect = (EnableTerminationProtection: boolean) =>
      cloudFormation.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection }));
    await protect(true);
    expect(await stackNow()).toMatchObject({ EnableTerminationProtection: true });

    await expect(remove()).rejects.toThrow('cannot be deleted while TerminationProtection is enabled');

    await protect(false);
    await remove();
    await expect(stackNow()).rejects.toThrow('does not exist');
  });
});

it("keeps what a stack's policy protects as it is", async () => {
  await deployed();
  await upload('two.zip', says('good night'));
  const Statement = [
    { Effect: 'Allow', Principal: '*', Action: 'Update:*', Resource: '*' },
    { Effect: 'Deny', Principal: '*', Action: 'Update:*', Resource: 'LogicalResourceId/Greet' },
  ];
  await cloudFormation.send(new SetStackPolicyCommand({ StackName, StackPolicyBody: JSON.stringify({ Statement }) }));

  await change(greeting('two.zip'));

  expect(await stackNow()).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(await events()).toContainEqual(
    expect.stringMatching(/^Greet UPDATE_FAILED Action denied by stack policy: Statement \[#2\]/),
  );
  expect(await greet()).toBe('good morning');
});

describe('who deploys', () => {
  it("is the laptop's owner, with the key that nobody else knows: also what is deployed is his alone", async () => {
    await deployed();
    const Bucket = await bucketOf();
    connect('local');
    const what = "sign it with the access key of keys.json in the state folder, not with 'local'";

    await expect(change(greeting('two.zip'))).rejects.toThrow(what);
    await expect(cloudFormation.send(new DeleteStackCommand({ StackName }))).rejects.toThrow(what);
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: 'one.zip', Body: 'x' }))).rejects.toThrow(what);
    await expect(s3.send(new DeleteObjectCommand({ Bucket, Key: 'one.zip' }))).rejects.toThrow(what);
    expect(await stackNow()).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
  });

  it('is no role, whatever it allows', async () => {
    await deployed();
    const PolicyDocument = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'cloudformation:*', Resource: '*' }],
    };
    const Policies = [{ PolicyName: 'everything', PolicyDocument }];
    const { Resources } = greeting('one.zip');
    await change({ Resources: { ...Resources, Role: { ...role, Properties: { ...role.Properties, Policies } } } });
    connect(aws.env('greet').AWS_ACCESS_KEY_ID);

    expect(await stackNow()).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    await expect(cloudFormation.send(new DeleteStackCommand({ StackName }))).rejects.toThrow(
      "Only the laptop's owner deploys to local-aws",
    );
  });

  it('takes code and templates from no bucket into which others may write', async () => {
    await deployed();
    await s3.send(new CreateBucketCommand({ Bucket: 'attic' }));
    await s3.send(new PutObjectCommand({ Bucket: 'attic', Key: 'x', Body: says('evil') }));
    const from = { Code: { S3Bucket: 'attic', S3Key: 'x' } };

    await change(greeting('one.zip', from));

    expect(await events()).toContainEqual(
      expect.stringMatching(/^Greet UPDATE_FAILED .*into attic everybody on this machine may/),
    );
    expect(await greet()).toBe('good morning');
    await expect(
      cloudFormation.send(new ValidateTemplateCommand({ TemplateURL: 'https://s3.amazonaws.com/attic/x' })),
    ).rejects.toThrow('everybody on this machine may write into attic');
  });

  it('leaves alone what runs from its sources', async () => {
    await aws.cloud.stacks.deploy({ stackName: StackName, template: { Resources: core } });

    await expect(change(greeting('one.zip'))).rejects.toThrow('runs from its sources (npm start, sls offline)');
    await expect(cloudFormation.send(new DeleteStackCommand({ StackName }))).rejects.toThrow('runs from its sources');
    expect(await stackNow()).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  });
});
