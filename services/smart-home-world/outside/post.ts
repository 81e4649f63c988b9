import type { Post } from '../domain/ports.ts';

/** Nobody who is called back may take longer, milliseconds. */
const CALL_MS = 3_000;

/** Sends by HTTP. A redirection is an answer like any other: nobody is followed to where they were not asked for. */
export const createPost =
  (send: typeof fetch = fetch): Post =>
  async (url, body, headers) => {
    const response = await send(url, {
      method: 'POST',
      body,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(CALL_MS),
    });
    await response.body?.cancel();
    return response.status;
  };
