import { type HttpAnswer, HttpProblem } from '@arcade/lambda';
import { bearerOf, isSame } from '../domain/bearer.ts';
import type { HubAnswer, HubParts } from '../domain/hub.ts';
import { hubChanged, hubOff, notThere, unauthorized } from './problems.ts';

type Headers = Readonly<Record<string, string>>;

/** Lets in who knows the hubs' secret. Throws HttpProblem 401. */
export async function hubCaller({ secret }: Pick<HubParts, 'secret'>, headers: Headers): Promise<void> {
  if (!isSame(bearerOf(headers) ?? '', await secret())) throw unauthorized();
}

/** Which version `If-Match` wants to be there; 0, that none is, with `If-None-Match: *`; undefined without either. Throws HttpProblem 400. */
export function versionWanted({ 'if-match': match, 'if-none-match': none }: Headers): number | undefined {
  if (none === '*') return 0;
  if (match === undefined) return undefined;
  const [, version] = /^"(\d+)"$/.exec(match) ?? [];
  if (version === undefined) throw new HttpProblem(400, { detail: 'If-Match must be an ETag of this hub.' });
  return Number(version);
}

/** What a hub says, in HTTP; a version is an ETag. */
export function hubAnswer(answer: HubAnswer): HttpAnswer {
  switch (answer.outcome) {
    case 'kept':
      return { status: 200, body: answer.kept.grant, headers: { etag: `"${answer.kept.version}"` } };
    case 'dropped':
      return { status: 204 };
    case 'changed':
      throw hubChanged();
    case 'off':
      throw hubOff();
    case 'empty':
    case 'unknown':
      throw notThere(answer.outcome === 'empty' ? 'grant' : 'hub');
  }
}
