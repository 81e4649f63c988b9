import * as z from 'zod/mini';
import { GrantError, type IssuedTokens, type Login } from '../domain/grants.ts';
import { called, jsonOf, type Outside } from './call.ts';

/** What Amazon has given the skill to be known by: the secret parameter holds it as JSON. */
export const lwaClient = z.object({ clientId: z.string(), clientSecret: z.string() });

const issued = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
});
const refusal = z.object({ error: z.string() });

/** The code, or the consent, is used up or taken back: RFC 6749, section 5.2. */
const FINAL = 'invalid_grant';
const CALL_MS = 1000;

/** What an error would show of a text that does not fit is a secret: only the parameter is named. */
function clientOf(text: string): z.infer<typeof lwaClient> {
  const { data } = z.safeParse(lwaClient, jsonOf(text));
  if (data) return data;
  throw new GrantError('the parameter lwa-client is not {"clientId": ..., "clientSecret": ...}');
}

/**
 * Login with Amazon: developer.amazon.com/docs/login-with-amazon/authorization-code-grant.html
 *
 * @param client the text of the secret parameter.
 */
export function createLogin({ timeoutMs = CALL_MS, ...outside }: Outside, client: () => Promise<string>): Login {
  const ask = async (grant: Record<string, string>): Promise<IssuedTokens> => {
    const { clientId, clientSecret } = clientOf(await client());
    const form = new URLSearchParams({ ...grant, client_id: clientId, client_secret: clientSecret });
    const { status, body } = await called({ ...outside, timeoutMs }, '', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    }).catch((cause: Error) => {
      throw new GrantError(`Login with Amazon was not reached: ${cause.message}`, { cause });
    });
    const tokens = z.safeParse(issued, body);
    if (status === 200 && tokens.success) {
      const { access_token: access, refresh_token: refresh, expires_in: expiresInSeconds } = tokens.data;
      return { access, refresh, expiresInSeconds };
    }
    const { data } = z.safeParse(refusal, body);
    const said = data?.error ?? 'nothing that fits';
    throw new GrantError(`Login with Amazon answered ${status}: ${said}`, { isFinal: said === FINAL });
  };
  return {
    exchange: (code) => ask({ grant_type: 'authorization_code', code }),
    refresh: (refreshToken) => ask({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  };
}
