import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import { checkedOperations } from '../core/checkedOperation.ts';
import { AwsError, NotSupportedError } from '../core/errors.ts';
import type { Permission } from '../core/service.ts';
import type { LogFiles } from './files.ts';
import type { LogGroup, LogStore, StoredEvent } from './store.ts';

/** The ARN of a group as policies name it: with `:*` for its streams. */
export function logGroupArn(name: string): string {
  return `${arnOf('logs', `log-group:${name}`)}:*`;
}

function onGroup(action: string, name: string): Permission[] {
  return [{ action: `logs:${action}`, resource: logGroupArn(name) }];
}

function onStream(action: string, group: string, stream: string): Permission[] {
  return [{ action: `logs:${action}`, resource: `${arnOf('logs', `log-group:${group}`)}:log-stream:${stream}` }];
}

/** What a service is asked that writes to a stream of its own. */
export function intoGroup(group: string, stream: string): Permission[] {
  return [...onGroup('CreateLogStream', group), ...onStream('PutLogEvents', group, stream)];
}

const operation = checkedOperations(
  'logs',
  (path, reason) => new AwsError('InvalidParameterException', `'${path}' failed to satisfy constraint: ${reason}`),
);

const groupName = z.string().min(1).max(512);
const streamName = z.string().min(1).max(512);
/** AWS's own most for lists of groups and streams, and of events. */
const MAX_NAMES = 50;
const MAX_EVENTS = 10_000;
/** The most that one call takes, and what each event counts beside its message (API reference, PutLogEvents), in bytes. */
const MAX_BATCH_BYTES = 1_048_576;
const EVENT_BYTES = 26;
const limitOf = (most: number) => z.int().min(1).max(most).default(most);

/** `CreateLogStream` */
export function createLogStream(store: LogStore) {
  return operation('CreateLogStream', {
    input: z.strictObject({ logGroupName: groupName, logStreamName: streamName }),
    permissions: (input) => onGroup('CreateLogStream', input.logGroupName),
    async run({ logGroupName, logStreamName }) {
      const group = store.find(logGroupName);
      if (group.streams.has(logStreamName)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      }
      store.openStream(group, logStreamName);
      return {};
    },
  });
}

/** `PutLogEvents` */
export function putLogEvents(store: LogStore, files: LogFiles | undefined) {
  return operation('PutLogEvents', {
    input: z.strictObject({
      logGroupName: groupName,
      logStreamName: streamName,
      logEvents: z
        .array(z.strictObject({ timestamp: z.int().min(0), message: z.string().min(1) }))
        .min(1)
        .max(MAX_EVENTS),
      // Ignored by AWS too, since 2023.
      sequenceToken: z.string().optional(),
    }),
    permissions: ({ logGroupName, logStreamName }, { isDelivery }) =>
      isDelivery ? intoGroup(logGroupName, logStreamName) : onStream('PutLogEvents', logGroupName, logStreamName),
    async run({ logGroupName, logStreamName, logEvents }, { isDelivery }) {
      const group = store.find(logGroupName);
      if (isDelivery) store.openStream(group, logStreamName);
      if (!group.streams.has(logStreamName)) {
        throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
      }
      const bytes = logEvents.reduce((sum, { message }) => sum + Buffer.byteLength(message) + EVENT_BYTES, 0);
      if (bytes > MAX_BATCH_BYTES) {
        const message = `Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`;
        throw new AwsError('InvalidParameterException', message);
      }
      const events = logEvents.map(({ timestamp, message }) => ({ timestampMs: timestamp, message }));
      store.append(group, logStreamName, events);
      files?.write(logGroupName, events);
      return {};
    },
  });
}

/** `DescribeLogGroups` */
export function describeLogGroups(store: LogStore) {
  return operation('DescribeLogGroups', {
    input: z.strictObject({ logGroupNamePrefix: groupName.optional(), limit: limitOf(MAX_NAMES) }),
    permissions: () => onGroup('DescribeLogGroups', '*'),
    async run({ logGroupNamePrefix = '', limit }) {
      const found = store.groups().filter(({ name }) => name.startsWith(logGroupNamePrefix));
      found.sort((a, b) => (a.name < b.name ? -1 : 1));
      return {
        logGroups: found.slice(0, limit).map(({ name, createdAtMs }) => ({
          logGroupName: name,
          creationTime: createdAtMs,
          arn: logGroupArn(name),
          storedBytes: 0,
        })),
      };
    },
  });
}

/** `DescribeLogStreams`, in the order of their making. */
export function describeLogStreams(store: LogStore) {
  return operation('DescribeLogStreams', {
    input: z.strictObject({
      logGroupName: groupName,
      logStreamNamePrefix: streamName.optional(),
      limit: limitOf(MAX_NAMES),
    }),
    permissions: (input) => onGroup('DescribeLogStreams', input.logGroupName),
    async run({ logGroupName, logStreamNamePrefix = '', limit }) {
      const streams = [...store.find(logGroupName).streams].filter(([name]) => name.startsWith(logStreamNamePrefix));
      return {
        logStreams: streams.slice(0, limit).map(([name, stream]) => ({
          logStreamName: name,
          creationTime: stream.createdAtMs,
          ...(stream.firstEventMs !== undefined && { firstEventTimestamp: stream.firstEventMs }),
          ...(stream.lastEventMs !== undefined && { lastEventTimestamp: stream.lastEventMs }),
        })),
      };
    },
  });
}

const range = {
  logGroupName: groupName,
  startTime: z.int().min(0).optional(),
  endTime: z.int().min(0).optional(),
  limit: limitOf(MAX_EVENTS),
};

function eventsIn(
  group: LogGroup,
  input: { startTime?: number | undefined; endTime?: number | undefined },
): StoredEvent[] {
  const { startTime = 0, endTime = Number.MAX_SAFE_INTEGER } = input;
  return group.events.filter(({ timestampMs }) => timestampMs >= startTime && timestampMs < endTime);
}

/** `GetLogEvents`, on one page. */
export function getLogEvents(store: LogStore) {
  return operation('GetLogEvents', {
    input: z.strictObject({ ...range, logStreamName: streamName, startFromHead: z.boolean().default(false) }),
    permissions: (input) => onStream('GetLogEvents', input.logGroupName, input.logStreamName),
    async run(input) {
      const { limit, logStreamName, startFromHead } = input;
      const inStream = eventsIn(store.find(input.logGroupName), input).filter(({ stream }) => stream === logStreamName);
      const events = startFromHead ? inStream.slice(0, limit) : inStream.slice(-limit);
      return {
        events: events.map(({ timestampMs, message, ingestedAtMs }) => ({
          timestamp: timestampMs,
          message,
          ingestionTime: ingestedAtMs,
        })),
      };
    },
  });
}

/** `FilterLogEvents`, on one page. A pattern may be words (all must occur) and phrases in double quotes. */
export function filterLogEvents(store: LogStore) {
  return operation('FilterLogEvents', {
    input: z.strictObject({
      ...range,
      logStreamNames: z.array(streamName).optional(),
      filterPattern: z.string().max(1024).default(''),
    }),
    permissions: (input) => onGroup('FilterLogEvents', input.logGroupName),
    async run(input) {
      const { limit, logStreamNames } = input;
      const terms = termsOf(input.filterPattern);
      const events = eventsIn(store.find(input.logGroupName), input).filter(
        ({ stream, message }) =>
          (!logStreamNames || logStreamNames.includes(stream)) && terms.every((term) => message.includes(term)),
      );
      return {
        events: events.slice(0, limit).map(({ timestampMs, message, stream, id, ingestedAtMs }) => ({
          eventId: String(id).padStart(56, '0'),
          logStreamName: stream,
          timestamp: timestampMs,
          message,
          ingestionTime: ingestedAtMs,
        })),
        searchedLogStreams: [],
      };
    },
  });
}

function termsOf(pattern: string): string[] {
  if (/^\s*[{[%]|(^|\s)[?-]/.test(pattern)) {
    throw new NotSupportedError(`the filter pattern '${pattern}'`, 'Use words or phrases in double quotes');
  }
  return [...pattern.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? '');
}
