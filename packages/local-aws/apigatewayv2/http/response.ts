import { z } from 'zod';
import { canBeSent } from '../../apigateway/headers.ts';
import { parseJson } from '../../core/boundedJson.ts';
import { RawAnswer } from '../../core/service.ts';
import { HttpApiError } from './httpApiError.ts';

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const answerSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), headerValue).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** The response that a function's answer makes: a whole one if it has a `statusCode`, else 200 with the answer as JSON. */
export function responseOf(payload: string): RawAnswer {
  const answer = parsed(payload);
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    const body = typeof answer === 'string' ? answer : payload;
    return new RawAnswer(200, { 'content-type': 'application/json' }, body);
  }
  const { data, error } = answerSchema.safeParse(answer);
  if (!data) {
    const [issue] = error.issues;
    throw new HttpApiError(
      500,
      `Malformed response: ${issue?.path.join('.')}: ${issue?.message}: ${payload.slice(0, 200)}`,
    );
  }
  const headers: Record<string, string | string[]> = { 'content-type': 'text/plain;charset=utf-8' };
  for (const [name, value] of Object.entries(data.headers ?? {})) {
    if (!canBeSent(name, value)) throw new HttpApiError(500, `The header ${JSON.stringify(name)} cannot be sent`);
    headers[name.toLowerCase()] = value;
  }
  if (data.cookies?.length) headers['set-cookie'] = data.cookies.filter((cookie) => canBeSent('set-cookie', cookie));
  const body = data.body ?? '';
  return new RawAnswer(data.statusCode, headers, data.isBase64Encoded ? Buffer.from(body, 'base64') : body);
}

function parsed(payload: string): unknown {
  try {
    return parseJson(payload);
  } catch {
    throw new HttpApiError(500, `The function answered what is no JSON: ${payload.slice(0, 200)}`);
  }
}
