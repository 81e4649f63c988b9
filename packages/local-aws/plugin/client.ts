import { z } from 'zod';
import { SECRET_HEADER } from '../keys.ts';

/** What local-aws says of a stack. */
const stackSchema = z.object({
  stackName: z.string(),
  outputs: z.record(z.string(), z.string()),
  /** The whole environment of each function, by physical name. */
  environments: z.record(z.string(), z.record(z.string(), z.string())),
});

export type Stack = z.output<typeof stackSchema>;

const serviceSchema = z.object({
  name: z.string(),
  stage: z.string(),
  status: z.enum(['starting', 'serves', 'broken', 'failed']),
  /** Its HTTP API. */
  url: z.string().optional(),
  error: z.string().optional(),
});

/** A service that local-aws hosts. */
export type Service = z.output<typeof serviceSchema>;

const saidSchema = z.object({ line: z.string(), isLog: z.boolean().optional() });

const problemSchema = z.object({ title: z.string(), detail: z.string() });

/** local-aws refused something; the message is its own. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** A local-aws, and the secret that lets one change it. */
export interface Reached {
  /** `http://127.0.0.1:4566` */
  url: string;
  secret: string;
}

/** Whether a local-aws answers there. */
export async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/_local/health`, { signal: AbortSignal.timeout(1000) });
    const body: unknown = await answer.json();
    return answer.ok && typeof body === 'object' && body !== null && 'status' in body;
  } catch {
    return false;
  }
}

/** The stacks that stand. Throws Refused. */
export async function listStacks({ url, secret }: Reached): Promise<Stack[]> {
  const answer = await fetch(`${url}/_local/stacks`, { headers: { [SECRET_HEADER]: secret } });
  if (!answer.ok) throw refusal(answer.status, await answer.json());
  return z.array(stackSchema).parse(await answer.json());
}

/** The services that local-aws hosts. */
export async function hostedServices({ url }: Pick<Reached, 'url'>): Promise<Service[]> {
  const answer = await fetch(`${url}/_local/services`);
  return z.array(serviceSchema).parse(await answer.json());
}

/** What local-aws is to host. */
export interface HostRequest {
  folder: string;
  stage: string;
  params: Record<string, string>;
  ports: { http?: number; websocket?: number };
  /** What is invoked once, by hand, should not be joined by whatever falls due. */
  withoutSchedules?: boolean;
}

/** A service that local-aws runs on this process's behalf. */
export interface Hosted {
  /** How its start came out. Rejects when local-aws ends before. */
  started: Promise<Service>;
  /** Resolves when it runs no longer: after `close`, or because local-aws has ended. Never rejects. */
  ended: Promise<void>;
  close(): void;
}

/**
 * Has local-aws run a service from its sources, until `close` or the end of this process, and calls `onSaid` with what is said
 * about it. Throws Refused.
 */
export async function hostService(
  { url, secret }: Reached,
  name: string,
  request: HostRequest,
  onSaid: (said: z.output<typeof saidSchema>) => void,
): Promise<Hosted> {
  const stop = new AbortController();
  const answer = await fetch(`${url}/_local/services/${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [SECRET_HEADER]: secret },
    body: JSON.stringify(request),
    signal: stop.signal,
  });
  if (!answer.ok || !answer.body) throw refusal(answer.status, await answer.json());
  const { promise: started, resolve, reject } = Promise.withResolvers<Service>();
  const ended = readEvents(answer.body, ({ event, data }) => {
    if (event === 'started') resolve(serviceSchema.parse(data));
    else onSaid(saidSchema.parse(data));
  })
    .catch(() => {})
    .finally(() => reject(new Refused('local-aws has ended')));
  started.catch(() => {});
  return { started, ended, close: () => stop.abort() };
}

function refusal(status: number, content: unknown): Refused {
  const problem = problemSchema.safeParse(content);
  return new Refused(problem.success ? problem.data.detail : `local-aws answered ${status}`);
}

/** Reads server-sent events until the stream ends. */
async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: { event?: string; data: unknown }) => void,
): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
      const data = fields.get('data');
      const event = fields.get('event');
      if (data !== undefined) onEvent({ ...(event !== undefined && { event }), data: JSON.parse(data) });
    }
  }
}
