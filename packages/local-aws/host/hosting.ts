import { z } from 'zod';
import { AwsError } from '../core/errors.ts';
import type { Journal } from '../core/journal.ts';
import type { Logs } from '../logs/index.ts';
import { attentionFor, createQuiet } from './attention.ts';
import type { Host, HostedDescription } from './host.ts';

/** What is said about a service: by the host, by what happens, or by its functions. */
export interface Said {
  /** Left out: about none in particular. */
  service?: string;
  line: string;
  /** It is a line of a function's log. */
  isLog?: true;
}

/** The body of `POST /_local/services/<name>`. */
export const hostRequestSchema = z.strictObject({
  /** Where its serverless.yml is. */
  folder: z.string(),
  stage: z.string(),
  /** Values for its params, before those that compose passes. */
  params: z.record(z.string(), z.string()).default({}),
  /** The ports of its APIs; 0 takes any free one. */
  ports: z.strictObject({
    http: z.int().min(0).max(65_535).optional(),
    websocket: z.int().min(0).max(65_535).optional(),
  }),
  /** With all schedules switched off. */
  withoutSchedules: z.boolean().default(false),
});

/** A service that runs here as long as somebody else stands for it. */
export interface Hosting {
  /** How its start came out. */
  started: Promise<HostedDescription | undefined>;
  /** It runs no more; its stack stays. */
  end(): Promise<void>;
}

/** What is listened to. */
export interface Sources {
  host: Host;
  journal: Journal;
  logs: Pick<Logs, 'follow'>;
}

const LOG_GROUP_PREFIX = '/aws/lambda/';
/** What Lambda writes around a function's own lines. */
const FRAME = /^(START|END|REPORT) RequestId: /;

/** Calls back with what a person at the terminal may want to know, until the returned function is called. */
export function followAll({ host, journal, logs }: Sources, listener: (said: Said) => void): () => void {
  const isNew = createQuiet();
  const serviceOf = (functionName: string | undefined) => {
    const service = functionName === undefined ? undefined : host.serviceOf(functionName);
    return service === undefined ? {} : { service };
  };
  const ends = [
    host.follow((service, line) => listener({ ...(service !== undefined && { service }), line })),
    journal.follow((entry) => {
      const attention = attentionFor(entry);
      if (!attention || !isNew(attention.line)) return;
      listener({ ...serviceOf(attention.functionName), line: attention.line });
    }),
    logs.follow((group, events) => {
      if (!group.startsWith(LOG_GROUP_PREFIX)) return;
      const service = serviceOf(group.slice(LOG_GROUP_PREFIX.length));
      for (const { message } of events) if (!FRAME.test(message)) listener({ ...service, line: message, isLog: true });
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/**
 * Begins to host a service for another process, `sls offline`, which hears what is said about it. Throws AwsError when it
 * runs here already.
 */
export function hostFor(
  sources: Sources,
  name: string,
  request: z.output<typeof hostRequestSchema>,
  listener: (said: Said) => void,
): Hosting {
  const { host } = sources;
  const running = host.find(name);
  if (running) {
    const where = running.url === undefined ? '' : ` at ${running.url}`;
    const message = `${name} runs already${where}, in an npm start or another sls offline: end that one first.`;
    throw new AwsError('AlreadyHosted', message, { status: 409 });
  }
  const unfollow = followAll(sources, (said) => {
    // What is about none in particular is for everybody.
    if (said.service === undefined || said.service === name) listener(said);
  });
  return {
    started: host.start([{ ...request, name }]).then(() => host.find(name)),
    async end() {
      unfollow();
      await host.letGo(name);
    },
  };
}
