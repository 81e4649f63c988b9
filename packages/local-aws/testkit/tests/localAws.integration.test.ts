import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FunctionFailed, type LocalAws, type LocalAwsOptions, startLocalAws } from '../index.ts';

const SERVICE = join(import.meta.dirname, 'fixture-service');

const running: LocalAws[] = [];
afterEach(async () => {
  for (const aws of running.splice(0)) await aws.stop();
});

async function start(options?: LocalAwsOptions): Promise<LocalAws> {
  const aws = await startLocalAws(options);
  running.push(aws);
  return aws;
}

async function publish(aws: LocalAws, Message: string): Promise<void> {
  const sns = new SNSClient(aws.rootClientConfig);
  await sns.send(new PublishCommand({ TopicArn: aws.outputs('fixture').NotesTopicArn, Message }));
  sns.destroy();
}

async function notes(aws: LocalAws): Promise<{ text: string | undefined; at: string }[]> {
  const dynamodb = new DynamoDBClient(aws.rootClientConfig);
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: aws.outputs('fixture').NotesTableName }));
  dynamodb.destroy();
  return Items.map(({ text, atMs }) => ({ text: text?.S, at: new Date(Number(atMs?.N)).toISOString() }));
}

describe('the test kit', () => {
  it('runs a compiled service: topic, function and table, as they would deploy', async () => {
    const aws = await start();
    const { outputs, status } = await aws.deploy(SERVICE, { params: { greeting: 'welcome' } });

    await publish(aws, 'first');
    await aws.idle();

    expect(status).toBe('CREATE_COMPLETE');
    expect(outputs).toMatchObject({ NotesTableName: 'fixture-local-notes' });
    expect(await notes(aws)).toEqual([{ text: 'welcome, first', at: '2030-01-01T00:00:00.000Z' }]);
    expect(aws.env('fixture-local-keep-note')).toMatchObject({
      TABLE_NAME: 'fixture-local-notes',
      GREETING: 'welcome',
    });
    expect(aws.journal()).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'invocation', service: 'lambda', outcome: 'ok' })]),
    );
  });

  it('moves time for functions too', async () => {
    const aws = await start();
    await aws.deploy(SERVICE);

    await aws.advance(90_000);
    await publish(aws, 'late');
    await aws.idle();

    expect(await notes(aws)).toEqual([{ text: 'hello, late', at: '2030-01-01T00:01:30.000Z' }]);
  });

  it('invokes a function, and says what it failed with', async () => {
    const aws = await start();
    await aws.deploy(SERVICE);
    const event = (Message: string) => ({ Records: [{ Sns: { MessageId: '1', Message } }] });

    await expect(aws.invoke('fixture-local-keep-note', event('direct'))).resolves.toBeNull();
    const failure = await aws.invoke('fixture-local-keep-note', event('fail')).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(FunctionFailed);
    expect(failure).toMatchObject({
      errorType: 'TypeError',
      message: 'fixture-local-keep-note failed with TypeError: this note cannot be kept',
    });
    expect(await notes(aws)).toHaveLength(1);
    expect(aws.logs('fixture-local-keep-note')).toContainEqual(expect.stringContaining('keeping 1'));
  });

  it('lets time pass until what is waited for has happened: the third attempt of an event that fails', async () => {
    const aws = await start();
    await aws.deploy(SERVICE);
    await publish(aws, 'fail');

    const attempts = await aws.waitFor(
      (hops) => {
        const failed = hops.filter(({ kind, outcome }) => kind === 'invocation' && outcome === 'error');
        return failed.length >= 3 && failed;
      },
      { timeoutMs: 600_000 },
    );

    const [first, second, third] = attempts.map(({ atMs }) => atMs);
    expect([Number(second) - Number(first), Number(third) - Number(second)]).toEqual([60_000, 120_000]);
    await expect(aws.waitFor(() => false, { timeoutMs: 1000 })).rejects.toThrow(/waited 1000 ms in vain.*\n.*lambda/);
  });

  it('refuses a deployment from which the Lambda permission was taken, and names it', async () => {
    const aws = await start();
    const deployment = aws.deploy(SERVICE, {
      transform: ({ Resources }) => {
        delete Resources.KeepNoteLambdaPermissionFixturelocalnotesSNS;
      },
    });

    await expect(deployment).rejects.toThrow(
      /KeepNoteSnsSubscriptionFixturelocalnotes \(AWS::SNS::Subscription\): lambda:InvokeFunction on .*keep-note is not allowed: add an AWS::Lambda::Permission/,
    );

    expect(aws.cloud.stacks.list()).toEqual([]);
  });

  it('stops a function whose role lacks a statement with AccessDenied that names action, table and role', async () => {
    const aws = await start();
    await aws.deploy(SERVICE, {
      transform: ({ Resources }) => {
        Resources.KeepNoteIamRoleLambdaExecution?.Properties.Policies[0].PolicyDocument.Statement.pop();
      },
    });

    const failure = await aws
      .invoke('fixture-local-keep-note', { Records: [{ Sns: { MessageId: '1', Message: 'a' } }] })
      .catch((error: unknown) => error);

    expect(String(failure)).toMatch(
      /keepNote-eu-west-1-lambdaRole.* is not authorized to perform: dynamodb:PutItem on resource: .*table\/fixture-local-notes/,
    );
  });
});
