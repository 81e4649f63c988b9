import { createHash, timingSafeEqual } from 'node:crypto';

/** What a table keeps of a secret: whoever reads it there does not have it. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Whether two secrets are the same, in a time that says nothing of how much of them is. */
export const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(hashOf(one)), Buffer.from(hashOf(other)));

/** The token of an `Authorization: Bearer` header; undefined where there is none. */
export function bearerOf({ authorization }: Readonly<Record<string, string>>): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/** The home that a token begins with: each is `<prefix><homeId>.<what nobody guesses>`. */
export const homeIdOf = (token: string): string | undefined => /^(?:\w+\|)?([\w-]+)\.[\w-]+$/.exec(token)?.[1];
