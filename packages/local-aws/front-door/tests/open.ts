import { connect } from 'node:net';
import { type Assembled, assemble, type CloudOptions } from '../../assemble.ts';
import { createVirtualClock, type VirtualClock } from '../../core/clock.ts';
import type { ResourceContext } from '../../core/resource.ts';
import type { PolicyStatement } from '../../core/service.ts';
import { SECRET_HEADER } from '../../keys.ts';
import { type Asked, createEchoServices } from './echoServices.ts';

/** A front door with echo services behind it, and what tests need around it. */
export interface Open extends Assembled {
  clock: VirtualClock;
  asked: Asked[];
  /** What local-aws wrote into its log. */
  logged: string[];
  /** SDK settings for the laptop's owner, or for the given credentials. */
  settings(credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }): {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  /** The header that lets one change local-aws. */
  secret: Record<string, string>;
  /** Sends bytes as they are and gives back all that comes until the connection ends. */
  raw(bytes: string): Promise<string>;
  /** Makes a role with these statements, and credentials of it. */
  role(
    name: string,
    ...statements: PolicyStatement[]
  ): Promise<{ arn: string; accessKeyId: string; secretAccessKey: string }>;
}

/** Opens one on a free port with a virtual clock. */
export async function open(options: CloudOptions = {}): Promise<Open> {
  const clock = createVirtualClock();
  const { services, asked } = createEchoServices();
  const logged: string[] = [];
  const opened = await assemble(
    {
      port: 0,
      seed: 1,
      clock,
      services,
      log: (message, error) => logged.push(`${message}: ${error.stack}`),
      ...options,
    },
    () => ({
      services: [],
      stacksOf: () => ({
        stacks: { list: () => [], deploy: async (_name, request) => request, remove: async () => {} },
      }),
    }),
  );
  return {
    ...opened,
    clock,
    asked,
    logged,
    secret: { [SECRET_HEADER]: opened.keys.secret },
    settings: (credentials = { accessKeyId: 'local', secretAccessKey: 'local' }) => ({
      endpoint: opened.door.endpoint(),
      region: 'eu-west-1',
      credentials,
      maxAttempts: 1,
    }),
    raw: (bytes) =>
      new Promise((resolve, reject) => {
        const socket = connect(opened.door.port(), '127.0.0.1');
        let received = '';
        socket.on('data', (chunk) => {
          received += chunk.toString('latin1');
        });
        socket.on('close', () => resolve(received));
        socket.on('error', reject);
        socket.end(bytes);
      }),
    async role(name, ...statements) {
      const type = opened.resourceTypes.find((candidate) => candidate.type === 'AWS::IAM::Role');
      if (!type) throw new Error('there is no AWS::IAM::Role');
      const properties = type.properties.parse({
        RoleName: name,
        AssumeRolePolicyDocument: {
          Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        },
        Policies: statements.map((Statement, index) => ({
          PolicyName: `inline-${index}`,
          PolicyDocument: { Version: '2012-10-17', Statement },
        })),
      });
      const context: ResourceContext = { stackName: 'tests', logicalId: name, generateName: () => name };
      const { attributes } = await type.create(properties, context);
      const arn = attributes.Arn ?? '';
      return { arn, ...opened.iam.credentialsFor(arn, name) };
    },
  };
}
