import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient();

interface SnsEvent {
  Records: { Sns: { MessageId: string; Message: string } }[];
}

/** Keeps each message as an item. */
export async function handler(event: SnsEvent): Promise<void> {
  for (const { Sns } of event.Records) {
    if (Sns.Message === 'fail') throw new TypeError('this note cannot be kept');
    console.log(`keeping ${Sns.MessageId}`);
    await client.send(
      new PutItemCommand({
        TableName: process.env.TABLE_NAME,
        Item: {
          id: { S: Sns.MessageId },
          text: { S: `${process.env.GREETING}, ${Sns.Message}` },
          atMs: { N: String(Date.now()) },
        },
      }),
    );
  }
}
