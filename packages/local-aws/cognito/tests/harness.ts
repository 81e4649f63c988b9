import { fileURLToPath } from 'node:url';
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createVirtualClock, type VirtualClock } from '../../core/clock.ts';
import type { JournalEntry } from '../../core/journal.ts';
import { type Cloud, createCloud } from '../../create.ts';
import { mailLogOf } from '../mail.ts';

type Json = Record<string, unknown>;
export type Resources = Record<
  string,
  { Type: string; Properties?: Json; DependsOn?: string | string[]; DeletionPolicy?: string }
>;

const file = fileURLToPath(new URL('./functions.mjs', import.meta.url));
const FUNCTIONS = ['preSignUp', 'postConfirmation', 'observe', 'preToken', 'message'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const ref = (Ref: string) => ({ Ref });

/** What a test says of its pool. */
export interface PoolOptions {
  pool?: Json;
  client?: Json;
  /** By trigger. */
  triggers?: Record<string, FunctionName>;
  /** Leaves the permissions out by which the pool may call functions. */
  isForbidden?: boolean;
  resources?: Resources;
  stateFolder?: string;
  port?: number;
  clock?: VirtualClock;
}

/** A user pool behind the front door. */
export interface TestPool {
  cloud: Cloud;
  clock: VirtualClock;
  poolId: string;
  poolArn: string;
  clientId: string;
  issuer: string;
  outputs: Record<string, string>;
  /** Nobody: what users themselves call needs no signature. */
  users: CognitoIdentityProviderClient;
  /** The laptop's owner. */
  admin: CognitoIdentityProviderClient;
  /** The pool's mail, oldest first. */
  mail(): string[];
  /** The code in the latest mail. */
  code(): string;
  /** What the functions were called with. */
  calls(name: FunctionName): { triggerSource: string; userName: string; request: Json; callerContext: Json }[];
  journal(): JournalEntry[];
  signUp(
    name: string,
    attributes?: Record<string, string>,
    password?: string,
  ): Promise<{
    UserConfirmed?: boolean | undefined;
    UserSub?: string | undefined;
    CodeDeliveryDetails?: object | undefined;
  }>;
  signIn(name: string, password?: string): Promise<{ AccessToken: string; IdToken: string; RefreshToken: string }>;
  close(): Promise<void>;
}

export const PASSWORD = 'Correct-horse1';

const trusting = (Service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
});

/** A template with the pool, a client, two groups and what functions it calls. */
export function poolTemplate({ pool, client, triggers = {}, isForbidden, resources }: PoolOptions): Json {
  const used = [...new Set(Object.values(triggers))];
  const functions: Resources = Object.fromEntries(
    used.flatMap((name) => [
      [
        name,
        {
          Type: 'AWS::Lambda::Function',
          Properties: {
            FunctionName: name,
            Handler: `functions.${name}`,
            Runtime: 'nodejs24.x',
            Role: arn('Caller'),
            Code: {},
          },
        },
      ],
      ...(isForbidden
        ? []
        : [
            [
              `${name}Permission`,
              {
                Type: 'AWS::Lambda::Permission',
                Properties: {
                  Action: 'lambda:InvokeFunction',
                  FunctionName: ref(name),
                  Principal: 'cognito-idp.amazonaws.com',
                  SourceArn: arn('Players'),
                },
              },
            ],
          ]),
    ]),
  );
  return {
    Resources: {
      Players: {
        Type: 'AWS::Cognito::UserPool',
        Properties: {
          UsernameConfiguration: { CaseSensitive: false },
          AutoVerifiedAttributes: ['email'],
          LambdaConfig: Object.fromEntries(Object.entries(triggers).map(([trigger, name]) => [trigger, arn(name)])),
          ...pool,
        },
      },
      Web: {
        Type: 'AWS::Cognito::UserPoolClient',
        Properties: {
          UserPoolId: ref('Players'),
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH'],
          PreventUserExistenceErrors: 'ENABLED',
          ...client,
        },
      },
      Gamers: {
        Type: 'AWS::Cognito::UserPoolGroup',
        Properties: { UserPoolId: ref('Players'), GroupName: 'gamer', Precedence: 10 },
      },
      Caller: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: trusting('lambda.amazonaws.com') },
      },
      // The pool names the function, and the function's role the pool: the policy stands by itself.
      CallerPolicy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'groups',
          Roles: [ref('Caller')],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'cognito-idp:AdminAddUserToGroup', Resource: arn('Players') }],
          },
        },
      },
      ...functions,
      ...resources,
    },
    Outputs: {
      PoolId: { Value: ref('Players') },
      PoolArn: { Value: arn('Players') },
      ClientId: { Value: ref('Web') },
      Issuer: { Value: { 'Fn::GetAtt': ['Players', 'ProviderURL'] } },
      Provider: { Value: { 'Fn::GetAtt': ['Players', 'ProviderName'] } },
    },
  };
}

/** Starts a cloud with a pool of its own. */
export async function startPool(options: PoolOptions = {}): Promise<TestPool> {
  const { clock = createVirtualClock(), stateFolder, port = 0, triggers = {} } = options;
  const cloud = await createCloud({ port, clock, seed: 1, ...(stateFolder !== undefined && { stateFolder }) });
  try {
    const functions = Object.fromEntries(
      Object.values(triggers).map((name) => [name, { kind: 'bundle' as const, file, handler: name }]),
    );
    const { outputs } = await cloud.stacks.deploy({ stackName: 'arcade', template: poolTemplate(options), functions });
    return poolOf(cloud, clock, outputs);
  } catch (error) {
    await cloud.close();
    throw error;
  }
}

function poolOf(cloud: Cloud, clock: VirtualClock, outputs: Record<string, string>): TestPool {
  const { PoolId: poolId = '', PoolArn: poolArn = '', ClientId: clientId = '', Issuer: issuer = '' } = outputs;
  const settings = { endpoint: cloud.endpoint, region: 'eu-west-1', maxAttempts: 1 };
  const users = new CognitoIdentityProviderClient(settings);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const mail = () => cloud.logs.lines(mailLogOf(poolId));
  return {
    cloud,
    clock,
    poolId,
    poolArn,
    clientId,
    issuer,
    outputs,
    users,
    admin: new CognitoIdentityProviderClient({ ...settings, credentials }),
    mail,
    code: () => /\b\d{6}\b/.exec(mail().at(-1) ?? '')?.[0] ?? '',
    calls: (name) =>
      cloud.logs
        .lines(`/aws/lambda/${name}`)
        .map((line) => line.slice(line.indexOf('{')))
        .filter((line) => line.startsWith('{"triggerSource'))
        .map((line) => JSON.parse(line)),
    journal: () => cloud.journal.ended(),
    signUp: (name, attributes = {}, password = PASSWORD) =>
      users.send(
        new SignUpCommand({
          ClientId: clientId,
          Username: name,
          Password: password,
          UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
        }),
      ),
    async signIn(name, password = PASSWORD) {
      const AuthParameters = { USERNAME: name, PASSWORD: password };
      const command = new InitiateAuthCommand({ ClientId: clientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters });
      const { AuthenticationResult } = await users.send(command);
      return AuthenticationResult as { AccessToken: string; IdToken: string; RefreshToken: string };
    },
    async close() {
      users.destroy();
      await cloud.close();
    },
  };
}
