import { CreateTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { PlayedGame } from './play.ts';

/** A row of the workshop's table. The key carries the game, so that several games can stand in one table. */
interface Row {
  Name: string;
  TrueIdentity: 'Mafia' | 'Innocent';
  Identity: string;
}

/** What the players really were, which the end of a game tells. */
function rowsOf({ start, turns }: PlayedGame, prefix: string): Map<string, Row> {
  const last = turns.at(-1) ?? start;
  const survivors = last.outcome === 'mafia' ? 'Mafia' : 'Innocent';
  return new Map(
    last.players.map(({ name, identity }) => {
      const out = identity === 'Correctly sentenced' ? 'Mafia' : 'Innocent';
      return [
        name,
        { Name: prefix + name, TrueIdentity: identity === 'Uncovered' ? survivors : out, Identity: 'Uncovered' },
      ];
    }),
  );
}

/**
 * Plays games again with the requests of the workshop's functions (its table, its scans, whole items put back), as many
 * games at once in one table as `abreast`. Its own table is `name`, whose usage can be read afterwards.
 */
export async function replayAsWorkshop(
  config: DynamoDBClientConfig,
  name: string,
  games: readonly PlayedGame[],
  abreast: number,
): Promise<void> {
  const dynamodb = new DynamoDBClient(config);
  await createWorkshopTable(dynamodb, name);
  const table = DynamoDBDocumentClient.from(dynamodb);
  const scan = async () => (await table.send(new ScanCommand({ TableName: name }))).Items as Row[];
  const scanFor = (FilterExpression: string, values: Record<string, string>) =>
    table.send(
      new ScanCommand({
        TableName: name,
        FilterExpression,
        ExpressionAttributeNames: { '#identity': 'Identity', ...(values[':true'] && { '#true': 'TrueIdentity' }) },
        ExpressionAttributeValues: { ':living': 'Uncovered', ...values },
      }),
    );
  const innocents = () => scanFor('#true = :true AND #identity = :living', { ':true': 'Innocent' });
  const everybody = () => scanFor('#identity = :living', {});
  const put = (row: Row | undefined) => table.send(new PutCommand({ TableName: name, Item: row }));

  const deal = async (rows: Map<string, Row>, prefix: string) => {
    for (const { Name } of await scan()) {
      if (Name.startsWith(prefix)) await table.send(new DeleteCommand({ TableName: name, Key: { Name } }));
    }
    for (const row of rows.values()) await put(row);
  };
  const playTurn = async (turn: PlayedGame['turns'][number], rows: Map<string, Row>) => {
    if (turn.played === 'night') await innocents();
    else await everybody(); // the judgement's scan also filters by name, which costs the same
    if (turn.played === 'day') await innocents();
    const left = turn.players.find((player) => rows.get(player.name)?.Identity !== player.identity);
    const row = left && rows.get(left.name);
    if (!row) return;
    row.Identity = left.identity;
    await put(row);
  };

  const seat = async (seatNumber: number) => {
    const prefix = `${seatNumber}/`;
    for (let at = seatNumber; at < games.length; at += abreast) {
      const game = games[at] as PlayedGame;
      const rows = rowsOf(game, prefix);
      await deal(rows, prefix);
      for (const turn of game.turns) await playTurn(turn, rows);
    }
  };
  await Promise.all(Array.from({ length: abreast }, (_, seatNumber) => seat(seatNumber)));
  dynamodb.destroy();
}

/** The workshop's table, with its index; on demand instead of provisioned, which changes no unit. */
async function createWorkshopTable(dynamodb: DynamoDBClient, TableName: string): Promise<void> {
  const KeySchema = [{ AttributeName: 'Name', KeyType: 'HASH' as const }];
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'Name', AttributeType: 'S' }],
      KeySchema,
      GlobalSecondaryIndexes: [
        {
          IndexName: 'Masked',
          KeySchema,
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['Identity', 'Status'] },
        },
      ],
    }),
  );
}
