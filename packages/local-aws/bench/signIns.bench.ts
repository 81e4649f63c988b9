import type { BenchTable } from '../../../scripts/bench.ts';
import { createCloud } from '../create.ts';
import { quantile } from './rally.ts';

export const name = 'signIns';
/** Its cost is that of a password's hash, which is meant to take long. */
export const onDemand = true;

const PLAYERS = 100;
const PASSWORD = 'Correct-horse1';

const TEMPLATE = {
  Resources: {
    Players: { Type: 'AWS::Cognito::UserPool', Properties: {} },
    Web: {
      Type: 'AWS::Cognito::UserPoolClient',
      Properties: {
        UserPoolId: { Ref: 'Players' },
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      },
    },
  },
  Outputs: {
    UserPoolId: { Value: { Ref: 'Players' } },
    ClientId: { Value: { Ref: 'Web' } },
    Arn: { Value: { 'Fn::GetAtt': ['Players', 'Arn'] } },
  },
};

/** Signs players up and in, one by one and all at once, over HTTP. */
export async function run(): Promise<BenchTable[]> {
  const cloud = await createCloud({ port: 0 });
  try {
    const { outputs } = await cloud.stacks.deploy({ stackName: 'players', template: TEMPLATE });
    const { UserPoolId, ClientId } = outputs;
    const ask = async (operation: string, input: object, authorization?: string): Promise<unknown> => {
      const answer = await fetch(cloud.endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
          ...(authorization !== undefined && { authorization }),
        },
        body: JSON.stringify(input),
      });
      if (!answer.ok) throw new Error(`${operation}: ${await answer.text()}`);
      return answer.json();
    };
    const local = 'AWS4-HMAC-SHA256 Credential=local/20300101/eu-west-1/cognito-idp/aws4_request';
    const names = Array.from({ length: PLAYERS }, (_, index) => `player-${index}`);
    const signUp = (Username: string) => ask('SignUp', { ClientId, Username, Password: PASSWORD });
    const auth = (AuthFlow: string, AuthParameters: object) =>
      ask('InitiateAuth', { ClientId, AuthFlow, AuthParameters }) as Promise<{
        AuthenticationResult: { AccessToken: string; RefreshToken: string };
      }>;
    const signIn = (USERNAME: string) => auth('USER_PASSWORD_AUTH', { USERNAME, PASSWORD });

    const signUps = await timed(names, signUp);
    for (const Username of names) await ask('AdminConfirmSignUp', { UserPoolId, Username }, local);
    const oneByOne = await timed(names, signIn, 1);
    const sessions = await Promise.all(names.map(signIn));
    const atOnce = await timed(names, signIn);
    const refreshes = await timed(sessions, ({ AuthenticationResult }) =>
      auth('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: AuthenticationResult.RefreshToken }),
    );
    const looks = await timed(sessions, ({ AuthenticationResult: { AccessToken } }) => ask('GetUser', { AccessToken }));
    return [
      {
        title: `${PLAYERS} players of a user pool, ms a player`,
        columns: ['', 'p50', 'p99', 'all'],
        rows: [
          ['sign-up, all at once', ...signUps],
          ['sign-in, one by one', ...oneByOne],
          ['sign-in, all at once', ...atOnce],
          ['refresh, all at once', ...refreshes],
          ['GetUser, all at once', ...looks],
        ],
        note: 'Passwords are hashed two at a time, in threads of their own.',
      },
    ];
  } finally {
    await cloud.close();
  }
}

/** Median, 99th percentile and the whole, in milliseconds, of work done for each of some, so many at once. */
async function timed<T>(all: readonly T[], work: (one: T) => Promise<unknown>, atOnce = all.length): Promise<string[]> {
  const startedAt = performance.now();
  const durations: number[] = [];
  const waiting = [...all];
  const worker = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const begunAt = performance.now();
      await work(one);
      durations.push(performance.now() - begunAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return [quantile(durations, 0.5), quantile(durations, 0.99), performance.now() - startedAt].map((ms) =>
    ms.toFixed(1),
  );
}
