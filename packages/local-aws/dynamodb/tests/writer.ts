import { scoreItem, scoresTable, startDynamoDb } from './table.ts';

/** Writes pairs of items for as long as it lives, and says the number of each pair that was acknowledged. */
const db = startDynamoDb({ stateFolder: process.argv[2] ?? '' });
await db.call('CreateTable', scoresTable());
for (let pair = 1; ; pair += 1) {
  await db.call('TransactWriteItems', {
    TransactItems: [`a${pair}`, `b${pair}`].map((player) => ({
      Put: { TableName: 'scores', Item: scoreItem(player, pair) },
    })),
  });
  process.stdout.write(`${pair}\n`);
  // Lets the pipe drain.
  await new Promise((resume) => setImmediate(resume));
}
