import { parseArgs } from 'node:util';
import { createDocumentClient } from '@arcade/dynamodb';
import { DescribeDeliveryStreamCommand, FirehoseClient } from '@aws-sdk/client-firehose';
import { S3Client } from '@aws-sdk/client-s3';
import { atStage, type ClientSettings, clientSettings, LOCAL_STAGE } from '../../../scripts/stageClients.ts';
import { formatTable } from '../../../scripts/table.ts';
import type { Contender } from '../domain/contender.ts';
import { createSessionsTable } from '../storage/sessionsTable.ts';
import { type Archived, daysOf, readArchive } from './archive.ts';
import { differences, type Rebuilt, rebuild } from './board.ts';
import { playersTable } from './players.ts';

export const HELP = `npm run rebuild -- --session <id> [--stage local] [--region eu-west-1] [--write [--all]]

Makes the board of a session of Space Invaders again, from what the archive in S3 has of it, by the same rules that made it; says what it found, and who
stands otherwise than on the board.
  --session     its id, as the manager's page lists it
  --write       puts players who stand otherwise, or are missing, onto the board; without it nothing is changed
  --all         also where the session is so large that only the first are on its board: all of them are then, on one partition
  --per-second  how many of a player's statuses count that arrive in one second (5)

What was sent in the last minute may not be in the archive yet. On AWS it is the account whose credentials are set.`;

const SERVICE = 'space-invaders';
/** So many of the board are shown. */
const SHOWN = 20;

/** The command line, read. Throws Error in words for whoever wrote it. */
export function optionsFrom(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      session: { type: 'string' },
      stage: { type: 'string', default: LOCAL_STAGE },
      region: { type: 'string' },
      write: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      'per-second': { type: 'string', default: '5' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { session = '', 'per-second': perSecond } = values;
  if (!/^[1-9]\d{0,3}$/.test(perSecond)) throw new Error(`--per-second is a whole number above 0, not '${perSecond}'`);
  if (session === '' && !values.help) throw new Error('--session is missing');
  return { ...values, session, perSecond: Number(perSecond) };
}

/** `fullBoardSeats` of serverless.yml. */
export const FULL_BOARD_SEATS = 500;

/** Throws Error in words for whoever wants to write a board that is too large for its partition, and has not said so. */
export function refuseLarge({ seats }: { seats: number }, { write, all }: Pick<Options, 'write' | 'all'>) {
  if (write && !all && seats > FULL_BOARD_SEATS)
    throw new Error(
      `The session has ${seats} seats: above ${FULL_BOARD_SEATS} only the first are on a board, which is one partition, and --write puts all there. Say --all if that is what you want.`,
    );
}

type Options = ReturnType<typeof optionsFrom>;

/** Gives whether the board is as the archive has it, or was made so. */
export async function run(options: Options): Promise<boolean> {
  const settings = clientSettings(options);
  return atStage(settings, () => rebuildOn(settings, { ...options, nowMs: Date.now() }, console.log));
}

/** The same where the settings say, by the given clock. */
export async function rebuildOn(
  settings: ClientSettings,
  {
    session: sessionId,
    stage,
    write,
    all,
    perSecond,
    nowMs,
  }: Pick<Options, 'session' | 'stage' | 'write' | 'all' | 'perSecond'> & { nowMs: number },
  print: (line: string) => void,
): Promise<boolean> {
  const prefix = `${SERVICE}-${stage}`;
  const documents = createDocumentClient(settings);
  const s3 = new S3Client(settings);
  try {
    const sessions = createSessionsTable(documents, `${prefix}-sessions`, (_, { message }) => print(message));
    const session = await sessions.find(sessionId);
    if (!session) throw new Error(`There is no session '${sessionId}'.`);
    refuseLarge(session, { write, all });
    const bucket = await bucketOf(settings, `${prefix}-archive`);
    const archived = await readArchive(s3, bucket, sessionId, daysOf(session, nowMs));
    const players = playersTable(documents, `${prefix}-players`);
    const names = new Set(archived.statuses.map(({ player }) => player));
    const known = await players.findAll([...names].map((player) => ({ player, sessionId })));
    const rebuilt = rebuild({ session, statuses: archived.statuses, known, perSecond });
    const others = differences(rebuilt.contenders, known);
    for (const line of report(rebuilt, archived, others)) print(line);
    if (!write || others.length === 0) return others.length === 0;
    const refused = await players.write(others, known);
    print(
      `${others.length - refused.length} written${refused.length > 0 ? `; changed meanwhile, and left: ${refused.join(', ')}` : ''}`,
    );
    return refused.length === 0;
  } finally {
    documents.destroy();
    s3.destroy();
  }
}

/** Where the delivery stream brings everything. */
async function bucketOf(settings: ClientSettings, DeliveryStreamName: string): Promise<string> {
  const firehose = new FirehoseClient(settings);
  try {
    const found = await firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName }));
    const [destination] = found.DeliveryStreamDescription?.Destinations ?? [];
    const arn = destination?.ExtendedS3DestinationDescription?.BucketARN;
    if (arn === undefined) throw new Error(`${DeliveryStreamName} brings nothing to S3.`);
    return arn.slice(arn.lastIndexOf(':') + 1);
  } finally {
    firehose.destroy();
  }
}

function report(rebuilt: Rebuilt, { objects, unread, apart }: Archived, others: readonly Contender[]): string[] {
  const { contenders, statuses, duplicates, aside, areSeatsAssumed } = rebuilt;
  const reasons = [...aside].map(([reason, count]) => `${count} ${reason}`);
  return [
    formatTable({
      title: 'The board, made again',
      columns: ['', 'player', 'score', 'lives', 'shots', 'level', 'trial'],
      rows: contenders
        .slice(0, SHOWN)
        .flatMap(({ name, shown }, at) =>
          shown ? [[at + 1, name, shown.score, shown.lives, shown.shots, shown.level, shown.trial]] : [],
        ),
    }),
    '',
    `${statuses} statuses of ${contenders.length} players in ${objects} objects, and ${duplicates} duplicates`,
    ...(apart > 0 ? [`${apart} of them Firehose had put apart: too many sessions at once`] : []),
    ...(unread > 0 ? [`${unread} lines could not be read`] : []),
    ...(reasons.length > 0 ? [`not counted: ${reasons.join(', ')}`] : []),
    ...(areSeatsAssumed ? ['the table knows none of them: all are taken to have had a seat'] : []),
    others.length === 0
      ? 'The board is the same.'
      : `${others.length} stand otherwise on the board: ${namesOf(others)}`,
  ];
}

const namesOf = (contenders: readonly Contender[]) =>
  contenders
    .slice(0, SHOWN)
    .map(({ name }) => name)
    .join(', ') + (contenders.length > SHOWN ? ', ...' : '');
