import { callApi, Problem } from '../lib/api.ts';
import { fieldsOf, isText } from '../lib/fields.ts';
import { STALE_MS } from '../lib/freshness.ts';
import { LOOK_HEADERS } from '../lib/look.ts';
import type { BulbState, Home, Misbehaviour } from './home.ts';
import { homeIn } from './reading.ts';

/** What is outside of the skill: the bulbs, their vendor, and whoever speaks to Alexa. */
export const WORLD = 'smart-home-world';

/** A visitor's own home, and what opens it. */
export interface HomeKey {
  homeId: string;
  token: string;
}

const under = ({ homeId }: HomeKey, path = '') => `/homes/${encodeURIComponent(homeId)}${path}`;
const bearer = ({ token }: HomeKey) => ({ authorization: `Bearer ${token}` });

/** Makes a home with bulbs of every kind, which links itself to the skill. Throws `Problem`, as all of these. */
export async function makeHome(signal?: AbortSignal): Promise<HomeKey> {
  const { homeId, token } = fieldsOf(await callApi(WORLD, '/homes', { method: 'POST', ...(signal && { signal }) }));
  if (!isText(homeId) || !isText(token)) throw new Problem(502, 'No home', 'The world made no home.');
  return { homeId, token };
}

/** How everything is; what is asked again and again is a trace of its own. */
export async function askHome(key: HomeKey, signal: AbortSignal): Promise<Home> {
  const headers = { ...LOOK_HEADERS, ...bearer(key) };
  return homeIn(await callApi(WORLD, under(key), { signal, limitMs: STALE_MS, headers }));
}

/** Says something to Alexa. */
export const say = (key: HomeKey, text: string): Promise<unknown> =>
  callApi(WORLD, under(key, '/utterances'), { method: 'POST', json: { text }, headers: bearer(key) });

/** Switches a bulb by hand. */
export const switchByHand = (key: HomeKey, deviceId: string, state: Partial<BulbState>): Promise<unknown> =>
  callApi(WORLD, under(key, `/bulbs/${encodeURIComponent(deviceId)}`), {
    method: 'PUT',
    json: state,
    headers: bearer(key),
  });

/** Makes what goes wrong what goes wrong from now on. */
export const misbehave = (key: HomeKey, misbehaviour: Misbehaviour): Promise<unknown> =>
  callApi(WORLD, under(key, '/misbehaviour'), { method: 'PUT', json: misbehaviour, headers: bearer(key) });
