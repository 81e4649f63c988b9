import { type CallOptions, callApi, Problem } from './api.ts';

/** Gives a token that is valid now; another one when the one before was refused. */
export type IdToken = (options?: { isRefused?: boolean }) => Promise<string>;

/**
 * Calls a service's API as whoever has the token; once more with another when it is refused: clocks may differ, keys may have changed.
 * Throws as `callApi`, and what `idToken` throws.
 */
export async function callAsPlayer<Answer>(
  service: string,
  idToken: IdToken,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const call = async (authorization: string) =>
    callApi<Answer>(service, path, { ...options, headers: { ...options.headers, authorization } });
  try {
    return await call(await idToken());
  } catch (error) {
    if (!(error instanceof Problem && error.status === 401)) throw error;
    return call(await idToken({ isRefused: true }));
  }
}
