import { z } from 'zod';
import { NotSupportedError } from '../../core/errors.ts';
import { codeMismatch, invalidParameter, invalidPassword, notAuthorized } from '../errors.ts';
import type { User } from '../model.ts';
import { hashPassword, policyProblem } from '../passwords.ts';
import { checkAttributes, checkWritable, requiredAttributes } from '../schema.ts';
import { checkSecret, clientId, clientMetadata, type PoolState, poolOperation, targetOf } from '../service.ts';
import { checkStatus, type SignIn, signedIn } from '../signIns.ts';

/** What a user who must choose a password gets instead of tokens. */
export async function challenge({ core }: PoolState, { pool, client }: SignIn, user: User) {
  const expiresAtMs = core.clock.now() + client.properties.AuthSessionValidity * 60_000;
  const missing = requiredAttributes(pool.properties.Schema).filter((name) => !user.attributes[name]);
  return {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.name,
      requiredAttributes: JSON.stringify(missing.map((name) => `userAttributes.${name}`)),
      userAttributes: JSON.stringify(user.attributes),
    },
    Session: await pool.signing.sealSession({ sub: user.sub, client: client.id }, expiresAtMs),
  };
}

/** RespondToAuthChallenge: NEW_PASSWORD_REQUIRED. */
export const respondToAuthChallenge = (state: PoolState) =>
  poolOperation('RespondToAuthChallenge', {
    input: z.strictObject({
      ClientId: clientId,
      ChallengeName: z.string(),
      Session: z.string().min(20).max(2048).optional(),
      ChallengeResponses: z.record(z.string(), z.string()).default({}),
      ClientMetadata: clientMetadata,
    }),
    target: ({ ClientId }) => targetOf(state, ClientId),
    async run({ ClientId, ChallengeName, Session = '', ChallengeResponses, ClientMetadata }, context) {
      if (ChallengeName !== 'NEW_PASSWORD_REQUIRED')
        throw new NotSupportedError(`the challenge ${ChallengeName}`, 'It knows NEW_PASSWORD_REQUIRED');
      const { pool, client } = state.pools.client(ClientId);
      const { USERNAME: name, NEW_PASSWORD: password, SECRET_HASH, ...others } = ChallengeResponses;
      if (!name) throw invalidParameter('Missing required parameter USERNAME');
      if (!password) throw invalidParameter('Missing required parameter NEW_PASSWORD');
      checkSecret(client, name, SECRET_HASH);
      const user = await challenged(state, { pool, client }, Session, name);
      const attributes = givenAttributes(others);
      checkWritable(client, Object.keys(attributes));
      checkAttributes(pool.properties.Schema, { ...user.attributes, ...attributes });
      const problem = policyProblem(pool.properties.Policies, password);
      if (problem) throw invalidPassword(`Password does not conform to policy: ${problem}`);
      const passwordHash = await hashPassword(password);
      const changed = pool.users.change(user, (now) => {
        if (now.passwordHash !== user.passwordHash) throw sessionExpired();
        return {
          passwordHash,
          status: 'CONFIRMED',
          temporaryUntilMs: undefined,
          attributes: { ...now.attributes, ...attributes },
          changedAtMs: state.core.clock.now(),
        };
      });
      const signIn = { pool, client, clientMetadata: ClientMetadata };
      return signedIn(state, signIn, changed, 'TokenGeneration_NewPasswordChallenge', context);
    },
  });

const sessionExpired = () => notAuthorized('Invalid session for the user, session is expired.');

/** Whom a challenge was given to, as long as he has not met it. */
async function challenged({ core }: PoolState, { pool, client }: SignIn, session: string, name: string): Promise<User> {
  const opened = await pool.signing.openSession(session, core.clock.now());
  if ('refused' in opened)
    throw opened.refused === 'expired' ? sessionExpired() : codeMismatch('Invalid session provided');
  const user = pool.users.find(name);
  if (user?.sub !== opened.claims.sub || opened.claims.client !== client.id)
    throw codeMismatch('Invalid session provided');
  if (user?.status !== 'FORCE_CHANGE_PASSWORD') throw sessionExpired();
  checkStatus({ core }, user);
  return user;
}

const PREFIX = 'userAttributes.';

function givenAttributes(responses: Record<string, string>): Record<string, string> {
  const unknown = Object.keys(responses).find((name) => !name.startsWith(PREFIX));
  if (unknown !== undefined) throw new NotSupportedError(`the ChallengeResponses member ${unknown}`);
  return Object.fromEntries(Object.entries(responses).map(([name, value]) => [name.slice(PREFIX.length), value]));
}
