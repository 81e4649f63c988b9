import { setTimeout as wait } from 'node:timers/promises';
import { createDocumentClient } from '@arcade/dynamodb';
import type { Cabinet } from '@arcade/events/contracts/lobby';
import { apiOf } from '@arcade/local-aws/testkit';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';

/** What somebody has done, and by which correlation id everything is found that followed from it. */
export interface Play {
  cabinet: Cabinet;
  chain: string;
  /** What the lobby tells of it at least. */
  about: string;
}

/** Somebody who plays one of the systems, again and again, until it is time to stop and something was done. */
export type Player = (isOver: () => boolean) => Promise<Play[]>;

/** Set by scripts/jest.ts, for the arcade that it has started or for a deployed stage. */
export function addressOf(variable: string): string {
  const address = process.env[variable];
  if (!address) throw new Error(`${variable} is not set: run this with npm run test:system`);
  return address.replace(/\/$/, '');
}

const api = (service: string) => apiOf(addressOf(`ARCADE_${service}_URL`));

/** Between two tries: a feed of five hundred has room for a minute of all five. */
const REST_MS = 3_000;
/** Nothing that is waited for here takes so long, but a schedule that fires once a minute. */
const PATIENCE_MS = 120_000;

/** Does it until it is time to stop, and, beyond that, until something came of it. */
async function again(isOver: () => boolean, attempt: () => Promise<Play | undefined>): Promise<Play[]> {
  const plays: Play[] = [];
  const giveUpMs = Date.now() + PATIENCE_MS;
  while (!isOver() || (plays.length === 0 && Date.now() < giveUpMs)) {
    const play = await attempt();
    if (play) plays.push(play);
    await wait(REST_MS);
  }
  return plays;
}

/**
 * Calls for the serve. The clock or the rally before may call it, too, and one call begins the rally: whether it was this one is seen when the
 * lobby tells of a serve in its chain.
 */
export const rallies: Player = (isOver) => {
  const [ask, askLobby] = [api('PING_PONG'), api('LOBBY')];
  return again(isOver, async () => {
    const chain = crypto.randomUUID();
    const { status } = await ask('POST', '/match/serve', {}, { 'x-correlation-id': chain });
    if (status !== 202) return undefined;
    await wait(2 * REST_MS);
    const { happenings } = (await askLobby('GET', '/feed?limit=200')).body;
    const isServed = happenings.some((happening: { chain: string }) => happening.chain === chain);
    return isServed ? { cabinet: 'ping-pong', chain, about: 'ping_pong.ball_hit' } : undefined;
  });
};

/** Plays whole games of three, until a town has found its mafia. */
export const games: Player = (isOver) => {
  const ask = api('MAFIA');
  let isFound = false;
  const isDone = () => isFound && isOver();
  return again(isDone, async () => {
    const chain = crypto.randomUUID();
    const turn = async (path: string, body: object) => {
      const answer = await ask('POST', path, body, { 'x-correlation-id': chain });
      if (answer.status >= 300) throw new Error(`mafia answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    let state = await turn('/games', { players: 3, mafia: 1 });
    const { gameId } = state;
    while (!state.outcome) {
      const [name] = state.mostAccused ?? [];
      state = await turn(`/games/${gameId}/${state.turn}`, state.turn === 'judgement' ? { name } : {});
    }
    isFound ||= state.outcome === 'innocents';
    return { cabinet: 'mafia', chain, about: 'mafia.game_ended' };
  });
};

/** Somebody who has signed up and in, as a page does. */
export interface Gamer {
  sub: string;
  token: string;
}

/** How an SDK client reaches the stage: the laptop by the keys that everybody knows, every other as the SDK finds it. */
function clientSettings(stage: string) {
  const region = process.env.AWS_REGION ?? 'eu-west-1';
  if (stage !== 'local') return { region };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { region, endpoint: addressOf('ARCADE_LOCAL_AWS_URL'), credentials };
}

/** Makes an account as an administrator does, where whoever signs up must wait for a mail. Nothing is mailed. */
async function invite(Username: string, Password: string, stage: string): Promise<void> {
  const settings = clientSettings(stage);
  const [stacks, users] = [new CloudFormationClient(settings), new CognitoIdentityProviderClient(settings)];
  const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({ StackName: `identity-${stage}` }));
  const UserPoolId = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'UserPoolId')?.OutputValue;
  await users.send(new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS' }));
  await users.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
  await users.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName: 'gamer' }));
  for (const client of [stacks, users]) client.destroy();
}

/** Makes an account on the stage, and signs in. */
export async function newGamer(stage: string): Promise<Gamer> {
  const { body: config } = await apiOf(addressOf('ARCADE_URL'))('GET', '/_arcade/config');
  const ask = async (operation: string, input: object) => {
    const answer = await fetch(new URL(config.userPool.endpoint, addressOf('ARCADE_URL')), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify({ ClientId: config.userPool.clientId, ...input }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: an answer of Cognito's, of which one field is read.
    const body = (await answer.json()) as any;
    if (!answer.ok) throw new Error(`${operation} was answered ${answer.status}: ${body.message}`);
    return body;
  };
  const [Username, Password] = [`gamer-${crypto.randomUUID().slice(0, 8)}`, `Correct-horse-${crypto.randomUUID()}`];
  if (config.confirmsAtOnce) await ask('SignUp', { Username, Password });
  else await invite(Username, Password, stage);
  const AuthParameters = { USERNAME: Username, PASSWORD: Password };
  const { AuthenticationResult } = await ask('InitiateAuth', { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters });
  const token: string = AuthenticationResult.IdToken;
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return { sub, token };
}

/** Throws at whatever is in the world: what dodges is tried again, what is caught is told. */
export const throws =
  ({ token }: Gamer): Player =>
  (isOver) => {
    const ask = api('FAKEMON');
    return again(isOver, async () => {
      const { body } = await ask('GET', '/world');
      const there = body.fakemon.find(
        ({ appearsAtMs, expiresAtMs, unitsLeft }: Record<string, number>) =>
          Number(appearsAtMs) <= body.nowMs && body.nowMs + 1000 < Number(expiresAtMs) && Number(unitsLeft) > 0,
      );
      if (!there) return undefined;
      const chain = crypto.randomUUID();
      const thrown = { fakemonId: there.fakemonId, attemptId: chain };
      await ask('POST', '/captures', thrown, { authorization: token });
      await wait(1000);
      const { body: decided } = await ask('GET', `/captures/${chain}`, undefined, { authorization: token });
      if (decided.outcome !== 'captured') return undefined;
      return { cabinet: 'fakemon', chain, about: 'fakemon.capture_succeeded' };
    });
  };

/** How many points a trial of these has: one invader was hit. */
export const TRIAL_SCORE = 5;

/** A session of Space Invaders, which a manager opens in its table; `stage` is the one that is played on. */
async function openSession(stage: string): Promise<{ sessionId: string; close(): Promise<void> }> {
  const client = createDocumentClient(clientSettings(stage));
  const sessionId = `system-test-${crypto.randomUUID().slice(0, 8)}`;
  const session = { kind: 'session', unsettled: 'session', sessionId, gameType: 'MULTIPLE_TRIALS', seats: 5 };
  const put = (more: object) => {
    const Item = { ...session, isSynchronized: false, openedAtMs: Date.now(), ...more };
    return client.send(new PutCommand({ TableName: `space-invaders-${stage}-sessions`, Item }));
  };
  await put({});
  return {
    sessionId,
    async close() {
      // Not closed, but gone: the managers' page would take it for one of theirs.
      const Key = { kind: session.kind, sessionId };
      await client.send(new DeleteCommand({ TableName: `space-invaders-${stage}-sessions`, Key }));
      client.destroy();
    },
  };
}

/** Plays trials of a few seconds: one invader is hit, and all lives are lost. */
export const trials =
  ({ sub, token }: Gamer, stage: string): Player =>
  async (isOver) => {
    const ask = api('SPACE_INVADERS');
    const { sessionId, close } = await openSession(stage);
    const post = async (path: string, body: object) => {
      const answer = await ask('POST', path, { sessionId, ...body }, { authorization: token });
      if (answer.status >= 300)
        throw new Error(`${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    };
    let trial = 0;
    try {
      await post('/allocate', {});
      return await again(isOver, async () => {
        trial += 1;
        const say = (sequence: number, standing: object) =>
          post('/updatestatus', { trial, sequence, sentAtMs: Date.now(), level: 1, ...standing });
        await say(1, { score: 0, lives: 3, shots: 0 });
        await wait(2000);
        await say(2, { score: TRIAL_SCORE, lives: 0, shots: 2 });
        const chain = [sub, sessionId, trial].join('.');
        return { cabinet: 'space-invaders', chain, about: 'space_invaders.status_updated' };
      });
    } finally {
      await close();
    }
  };

/** Has Alexa turn a light on and off. */
export const directives: Player = async (isOver) => {
  const ask = api('SMART_HOME_WORLD');
  const { body: home } = await ask('POST', '/homes', {});
  const headers = { authorization: `Bearer ${home.token}` };
  const seen = await ask('GET', `/homes/${home.homeId}`, undefined, headers);
  const [{ name }] = seen.body.bulbs;
  let isOn = false;
  return again(isOver, async () => {
    isOn = !isOn;
    const text = `Alexa, turn ${isOn ? 'on' : 'off'} the ${name}`;
    const { status, body } = await ask('POST', `/homes/${home.homeId}/utterances`, { text }, headers);
    if (status !== 200) throw new Error(`the smart home answered ${status}: ${JSON.stringify(body)}`);
    // The skill calls what follows by the id of Alexa's directive.
    const { conversation } = (await ask('GET', `/homes/${home.homeId}`, undefined, headers)).body;
    const said = conversation.find(({ utteranceId }: { utteranceId: string }) => utteranceId === body.utteranceId);
    const chain = said.directive.directive.header.messageId;
    return { cabinet: 'smart-home', chain, about: 'smart_home.directive_answered' };
  });
};
