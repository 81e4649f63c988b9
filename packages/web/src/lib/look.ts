import { callApi } from './api.ts';
import { STALE_MS } from './freshness.ts';

/**
 * The trace of what pages ask again and again, whether anything has happened or not: all of it is one trace that nobody samples, so
 * that local-aws does not take it for the latest chain, a wire can leave it out, and X-Ray bills nobody for it.
 */
export const LOOK_TRACE = '1-00000000-000000000000000000000000';
/** What a request carries that only looks. */
export const LOOK_HEADERS = { 'x-amzn-trace-id': `Root=${LOOK_TRACE};Sampled=0` };

/** Asks a service how things stand, for `usePolling`. Throws as `callApi`, also after the time in which what is shown grows old. */
export const look = <Answer>(service: string, path: string, signal: AbortSignal): Promise<Answer> =>
  callApi(service, path, { signal, limitMs: STALE_MS, headers: LOOK_HEADERS });
