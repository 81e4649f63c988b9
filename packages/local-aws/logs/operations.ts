import { arnOf } from '../core/arn.ts';
import { AwsError, NotSupportedError } from '../core/errors.ts';
import type { Operation, Permission } from '../core/service.ts';
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

interface StreamInput {
  logGroupName: string;
  logStreamName: string;
}

export function createLogStream(store: LogStore): Operation<StreamInput> {
  return {
    permissions: (input) => onGroup('CreateLogStream', input.logGroupName),
    async run({ logGroupName, logStreamName }) {
      const group = store.find(logGroupName);
      if (group.streams.has(logStreamName)) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      }
      store.openStream(group, logStreamName);
      return {};
    },
  };
}

interface PutLogEventsInput extends StreamInput {
  logEvents: { timestamp: number; message: string }[];
}

export function putLogEvents(store: LogStore, files: LogFiles | undefined): Operation<PutLogEventsInput> {
  return {
    permissions: (input) => onStream('PutLogEvents', input.logGroupName, input.logStreamName),
    async run({ logGroupName, logStreamName, logEvents }) {
      const group = store.find(logGroupName);
      if (!group.streams.has(logStreamName)) {
        throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
      }
      const events = logEvents.map(({ timestamp, message }) => ({ timestampMs: timestamp, message }));
      store.append(group, logStreamName, events);
      files?.write(logGroupName, events);
      return {};
    },
  };
}

export function describeLogGroups(store: LogStore): Operation<{ logGroupNamePrefix?: string; limit?: number }> {
  return {
    permissions: () => onGroup('DescribeLogGroups', '*'),
    async run({ logGroupNamePrefix = '', limit = 50 }) {
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
  };
}

export function describeLogStreams(
  store: LogStore,
): Operation<{ logGroupName: string; logStreamNamePrefix?: string; limit?: number }> {
  return {
    permissions: (input) => onGroup('DescribeLogStreams', input.logGroupName),
    async run({ logGroupName, logStreamNamePrefix = '', limit = 50 }) {
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
  };
}

interface RangeInput {
  logGroupName: string;
  startTime?: number;
  endTime?: number;
  limit?: number;
}

/** AWS's own default and most for `limit`. */
const MAX_EVENTS = 10_000;

function eventsIn(group: LogGroup, { startTime = 0, endTime = Number.MAX_SAFE_INTEGER }: RangeInput): StoredEvent[] {
  return group.events.filter(({ timestampMs }) => timestampMs >= startTime && timestampMs < endTime);
}

export function getLogEvents(
  store: LogStore,
): Operation<RangeInput & { logStreamName: string; startFromHead?: boolean }> {
  return {
    permissions: (input) => onStream('GetLogEvents', input.logGroupName, input.logStreamName),
    async run(input) {
      const { limit = MAX_EVENTS } = input;
      const inStream = eventsIn(store.find(input.logGroupName), input).filter(
        ({ stream }) => stream === input.logStreamName,
      );
      const events = input.startFromHead ? inStream.slice(0, limit) : inStream.slice(-limit);
      return {
        events: events.map(({ timestampMs, message, ingestedAtMs }) => ({
          timestamp: timestampMs,
          message,
          ingestionTime: ingestedAtMs,
        })),
      };
    },
  };
}

interface FilterInput extends RangeInput {
  logStreamNames?: string[];
  filterPattern?: string;
}

/** `filterPattern` may be words (all must occur) and phrases in double quotes; the other forms are refused. */
export function filterLogEvents(store: LogStore): Operation<FilterInput> {
  return {
    permissions: (input) => onGroup('FilterLogEvents', input.logGroupName),
    async run(input) {
      const { limit = MAX_EVENTS, logStreamNames } = input;
      const terms = termsOf(input.filterPattern ?? '');
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
  };
}

function termsOf(pattern: string): string[] {
  if (/^\s*[{[%]|(^|\s)[?-]/.test(pattern)) {
    throw new NotSupportedError(`the filter pattern '${pattern}'`, 'Use words or phrases in double quotes');
  }
  return [...pattern.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? '');
}
