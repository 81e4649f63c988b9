/** How somebody outside is reached. */
export interface Outside {
  /** Of Login with Amazon and the event gateway the whole address, as Amazon gives it; of a hub the one that its paths begin with. */
  url: string;
  /** How long a call may take, milliseconds. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

/** What somebody outside has answered. */
export interface Answered {
  status: number;
  /** Undefined for what is no JSON; nothing at all is an empty object. */
  body: unknown;
}

/** A call whose answer is JSON, within its time limit. Rejects with what `fetch` rejects with: nobody was reached, or no answer came in time. */
export async function called(
  { url, timeoutMs, fetch: send = fetch }: Outside,
  path: string,
  request: Pick<RequestInit, 'method' | 'headers' | 'body'>,
): Promise<Answered> {
  const response = await send(`${url.replace(/\/$/, '')}${path}`, {
    ...request,
    ...(timeoutMs !== undefined && { signal: AbortSignal.timeout(timeoutMs) }),
    redirect: 'error',
  });
  return { status: response.status, body: jsonOf(await response.text()) };
}

/** Undefined for what is no JSON; nothing at all is an empty object. */
export function jsonOf(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
