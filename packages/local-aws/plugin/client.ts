import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';

/** Where functions run, by logical id. */
export type FunctionPlaces = Record<
  string,
  { kind: 'http'; url: string } | { kind: 'bundle'; file: string; handler: string }
>;

/** What local-aws says of a stack. */
const stackSchema = z.object({
  stackName: z.string(),
  outputs: z.record(z.string(), z.string()),
  /** The whole environment of each function, by physical name. */
  environments: z.record(z.string(), z.record(z.string(), z.string())),
  resources: z.array(z.object({ type: z.string(), physicalId: z.string() })),
});

export type Stack = z.output<typeof stackSchema>;

const listSchema = z.array(z.object({ stackName: z.string(), outputs: z.record(z.string(), z.string()) }));

const problemSchema = z.object({ title: z.string(), detail: z.string() });

/** How long a local-aws that another process starts may take. */
const START_TIMEOUT_MS = 15_000;
const PROBE_MS = 40;

/** local-aws refused something; the message is its own. */
export class Refused extends Error {
  override readonly name = 'Refused';
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

/** Waits for a local-aws that another process is starting. Throws when it does not come. */
export async function untilItAnswers(url: string): Promise<void> {
  const givenUpAt = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(url))) {
    if (Date.now() > givenUpAt) throw new Error(`local-aws does not answer at ${url}`);
    await wait(PROBE_MS);
  }
}

/** The stacks that stand, with their outputs. */
export async function listStacks(url: string): Promise<z.output<typeof listSchema>> {
  const answer = await fetch(`${url}/_local/stacks`);
  return listSchema.parse(await answer.json());
}

/**
 * Creates or changes a stack. Without `functions` the events for its functions wait until they are given a place.
 * Throws Refused with the resource and property when the template asks for what local-aws does not do.
 */
export async function putStack(
  url: string,
  stackName: string,
  body: { template: Record<string, unknown>; functions?: FunctionPlaces },
): Promise<Stack> {
  const answer = await fetch(`${url}/_local/stacks/${encodeURIComponent(stackName)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const content: unknown = await answer.json();
  if (answer.ok) return stackSchema.parse(content);
  throw refusal(answer.status, content);
}

function refusal(status: number, content: unknown): Refused {
  const problem = problemSchema.safeParse(content);
  return new Refused(problem.success ? problem.data.detail : `local-aws answered ${status}`);
}

/** Functions that local-aws runs on this process's behalf. */
export interface Hosted {
  /** Resolves when local-aws runs them no longer: after `close`, or because it has ended. Never rejects. */
  ended: Promise<void>;
  close(): void;
}

const lineSchema = z.object({ functionName: z.string(), message: z.string() });

/**
 * Has local-aws run the functions of a stack that stands, until `close` or the end of this process, and calls `onLine`
 * with what they write. A further call takes over from the one before. Throws Refused.
 */
export async function hostFunctions(
  url: string,
  stackName: string,
  functions: FunctionPlaces,
  onLine: (line: z.output<typeof lineSchema>) => void,
): Promise<Hosted> {
  const stop = new AbortController();
  const answer = await fetch(`${url}/_local/functions/${encodeURIComponent(stackName)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ functions }),
    signal: stop.signal,
  });
  if (!answer.ok || !answer.body) throw refusal(answer.status, await answer.json());
  return { ended: readLines(answer.body, onLine).catch(() => {}), close: () => stop.abort() };
}

async function readLines(
  body: ReadableStream<Uint8Array>,
  onLine: (line: z.output<typeof lineSchema>) => void,
): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const events = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      if (event.startsWith('data: ')) onLine(lineSchema.parse(JSON.parse(event.slice('data: '.length))));
    }
  }
}
