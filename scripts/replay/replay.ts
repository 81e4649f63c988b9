import {
  CancelReplayCommand,
  DescribeArchiveCommand,
  type DescribeArchiveResponse,
  DescribeReplayCommand,
  type DescribeReplayResponse,
  DescribeRuleCommand,
  type EventBridgeClient,
  ListRulesCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';

/** What a replay needs of the world. */
export interface ReplayParts {
  client: Pick<EventBridgeClient, 'send'>;
  say(text: string): void;
  progress(replayed: Progress): void;
  /** Somebody wants it to end. */
  isStopped(): boolean;
  pause(ms: number): Promise<void>;
  now(): number;
}

/** How far it has come. */
export interface Progress {
  /** Of the time that is replayed, from 0 to 1. */
  part: number;
  /** The time of the event that came last; undefined: none yet. */
  reached: Date | undefined;
}

/** What is to be replayed. */
export interface ReplayWish {
  service: string;
  stage: string;
  /** By their names behind the service's and the stage's (`collection`), or in full. */
  rules: readonly string[];
  /** Left out: from the first event, up to now. */
  from?: Date | undefined;
  to?: Date | undefined;
  pollMs: number;
}

/** It cannot be replayed; the message is a sentence for whoever asked for it. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

const MINUTE_MS = 60_000;

/** Starts a replay, follows it to its end, and says what was done. True: all of it was replayed. Throws ReplayError. */
export async function replay(parts: ReplayParts, wish: ReplayWish): Promise<boolean> {
  const { client, say, now } = parts;
  const place = `${wish.service}-${wish.stage}`;
  const archive = await archiveOf(parts, place);
  const rules = await Promise.all(wish.rules.map((name) => ruleOf(parts, place, name)));
  const from = wish.from ?? new Date(Math.floor((archive.CreationTime?.getTime() ?? 0) / MINUTE_MS) * MINUTE_MS);
  const to = wish.to ?? new Date(now());
  if (from >= to)
    throw new ReplayError(`The end (${to.toISOString()}) must be after the start (${from.toISOString()}).`);

  const ReplayName = `${place}-${new Date(now()).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  await inWords(
    client.send(
      new StartReplayCommand({
        ReplayName,
        EventSourceArn: archive.ArchiveArn,
        EventStartTime: from,
        EventEndTime: to,
        Destination: { Arn: archive.EventSourceArn, FilterArns: rules.map(({ arn }) => arn) },
      }),
    ),
  );
  const names = rules.map(({ name }) => name).join(' and ');
  say(
    `Replaying the archive ${place} to ${names}: events from ${from.toISOString()} to ${to.toISOString()}, as ${ReplayName}.`,
  );
  const startedMs = now();
  const ended = await follow(parts, ReplayName, { from, to, pollMs: wish.pollMs });
  const seconds = ((now() - startedMs) / 1000).toFixed(0);
  const last = ended.EventLastReplayedTime?.toISOString();
  switch (ended.State) {
    case 'COMPLETED':
      say(
        last === undefined
          ? 'Done: there was no event in that time.'
          : `Done in ${seconds} s: the last event was of ${last}. What the rules' targets make of the events may still be under way.`,
      );
      return true;
    case 'CANCELLED':
      say(
        `Cancelled: ${last === undefined ? 'no event was replayed' : `events up to ${last} were replayed`}. It does no harm to replay them again.`,
      );
      return false;
    default:
      throw new ReplayError(
        `The replay ${ReplayName} has failed: ${ended.StateReason ?? 'EventBridge does not say why'}`,
      );
  }
}

async function archiveOf({ client }: ReplayParts, name: string): Promise<DescribeArchiveResponse> {
  try {
    return await client.send(new DescribeArchiveCommand({ ArchiveName: name }));
  } catch (error) {
    if (nameOf(error) !== 'ResourceNotFoundException') throw error;
    throw new ReplayError(`There is no archive '${name}': is the service deployed there?`, { cause: error });
  }
}

/** A rule of the bus that takes replayed events. Throws ReplayError. */
async function ruleOf({ client }: ReplayParts, place: string, wanted: string): Promise<{ name: string; arn: string }> {
  const name = wanted.startsWith(`${place}-`) ? wanted : `${place}-${wanted}`;
  const short = name.slice(place.length + 1);
  try {
    const { Arn = '', EventPattern = '{}' } = await client.send(
      new DescribeRuleCommand({ Name: name, EventBusName: place }),
    );
    if (excludesReplays(EventPattern))
      throw new ReplayError(
        `The rule ${short} excludes replayed events ("replay-name": exists false): it would get none.`,
      );
    return { name: short, arn: Arn };
  } catch (error) {
    if (nameOf(error) !== 'ResourceNotFoundException') throw error;
    const { Rules = [] } = await client.send(new ListRulesCommand({ EventBusName: place }));
    const willing = Rules.filter(({ EventPattern = '{}' }) => !excludesReplays(EventPattern));
    const known = willing.map(({ Name = '' }) => (Name.startsWith(`${place}-`) ? Name.slice(place.length + 1) : Name));
    throw new ReplayError(
      `There is no rule '${short}' on the bus ${place}: those that take replays are ${known.join(', ')}.`,
      {
        cause: error,
      },
    );
  }
}

/** Whether a pattern says that it wants no event with a `replay-name`. */
function excludesReplays(pattern: string): boolean {
  const { 'replay-name': wanted } = JSON.parse(pattern) as { 'replay-name'?: unknown };
  return Array.isArray(wanted) && wanted.length === 1 && (wanted[0] as { exists?: unknown } | null)?.exists === false;
}

/** Looks again and again until it is over; cancels it when somebody wants that. */
async function follow(
  { client, say, progress, isStopped, pause }: ReplayParts,
  ReplayName: string,
  { from, to, pollMs }: { from: Date; to: Date; pollMs: number },
): Promise<DescribeReplayResponse> {
  let isCancelling = false;
  for (;;) {
    const found = await client.send(new DescribeReplayCommand({ ReplayName }));
    const { State = '', EventLastReplayedTime: reached } = found;
    const isDone = State === 'COMPLETED';
    const part = ((reached?.getTime() ?? from.getTime()) - from.getTime()) / (to.getTime() - from.getTime());
    progress({ part: isDone ? 1 : part, reached });
    if (!['STARTING', 'RUNNING', 'CANCELLING'].includes(State)) return found;
    if (isStopped() && !isCancelling) {
      isCancelling = true;
      say('Cancelling ...');
      // It may have come to its end in between.
      await client.send(new CancelReplayCommand({ ReplayName })).catch((error: unknown) => {
        if (nameOf(error) !== 'IllegalStatusException') throw error;
      });
    }
    await pause(pollMs);
  }
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : '');

async function inWords<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (nameOf(error) === 'LimitExceededException')
      throw new ReplayError('Ten replays are running: EventBridge takes no more at a time.', { cause: error });
    throw error;
  }
}

const BAR_WIDTH = 30;

/** `[#########---------------------] 30 %, at 2030-01-01T00:12:05Z` */
export function progressBar({ part, reached }: Progress): string {
  const share = Math.min(1, Math.max(0, part));
  const done = Math.round(share * BAR_WIDTH);
  const where = reached === undefined ? 'no event yet' : `at ${reached.toISOString().replace('.000Z', 'Z')}`;
  return `[${'#'.repeat(done)}${'-'.repeat(BAR_WIDTH - done)}] ${Math.floor(share * 100)} %, ${where}`;
}
