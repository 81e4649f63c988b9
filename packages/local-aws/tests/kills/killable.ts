import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';

/** A local-aws in a process of its own, with clients that try each call once. */
export interface Killable {
  endpoint: string;
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  sns: SNSClient;
  bus: EventBridgeClient;
  lambda: LambdaClient;
  kinesis: KinesisClient;
  firehose: FirehoseClient;
  s3: S3Client;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts local-aws on a state folder, with a fault plan, on any free port unless told otherwise. */
export async function startKillable(stateFolder: string, faultsFile: string, port = 0): Promise<Killable> {
  const cli = join(import.meta.dirname, '../../cli.ts');
  const child = spawn(process.execPath, [cli, '--port', String(port), '--state', stateFolder, '--faults', faultsFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const endpoint = await endpointOf(child);
  const settings = {
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  const clients = {
    dynamodb: new DynamoDBClient(settings),
    sqs: new SQSClient(settings),
    sns: new SNSClient(settings),
    bus: new EventBridgeClient(settings),
    lambda: new LambdaClient(settings),
    kinesis: new KinesisClient(settings),
    firehose: new FirehoseClient(settings),
    s3: new S3Client(settings),
  };
  return {
    endpoint,
    ...clients,
    async kill() {
      child.kill('SIGKILL');
      if (child.signalCode === null) await once(child, 'exit');
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

async function endpointOf(child: ChildProcess): Promise<string> {
  let output = '';
  for await (const chunk of child.stdout ?? []) {
    output += chunk;
    const [endpoint] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
    if (endpoint) {
      // Read on, so that its pipe never fills up.
      child.stdout?.resume();
      return endpoint;
    }
  }
  throw new Error(`local-aws did not start: ${output}`);
}
