/** What is read of a hop here; packages/local-aws/core/journal.ts says all of it. */
export interface Hop {
  seq: number;
  atMs: number;
  kind: string;
  action: string;
  requestId?: string;
  from?: string;
  to?: string;
  outcome: string;
}

/** local-aws's journal, followed as it is written. */
export interface Journal {
  /** Resolves with the first hop from now on that `isIt` says yes to. Rejects with an Error that names `what` when none came in time. */
  next(what: string, isIt: (hop: Hop) => boolean): Promise<Hop>;
  close(): void;
}

/**
 * Follows the journal of the local-aws at `url` from now on; what is waited for comes within `limitMs` or is said not to have come.
 * Throws an Error when local-aws does not answer.
 */
export async function followJournal(url: string, limitMs: number): Promise<Journal> {
  const end = new AbortController();
  const answer = await fetch(`${url}/_local/journal?since=latest`, {
    headers: { accept: 'text/event-stream' },
    signal: end.signal,
  });
  if (!answer.ok || !answer.body) throw new Error(`local-aws answered ${answer.status} when asked for its journal`);
  const listeners = new Set<(hop: Hop) => void>();
  const messages = messagesIn(answer.body);
  // What comes before it goes live is the past.
  for await (const { event } of messages) if (event === 'live') break;
  void tellEach(messages, listeners).catch(() => {
    // It was closed, or local-aws has gone: who waits for a hop is told when its time is over.
  });
  return {
    next(what, isIt) {
      const { promise, resolve, reject } = Promise.withResolvers<Hop>();
      const listener = (hop: Hop) => {
        if (isIt(hop)) resolve(hop);
      };
      const timer = setTimeout(() => reject(new Error(`'${what}' did not happen in ${limitMs / 1000} s`)), limitMs);
      listeners.add(listener);
      const settle = () => {
        clearTimeout(timer);
        listeners.delete(listener);
      };
      // Also where whoever waits has given up before.
      promise.then(settle, settle);
      return promise;
    },
    close: () => end.abort(),
  };
}

async function tellEach(messages: AsyncIterable<Message>, listeners: ReadonlySet<(hop: Hop) => void>): Promise<void> {
  for await (const { event, data } of messages) {
    // Messages with a name are about the journal, those without are hops.
    if (event !== undefined || data === undefined) continue;
    const hop = JSON.parse(data) as Hop;
    for (const listener of [...listeners]) listener(hop);
  }
}

interface Message {
  event: string | undefined;
  data: string | undefined;
}

/** Server-sent events, as far as local-aws writes them: one line of data each. An iterator that can be left and gone on with. */
function messagesIn(body: ReadableStream<Uint8Array>): AsyncIterable<Message> {
  const chunks = body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  const whole: string[] = [];
  let rest = '';
  const next = async (): Promise<IteratorResult<Message>> => {
    while (whole.length === 0) {
      const { done, value } = await chunks.next();
      if (done) return { done: true, value: undefined };
      const parts = (rest + value).split('\n\n');
      rest = parts.pop() ?? '';
      whole.push(...parts);
    }
    const lines = (whole.shift() ?? '').split('\n');
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    return { done: false, value: { event: field('event'), data: field('data') } };
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
