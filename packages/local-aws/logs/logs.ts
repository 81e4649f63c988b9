import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/service.ts';
import { createLogFiles, logFolderIn } from './files.ts';
import {
  createLogStream,
  describeLogGroups,
  describeLogStreams,
  filterLogEvents,
  getLogEvents,
  putLogEvents,
} from './operations.ts';
import { LogPolicies, logsResources } from './resources.ts';
import { type LogEvent, LogStore } from './store.ts';
import { logTarget } from './target.ts';

/** Hears of lines that were written to a group. */
export type LogListener = (logGroup: string, events: readonly LogEvent[]) => void;

/** Where local functions' logs go. */
export interface Logs extends LocalService {
  /** Adds lines to a stream of a group; both come into being with their first line. */
  write(logGroup: string, logStream: string, events: readonly LogEvent[]): void;
  /** Calls `listener` for all lines that are written from now on, until the returned function is called. */
  follow(listener: LogListener): () => void;
  /** The lines of a group that are still in memory, oldest first. */
  lines(logGroup: string): string[];
}

/**
 * CloudWatch Logs: the latest lines in memory, and with a state folder a file per function under `<stateFolder>/logs`.
 */
export function createLogs(core: Pick<Core, 'clock' | 'stateFolder'>): Logs {
  const store = new LogStore(() => core.clock.now());
  const policies = new LogPolicies();
  const files = core.stateFolder === undefined ? undefined : createLogFiles(logFolderIn(core.stateFolder));
  const listeners = new Set<LogListener>();
  return {
    id: 'logs',
    protocol: { kind: 'json', targetPrefix: 'Logs_20140328', version: '1.1' },
    operations: {
      CreateLogStream: createLogStream(store),
      PutLogEvents: putLogEvents(store, files),
      DescribeLogGroups: describeLogGroups(store),
      DescribeLogStreams: describeLogStreams(store),
      GetLogEvents: getLogEvents(store),
      FilterLogEvents: filterLogEvents(store),
    },
    policyOf: () => policies.all,
    takes: logTarget(() => core.clock.now()),
    resources: logsResources(store, policies),
    write(logGroup, logStream, events) {
      store.append(store.open(logGroup), logStream, events);
      files?.write(logGroup, events);
      for (const listener of listeners) listener(logGroup, events);
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lines: (logGroup) => store.open(logGroup).events.map(({ message }) => message),
    async close() {
      await files?.close();
    },
  };
}
