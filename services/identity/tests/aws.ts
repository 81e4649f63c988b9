import { join } from 'node:path';
import { type LocalAws, PATIENCE_MS, type ServiceOptions, startService } from '@arcade/local-aws/testkit';
import { CognitoIdentityClient } from '@aws-sdk/client-cognito-identity';
import {
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';

export { PATIENCE_MS };
export const SERVICE_FOLDER = join(import.meta.dirname, '..');
export const PASSWORD = 'correct-horse';

/** identity on a local AWS of its own. */
export interface Arcade {
  aws: LocalAws;
  outputs: Record<string, string>;
  /** As somebody whom nobody knows: without credentials. */
  anybody: CognitoIdentityProviderClient;
  /** As the laptop's owner. */
  owner: CognitoIdentityProviderClient;
  identities: CognitoIdentityClient;
  /** Signs up; gives whether that was all. */
  signUp(name: string, email?: string): Promise<boolean>;
  confirm(name: string, code: string): Promise<void>;
  signIn(name: string, password?: string): Promise<Required<Tokens>>;
  /** The codes that were mailed, oldest first. */
  codes(): string[];
  stop(): Promise<void>;
}

type Tokens = Pick<AuthenticationResultType, 'IdToken' | 'AccessToken' | 'RefreshToken'>;

/** Starts identity; accounts are confirmed at once, as on a laptop, unless told otherwise. */
export async function startArcade({
  confirmAtOnce = true,
  ...options
}: ServiceOptions & { confirmAtOnce?: boolean } = {}): Promise<Arcade> {
  // Another variable, not another param: the service is compiled once for all.
  const variables = { CONFIRM_AT_ONCE: String(confirmAtOnce) };
  const aws = await startService(SERVICE_FOLDER, { ...options, variables });
  const outputs = aws.outputs('identity');
  const ClientId = outputs.UserPoolClientId;
  const { endpoint, region } = aws.rootClientConfig;
  // What needs no signature is sent without one.
  const anybody = new CognitoIdentityProviderClient({ endpoint, region, maxAttempts: 1 });
  const owner = new CognitoIdentityProviderClient(aws.rootClientConfig);
  const identities = new CognitoIdentityClient({ endpoint, region, maxAttempts: 1 });
  return {
    ...{ aws, outputs, anybody, owner, identities },
    async signUp(Username, email) {
      const UserAttributes = email === undefined ? [] : [{ Name: 'email', Value: email }];
      const command = new SignUpCommand({ ClientId, Username, Password: PASSWORD, UserAttributes });
      return (await anybody.send(command)).UserConfirmed === true;
    },
    async confirm(Username, ConfirmationCode) {
      await anybody.send(new ConfirmSignUpCommand({ ClientId, Username, ConfirmationCode }));
    },
    async signIn(USERNAME, password = PASSWORD) {
      const AuthParameters = { USERNAME, PASSWORD: password };
      const { AuthenticationResult } = await anybody.send(
        new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }),
      );
      const { IdToken = '', AccessToken = '', RefreshToken = '' } = AuthenticationResult ?? {};
      return { IdToken, AccessToken, RefreshToken };
    },
    codes: () =>
      aws.cloud.logs.lines(`/aws/cognito/${outputs.UserPoolId}`).flatMap((line) => /\b\d{6}\b/.exec(line)?.[0] ?? []),
    async stop() {
      for (const client of [anybody, owner, identities]) client.destroy();
      await aws.stop();
    },
  };
}

/** What a token says; nobody verifies it here. */
export const claimsIn = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
