import { httpHandler } from '@arcade/lambda';
import { exchange } from '../domain/tokens.ts';
import { tokenAnswer, tokenRefusal } from '../http/problems.ts';
import { tokenForm } from '../http/schemas.ts';
import { issuer } from '../wiring.ts';

const parts = issuer();

/** `POST /auth/o2/token`: the token endpoint of Login with Amazon. */
export const handler = httpHandler(
  { body: tokenForm, bodyFormat: 'form' },
  async ({ body }) => tokenAnswer(await exchange(parts, body)),
  { refuse: tokenRefusal },
);
