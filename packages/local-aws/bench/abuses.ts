import { connect } from 'node:net';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Abuse } from './abuser/handlers/abuse.ts';

/** Where the abuser runs. */
export interface Target {
  /** Of local-aws. */
  endpoint: string;
  /** The abuser's REST API. */
  url: string;
  /** Deploys a template as a stack; resolves with what was answered. */
  deploy(stackName: string, template: Record<string, unknown>): Promise<string>;
}

/** Something that took local-aws down, or stopped it for seconds, once. */
export interface AbuseCase {
  name: string;
  /** Resolves with what was answered, in a few words. */
  run(target: Target): Promise<string>;
}

const KILOBYTE = 1000;
const REFUSED_CALLS = 400;
const HALF_SENT = 200;
const SLOW_READERS = 20;
/** So long half-sent requests are held open beside all else. */
const HELD_MS = 5000;
/** Longer than local-aws waits for the rest of a request. */
const ENDED_MS = 70_000;

const clientOf = (endpoint: string) => ({
  endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
});

/** Has the abuser's function do something. */
const asked = (name: string, abuse: Abuse): AbuseCase => ({
  name,
  async run({ endpoint }) {
    const lambda = new LambdaClient(clientOf(endpoint));
    try {
      const invoke = new InvokeCommand({ FunctionName: 'abuser', Payload: JSON.stringify({ abuse }) });
      const { FunctionError, Payload } = await lambda.send(invoke);
      const { errorType, errorMessage } = (JSON.parse(Payload?.transformToString() ?? 'null') ?? {}) as Record<
        string,
        string
      >;
      return FunctionError ? `${errorType}: ${errorMessage}` : 'ran to its end';
    } finally {
      lambda.destroy();
    }
  },
});

/** Publishes a message as the owner. */
async function publish(endpoint: string, message: string): Promise<string> {
  const sns = new SNSClient(clientOf(endpoint));
  try {
    await sns.send(new PublishCommand({ TopicArn: 'arn:aws:sns:eu-west-1:000000000000:abuser', Message: message }));
    return 'accepted';
  } finally {
    sns.destroy();
  }
}

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

async function post(url: string, body: string): Promise<string> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await answer.arrayBuffer();
  return String(answer.status);
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders.
const TWICE = '${a}${a}';

/** Posts a form, as clients of Query APIs do. */
async function form(endpoint: string, body: string): Promise<string> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/sns/aws4_request, SignedHeaders=host, Signature=0',
    },
    body,
  });
  return `${answer.status} ${await answer.text()}`;
}

/** A template whose one text doubles what is inside it, so many times. */
function doubling(times: number): Record<string, unknown> {
  let value: unknown = 'x'.repeat(KILOBYTE);
  for (let time = 0; time < times; time += 1) value = { 'Fn::Sub': [TWICE, { a: value }] };
  return templateWith(value);
}

/** A template whose one text becomes four times as long at each level. */
function joined(levels: number): Record<string, unknown> {
  let value: unknown = 'a'.repeat(8);
  for (let level = 0; level < levels; level += 1) value = { 'Fn::Join': ['aaaa', { 'Fn::Split': ['a', value] }] };
  return templateWith(value);
}

const templateWith = (value: unknown) => ({
  Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'abuser-text', DisplayName: value } } },
});

/** Requests of which nothing comes after the headers: how many were ended by the other side in time. */
async function halfSent(endpoint: string, waitMs: number): Promise<string> {
  const { port, hostname } = new URL(endpoint);
  const ends = Array.from({ length: HALF_SENT }, () => {
    const socket = connect(Number(port), hostname);
    socket.write(`POST / HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 100\r\n\r\n{`);
    socket.on('error', () => {});
    socket.resume();
    return new Promise<boolean>((resolve) => {
      socket.once('close', () => resolve(true));
      setTimeout(() => {
        resolve(false);
        socket.destroy();
      }, waitMs);
    });
  });
  const closed = (await Promise.all(ends)).filter(Boolean).length;
  return `${closed} of ${HALF_SENT} ended in ${waitMs / 1000} s`;
}

/** Followers of the journal that never read what they are sent. */
async function slowReaders(endpoint: string): Promise<string> {
  const { port, hostname } = new URL(endpoint);
  const sockets = Array.from({ length: SLOW_READERS }, () => {
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.on('error', () => {});
    socket.write(
      `GET /_local/journal?since=0 HTTP/1.1\r\nHost: localhost:${port}\r\nAccept: text/event-stream\r\n\r\n`,
    );
    return socket;
  });
  await refusedCalls(endpoint);
  for (const socket of sockets) socket.destroy();
  return `${SLOW_READERS} did not read`;
}

/** Calls that are refused, each with a name of its own that is very long. */
async function refusedCalls(endpoint: string): Promise<string> {
  const sns = new SNSClient(clientOf(endpoint));
  let refused = 0;
  for (let call = 0; call < REFUSED_CALLS; call += 1) {
    const Name = `${call}${'x'.repeat(200 * KILOBYTE)}`;
    await sns.send(new CreateTopicCommand({ Name })).catch(() => {
      refused += 1;
    });
  }
  sns.destroy();
  return `${refused} of ${REFUSED_CALLS} refused`;
}

/** All that are done one after the other, and at once. */
export const abuses: readonly AbuseCase[] = [
  asked('a result of 150 MB', 'result'),
  asked('1 GB of Buffers in 128 MB', 'buffers'),
  asked('logs without end', 'logs'),
  asked('a log line of 100 MB', 'line'),
  asked('a loop without end', 'loop'),
  asked('a child that goes on', 'child'),
  asked('garbage into every descriptor', 'garbage'),
  asked('a permission of nine wildcards', 'publish'),
  { name: 'Fn::Sub that doubles 30 times', run: ({ deploy }) => deploy('abuser-doubling', doubling(30)) },
  { name: 'Fn::Join and Fn::Split 20 deep', run: ({ deploy }) => deploy('abuser-joined', joined(20)) },
  {
    name: 'a template that matches (a+)+b',
    run: ({ url }) => post(url, JSON.stringify({ text: 'a'.repeat(5 * KILOBYTE) })),
  },
  { name: `${REFUSED_CALLS} refused names of 200 kB`, run: ({ endpoint }) => refusedCalls(endpoint) },
  { name: 'a message 20,000 levels deep', run: ({ endpoint }) => publish(endpoint, nested(20_000)) },
  { name: 'a request of 16 MB, all of it nested', run: ({ url }) => post(url, nested(8_000_000)) },
  { name: 'a form of 16 MB', run: ({ endpoint }) => form(endpoint, 'a=1&'.repeat(4_000_000)) },
  { name: `${HALF_SENT} half-sent requests`, run: ({ endpoint }) => halfSent(endpoint, HELD_MS) },
  { name: `${SLOW_READERS} followers that do not read`, run: ({ endpoint }) => slowReaders(endpoint) },
];

/** What takes so long that nothing else waits for it. */
export const untilEnded: AbuseCase = {
  name: 'half-sent requests, until they are ended',
  run: ({ endpoint }) => halfSent(endpoint, ENDED_MS),
};
