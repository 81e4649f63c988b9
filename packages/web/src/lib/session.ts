import { type CallOptions, callOrigin, Problem } from './api.ts';

/** The page's proof that the app's own server has served it. */
const sessionOf = (): string => document.querySelector<HTMLMetaElement>('meta[name="arcade-session"]')?.content ?? '';

/** As `callOrigin`, with what the server lets this page alone do. Throws `Problem`; 403 where the page may not. */
export async function callInSession<Answer>(path: string, options: CallOptions = {}): Promise<Answer> {
  const session = sessionOf();
  try {
    return await callOrigin<Answer>(path, { ...options, headers: { 'x-arcade-session': session } });
  } catch (error) {
    // A server that has started anew knows no session of before.
    if (error instanceof Problem && error.status === 403 && session !== '')
      throw new Problem(403, error.title, 'The arcade was started anew: load the page again.');
    throw error;
  }
}
