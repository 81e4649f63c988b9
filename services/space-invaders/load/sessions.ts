import { createDocumentClient } from '@arcade/dynamodb';
import type { Session } from '@arcade/events/contracts/space-invaders';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCommand, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { WebSocket } from 'ws';
import { newSessionId } from '../../../packages/web/src/space-invaders/manager/sessions.ts';
import { LOCAL } from './accounts.ts';
import type { BotAccount } from './bot.ts';
import type { Laptop } from './laptop.ts';
import type { Known } from './measured.ts';

/** How long an answer over a socket may take. */
const PATIENCE_MS = 30_000;
const PARAMETER = '/space-invaders/local/session';
const table = (name: string) => `space-invaders-local-${name}`;

/** What a manager does, and what there is to be seen afterwards. */
export interface Sessions {
  /** Opens a session for so many, in place of the one that was open: the table first, the parameter last. */
  open(seats: number, isSynchronized: boolean): Promise<string>;
  /** Calls the start over a socket, as the manager; gives its moment, in milliseconds since the epoch. Rejects when it is refused. */
  start(sessionId: string): Promise<number>;
  /** What the table of players knows of each of them. */
  known(sessionId: string): Promise<Known[]>;
  /** How many seats are taken, by the counters. */
  taken(sessionId: string): Promise<number>;
  /** How many players have one, by their own items. */
  seated(sessionId: string): Promise<number>;
  /** How many messages say of statuses, of whichever session, that they do not count. */
  setAside(): Promise<number>;
  close(): void;
}

export function sessionsOf(laptop: Pick<Laptop, 'endpoint' | 'wsUrl' | 'outputs'>, manager: BotAccount): Sessions {
  const documents = createDocumentClient({ ...LOCAL, endpoint: laptop.endpoint });
  const ssm = new SSMClient({ ...LOCAL, endpoint: laptop.endpoint });
  const sqs = new SQSClient({ ...LOCAL, endpoint: laptop.endpoint });
  let current: Session | undefined;
  const put = (session: Session) =>
    documents.send(
      new PutCommand({ TableName: table('sessions'), Item: { kind: 'session', unsettled: 'session', ...session } }),
    );
  const playersOf = async (sessionId: string) => {
    const found: Record<string, unknown>[] = [];
    const scan = {
      TableName: table('players'),
      FilterExpression: 'sessionId = :session',
      ExpressionAttributeValues: { ':session': sessionId },
    };
    for await (const { Items = [] } of paginateScan({ client: documents }, scan)) found.push(...Items);
    return found;
  };
  return {
    async open(seats, isSynchronized) {
      const openedAtMs = Date.now();
      const sessionId = newSessionId(openedAtMs, Math.random);
      const session: Session = { sessionId, gameType: 'MULTIPLE_TRIALS', seats, isSynchronized, openedAtMs };
      if (current) await put({ ...current, closedAtMs: openedAtMs });
      await put(session);
      current = session;
      await ssm.send(
        new PutParameterCommand({ Name: PARAMETER, Value: JSON.stringify(session), Type: 'String', Overwrite: true }),
      );
      return sessionId;
    },
    async start(sessionId) {
      const socket = new WebSocket(`${laptop.wsUrl}/?token=${manager.token}`);
      await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
      try {
        return await new Promise<number>((resolve, reject) => {
          const giveUp = () => reject(new Error('the start was not answered in time'));
          setTimeout(giveUp, PATIENCE_MS).unref();
          socket.on('message', (data) => {
            const { type, startsAtMs, detail } = JSON.parse(String(data));
            if (type === 'started') resolve(startsAtMs);
            if (type === 'refused') reject(new Error(`the start was refused: ${detail}`));
          });
          socket.on('close', () => reject(new Error("the manager's socket was closed before the start")));
          socket.send(JSON.stringify({ action: 'start', sessionId }));
        });
      } finally {
        socket.terminate();
      }
    },
    async known(sessionId) {
      const found = (await playersOf(sessionId)) as { player: string; latest?: Omit<Known, 'player'> }[];
      return found.flatMap(({ player, latest }) => (latest ? [{ player, ...latest }] : []));
    },
    async taken(sessionId) {
      let taken = 0;
      for (let block = 0; ; block += 1) {
        const Key = { block: `${sessionId}#${block}` };
        const { Item } = await documents.send(new GetCommand({ TableName: table('seats'), Key, ConsistentRead: true }));
        if (!Item) return taken;
        taken += Item.taken;
      }
    },
    async seated(sessionId) {
      return (await playersOf(sessionId)).filter(({ seatBlock }) => seatBlock !== undefined).length;
    },
    async setAside() {
      const QueueUrl = laptop.outputs['space-invaders']?.SetAsideQueueUrl;
      const wish = { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages' as const] };
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand(wish));
      return Number(Attributes?.ApproximateNumberOfMessages);
    },
    close() {
      documents.destroy();
      sqs.destroy();
      ssm.destroy();
    },
  };
}
