import { join } from 'node:path';
import { parseEvent } from '@arcade/events';
import { type MafiaEvent, mafiaEvents } from '@arcade/events/contracts/mafia';
import { type LocalAws, listenTo, receiveAll, type ServiceOptions, startService } from '@arcade/local-aws/testkit';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';

export const SERVICE_FOLDER = join(import.meta.dirname, '..');

/** Starts a local AWS of its own, with the service on it, and another service's queue on the topic of games' events. */
export const startMafia = ({ transform, ...options }: ServiceOptions = {}): Promise<LocalAws> =>
  startService(SERVICE_FOLDER, {
    ...options,
    transform(template) {
      listenTo(template, 'GameEvents');
      transform?.(template);
    },
  });

/** Empties the listener's queue: every copy of every event that arrived, checked against the contracts. */
export const receivedBy = async (aws: LocalAws): Promise<MafiaEvent[]> =>
  (await receiveAll(aws, 'listener')).map((body) => parseEvent(mafiaEvents, body));

/** How many items the table has. */
export async function countItems(aws: LocalAws): Promise<number | undefined> {
  const dynamodb = new DynamoDBClient(aws.rootClientConfig);
  const { Count } = await dynamodb.send(new ScanCommand({ TableName: 'mafia-local-games', Select: 'COUNT' }));
  dynamodb.destroy();
  return Count;
}
