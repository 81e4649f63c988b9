import { masked } from '../core/masked.ts';
import { isObject } from './opened.ts';

/** What stands where something is not shown. */
const HIDDEN = '***';

/** Members by which one is let in: of HTTP's headers, of sign-ins, of Alexa's grants. */
const SECRET = /(?:token|secret|password|passwd|authorization|cookie|api[-_]?key|credentials?|assertion|verifier)$/i;
/** An OAuth code is worth as much as what it is exchanged for. */
const GRANT = /authorization_?code/i;

/** An opened message without what lets its holder in, as far as that is told by names and forms. */
export function hidden(value: unknown): unknown {
  if (typeof value === 'string') return masked(value);
  if (Array.isArray(value)) return value.map(hidden);
  if (!isObject(value)) return value;
  const isGrant = Object.values(value).some((member) => typeof member === 'string' && GRANT.test(member));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      SECRET.test(name) || (isGrant && name === 'code') ? withoutText(member) : hidden(member),
    ]),
  );
}

/** Every text in it is hidden: headers may come as lists. */
function withoutText(value: unknown): unknown {
  if (typeof value === 'string') return HIDDEN;
  if (Array.isArray(value)) return value.map(withoutText);
  return hidden(value);
}

/** What somebody has made of a hidden message, with what was hidden and is still there as it was. */
export function unhidden(edited: unknown, original: unknown, shown: unknown = hidden(original)): unknown {
  if (typeof edited === 'string') return edited === shown && typeof original === 'string' ? original : edited;
  if (Array.isArray(edited)) return edited.map((one, at) => unhidden(one, memberOf(original, at), memberOf(shown, at)));
  if (!isObject(edited)) return edited;
  return Object.fromEntries(
    Object.entries(edited).map(([name, one]) => [name, unhidden(one, memberOf(original, name), memberOf(shown, name))]),
  );
}

function memberOf(value: unknown, name: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
  return (value as Record<string | number, unknown>)[name];
}
