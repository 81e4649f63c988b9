import { fieldsOf, isText } from '../lib/fields.ts';
import type { HomeKey } from './service.ts';

/** Where the browser keeps the key of its home: another tab has the same one. */
const PLACE = 'arcade-smart-home';

/** The key that is kept; undefined where there is none, or nothing may be kept. */
export function keptKey(): HomeKey | undefined {
  try {
    const { homeId, token } = fieldsOf(JSON.parse(localStorage.getItem(PLACE) ?? 'null'));
    return isText(homeId) && isText(token) ? { homeId, token } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a key, or forgets the one that is kept. */
export function keepKey(key: HomeKey | undefined): void {
  try {
    if (key) localStorage.setItem(PLACE, JSON.stringify(key));
    else localStorage.removeItem(PLACE);
  } catch {
    // Then it is the page's alone.
  }
}
