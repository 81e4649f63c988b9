import { z } from 'zod';
import { AwsError } from '../core/errors.ts';
import { RawAnswer } from '../core/service.ts';
import type { Messages } from '../messages/index.ts';
import { bodyAs } from './bodyAs.ts';
import { json } from './http.ts';
import type { PlainRequest } from './resolve.ts';

const editSchema = z.strictObject({ body: z.string().optional() });
const redriveSchema = z.strictObject({ queue: z.string(), ids: z.array(z.string()).min(1).max(100).optional() });

/** What is asked for below `/_local/messages` and `/_local/letters`: `POST messages/<number>/resend`. */
const OF_ONE = /^(\d{1,15})\/(resend|matching)$/;

/**
 * Answers `GET /_local/messages?from=<arn>&to=<arn>` (both as often as wanted), `POST /_local/messages/<number>/matching` and
 * `.../resend` with `{body?}`, `GET /_local/letters?queue=<arn>` and `POST /_local/letters` with `{queue, ids?}`. `name` is what follows in the path.
 * Throws AwsError.
 */
export async function serveMessages(messages: Messages, request: PlainRequest, name: string): Promise<RawAnswer> {
  const { method, path, query } = request;
  const isLetters = path.startsWith('/_local/letters');
  if (isLetters && name === '' && method === 'GET') return json(200, messages.letters(query.get('queue') ?? ''));
  if (isLetters && name === '' && method === 'POST') {
    const { queue, ids } = bodyAs(redriveSchema, request);
    return json(200, await messages.redrive(queue, ids));
  }
  if (!isLetters && name === '' && method === 'GET')
    return json(200, messages.between(query.getAll('from'), query.getAll('to')));
  const [, seq, what] = (!isLetters && method === 'POST' && OF_ONE.exec(name)) || [];
  if (seq === undefined) throw new AwsError('NotFound', `There is no ${method} ${path}.`, { status: 404 });
  const { body } = bodyAs(editSchema, request);
  if (what === 'matching') return json(200, messages.matching(Number(seq), body));
  await messages.resend(Number(seq), body);
  return new RawAnswer(204, {});
}
