import { AwsError } from '../core/errors.ts';
import { RawAnswer } from '../core/service.ts';

/** What a page of an allowed origin needs to read the answer, and not to show it as a part of itself; the origin has been checked by then. */
export function corsHeaders(origin: string | undefined): Record<string, string> {
  return {
    'x-frame-options': 'DENY',
    ...(origin !== undefined && { 'access-control-allow-origin': origin, vary: 'Origin' }),
  };
}

/** What a browser asks for before it reads `/_local/` in a way that is not simple. */
export const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET',
  'access-control-allow-headers': 'last-event-id',
  'access-control-max-age': '600',
};

/** What the SDKs send in browsers beside what is simple: who signs, what for, and which try it is. */
const SENT = /^(authorization|content-type|amz-sdk-[a-z-]+|x-amzn?-[a-z0-9-]+)$/;
/** What they read of an answer: its id, the error's name, and the time by which they set their clock right. */
const READ = 'x-amzn-requestid, x-amzn-errortype, x-amzn-errormessage, x-amzn-query-error, date';

/** Whether an origin is that of the arcade's own pages. */
export type IsPage = (origin: string | undefined) => boolean;

/** What a page of the arcade needs to read the answer to a call of AWS; nothing for any other. */
export function callCors(origin: string | undefined, isPage: IsPage): Record<string, string> {
  if (!isPage(origin)) return {};
  return { ...corsHeaders(origin), 'access-control-expose-headers': READ };
}

/**
 * Answers what a browser asks before a page may call AWS. Throws AwsError `Forbidden` where the page is not the arcade's, so that whoever
 * looks why it goes no further reads it.
 */
export function callPreflight(headers: Readonly<Record<string, string>>, isPage: IsPage): RawAnswer {
  const { origin, 'access-control-request-headers': wanted = '' } = headers;
  if (!isPage(origin)) {
    const message = `local-aws takes calls of AWS from the arcade's own pages, not from those of '${origin}'.`;
    throw new AwsError('Forbidden', message, { status: 403 });
  }
  const allowed = wanted.split(',').map((name) => name.trim().toLowerCase());
  return new RawAnswer(204, {
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
    'access-control-allow-headers': allowed.filter((name) => SENT.test(name)).join(', '),
    'access-control-max-age': '600',
  });
}
