import { abreast } from '@arcade/lambda/abreast';
import {
  AdminAddUserToGroupCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { BotAccount } from './bot.ts';
import type { Laptop } from './laptop.ts';

const PASSWORD = 'Correct-horse-9';
/** Passwords are hashed two at a time. */
const ABREAST = 4;

/** Keys that may make every data call. */
export const LOCAL = { region: 'eu-west-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** Accounts of the arcade: who plays, and who looks after the sessions. */
export interface Accounts {
  /** The first so many bots; those that there are not yet sign up, as pages do, and `made` hears of each. */
  bots(count: number, made?: (there: number) => void): Promise<BotAccount[]>;
  manager(): Promise<BotAccount>;
  close(): void;
}

export function accountsOf({ endpoint, outputs }: Pick<Laptop, 'endpoint' | 'outputs'>): Accounts {
  const { UserPoolClientId: ClientId, UserPoolId } = outputs.identity ?? {};
  const client = new CognitoIdentityProviderClient({ ...LOCAL, endpoint });
  const accounts: BotAccount[] = [];
  const enter = async (index: number, name: string, GroupName?: string): Promise<BotAccount> => {
    await client.send(new SignUpCommand({ ClientId, Username: name, Password: PASSWORD }));
    if (GroupName) await client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: name, GroupName }));
    const AuthParameters = { USERNAME: name, PASSWORD };
    const { AuthenticationResult } = await client.send(
      new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }),
    );
    const token = AuthenticationResult?.IdToken ?? '';
    const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return { index, name, player: sub, token };
  };
  return {
    async bots(count, made = () => {}) {
      let there = accounts.length;
      const missing = Array.from({ length: Math.max(0, count - there) }, (_, at) => there + at);
      await abreast(ABREAST, missing, async (index) => {
        accounts[index] = await enter(index, `bot-${String(index).padStart(4, '0')}`);
        there += 1;
        made(there);
      });
      return accounts.slice(0, count);
    },
    manager: () => enter(0, 'bot-manager', 'manager'),
    close: () => client.destroy(),
  };
}
