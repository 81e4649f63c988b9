import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { servicePrincipal } from '../../core/principal.ts';
import { AccessDeniedError, createIam } from '../../iam/index.ts';
import { createTestLambda, type TestLambda } from './testCore.ts';

let lambda: TestLambda;
beforeEach(async () => {
  lambda = await createTestLambda();
});
afterEach(async () => lambda.close?.());

const ROLE = 'arn:aws:iam::000000000000:role/functions';
const basics = { FunctionName: 'f', Handler: 'index.handler', Runtime: 'nodejs24.x', Role: ROLE };
const create = (properties: object) => lambda.create('AWS::Lambda::Function', { ...basics, ...properties });

describe('AWS::Lambda::Function', () => {
  it('is referred to by name and ARN', async () => {
    expect(await create({})).toEqual({
      physicalId: 'f',
      attributes: { Arn: 'arn:aws:lambda:eu-west-1:000000000000:function:f' },
    });
  });

  it.each([
    ['Layers', { Layers: [] }],
    ['VpcConfig', { VpcConfig: {} }],
    ['FileSystemConfigs', { FileSystemConfigs: [] }],
    ['Timeuot', { Timeuot: 3 }],
  ])('refuses %s by name', async (name, properties) => {
    await expect(create(properties)).rejects.toThrow(name);
  });

  it.each([
    ['another runtime', { Runtime: 'python3.13' }, /Node.js functions only/],
    ['a timeout beyond 15 minutes', { Timeout: 901 }, /900/],
    ['less memory than 128 MB', { MemorySize: 64 }, /128/],
    ['a reserved variable', { Environment: { Variables: { AWS_REGION: 'x' } } }, /AWS_REGION is reserved/],
    [
      'more than 4 KB of variables',
      { Environment: { Variables: { A: 'x'.repeat(5000) } } },
      /exceeded the 4KB limit. String measured: /,
    ],
    ['a name longer than 64', { FunctionName: 'f'.repeat(65) }, /1 to 64/],
    ['a dead-letter target that is no queue or topic', { DeadLetterConfig: { TargetArn: 'queue' } }, /queue or topic/],
  ])('refuses %s', async (_what, properties, message) => {
    await expect(create(properties)).rejects.toThrow(message);
  });

  it('refuses a role that Lambda may not take on', async () => {
    const stranger = await lambda.create(
      'AWS::IAM::Role',
      {
        RoleName: 'other',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
      },
      'Other',
    );

    await expect(create({ Role: stranger.attributes.Arn })).rejects.toThrow(/cannot be assumed by lambda/);
  });

  it('takes numbers as values of variables, as CloudFormation does', async () => {
    await create({ Environment: { Variables: { ROUNDS: 11, FAST: true } } });

    expect(lambda.functions.environmentOf('f')).toMatchObject({ ROUNDS: '11', FAST: 'true' });
  });

  it('keeps its code through an update and has the new configuration', async () => {
    await lambda.addFunction('f', ({ deadlineMs }) => deadlineMs - lambda.core.clock.now());
    const current = { physicalId: 'f', attributes: {} };

    await lambda.update('AWS::Lambda::Function', current, { ...basics, Timeout: 7 }, basics);

    expect((await lambda.functions.invoke('f', {})).payload).toBe('7000');
  });

  it('is gone once removed', async () => {
    const current = await create({});
    const type = lambda.resources.find(({ type }) => type === 'AWS::Lambda::Function');
    await type?.remove(current, {}, { stackName: 's', logicalId: 'F', generateName: () => '' });

    await expect(lambda.functions.invoke('f', {})).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
});

describe('a function’s environment', () => {
  it('has its own variables, Lambda’s, its role’s false credentials and the local endpoint', async () => {
    await create({ Environment: { Variables: { TABLE: 'scores' } }, MemorySize: 256 });

    expect(lambda.functions.environmentOf('f')).toMatchObject({
      TABLE: 'scores',
      TZ: ':UTC',
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
    });
  });

  it('has nothing of the host’s AWS settings', async () => {
    process.env.AWS_PROFILE = 'the-owner';
    try {
      await create({});
      expect(lambda.functions.environmentOf('f')).not.toHaveProperty('AWS_PROFILE');
    } finally {
      delete process.env.AWS_PROFILE;
    }
  });
});

describe('AWS::Lambda::Permission', () => {
  it('becomes a statement that the invoker is measured by', async () => {
    const arn = await lambda.addFunction('f', () => 'ok');
    await lambda.create('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: arn,
      Principal: 'sns.amazonaws.com',
      SourceArn: 'arn:aws:sns:eu-west-1:000000000000:t',
      SourceAccount: '000000000000',
    });

    expect(lambda.core.services.policyOf(arn)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'tests-Resource',
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'lambda:InvokeFunction',
          Resource: arn,
          Condition: {
            ArnLike: { 'AWS:SourceArn': 'arn:aws:sns:eu-west-1:000000000000:t' },
            StringEquals: { 'AWS:SourceAccount': '000000000000' },
          },
        },
      ],
    });
  });

  it("lets Alexa invoke a skill's function in the name of that skill alone", async () => {
    const arn = await lambda.addFunction('f', () => 'ok');
    await lambda.create('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: arn,
      Principal: 'alexa-connectedhome.amazon.com',
      EventSourceToken: 'amzn1.ask.skill.ours',
    });
    const { authorize } = createIam({ clock: lambda.core.clock, services: lambda.core.services });
    const alexa = servicePrincipal('alexa-connectedhome.amazon.com', '');
    const invokedBy = (conditions: Record<string, string>) => () =>
      authorize(alexa, { action: 'lambda:InvokeFunction', resource: arn, conditions });

    expect(invokedBy({ 'lambda:EventSourceToken': 'amzn1.ask.skill.ours' })).not.toThrow();
    expect(invokedBy({ 'lambda:EventSourceToken': 'amzn1.ask.skill.another' })).toThrow(AccessDeniedError);
    expect(invokedBy({})).toThrow(AccessDeniedError);
  });

  it('makes the policy once, and anew when there is one more', async () => {
    const arn = await lambda.addFunction('f', () => 'ok');
    const permission = { Action: 'lambda:InvokeFunction', FunctionName: arn, Principal: 'sns.amazonaws.com' };
    const policy = () => lambda.core.services.policyOf(arn);
    await lambda.create('AWS::Lambda::Permission', permission, 'One');
    const first = policy();

    expect(policy()).toBe(first);
    await lambda.create('AWS::Lambda::Permission', permission, 'Two');
    expect([policy()?.Statement].flat()).toHaveLength(2);
  });

  it('refuses a principal that is neither a service, nor somebody of an account, nor everybody', async () => {
    await create({});
    const permission = { Action: 'lambda:InvokeFunction', FunctionName: 'f' };
    const granted = (Principal: string) => lambda.create('AWS::Lambda::Permission', { ...permission, Principal });

    for (const Principal of ['*', '000000000000', ROLE, 'sns.amazonaws.com']) await granted(Principal);
    for (const Principal of ['', 'sns', 'arn:aws:iam::000000000000:role/*']) {
      await expect(granted(Principal)).rejects.toThrow('The provided principal was invalid.');
    }
  });

  it('refuses a function that does not exist', async () => {
    const permission = { Action: 'lambda:InvokeFunction', FunctionName: 'ghost', Principal: 'sns.amazonaws.com' };

    await expect(lambda.create('AWS::Lambda::Permission', permission)).rejects.toThrow(/Function not found/);
  });
});

describe('versions and aliases', () => {
  it('name the function’s present code', async () => {
    await lambda.addFunction('f', ({ invokedFunctionArn }) => invokedFunctionArn);
    const version = await lambda.create('AWS::Lambda::Version', { FunctionName: 'f', CodeSha256: 'x' });
    await lambda.create('AWS::Lambda::Alias', { FunctionName: 'f', FunctionVersion: '1', Name: 'live' });

    expect(version.attributes.Version).toBe('1');
    expect((await lambda.functions.invoke('f:live', {})).payload).toBe(
      '"arn:aws:lambda:eu-west-1:000000000000:function:f:live"',
    );
    await expect(lambda.functions.invoke('f:2', {})).rejects.toThrow(/Function not found/);
  });
});

it.each([
  ['says nothing', {}, /at least one of error handling or destination/],
  [
    'sends to the function itself',
    { DestinationConfig: { OnFailure: { Destination: 'arn:aws:lambda:eu-west-1:000000000000:function:f:live' } } },
    /can't specify the function as a destination for itself/,
  ],
])('refuses an event invoke config that %s', async (_what, properties, message) => {
  await create({});
  const config = { FunctionName: 'f', Qualifier: '$LATEST', ...properties };

  await expect(lambda.create('AWS::Lambda::EventInvokeConfig', config)).rejects.toThrow(message);
});
