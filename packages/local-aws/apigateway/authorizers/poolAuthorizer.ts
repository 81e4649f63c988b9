import type { PoolTokens } from '../../cognito/poolTokens.ts';
import type { Clock } from '../../core/clock.ts';
import type { Regex } from '../../core/regex/regex.ts';
import { GatewayError } from '../gatewayError.ts';
import { claimTexts } from './claims.ts';

/** What a template says of an authorizer of type COGNITO_USER_POOLS. */
export interface PoolAuthorizerSettings {
  /** The header that the token comes in, in lower case. */
  header: string;
  /** The user pools whose tokens count, by ARN. */
  poolArns: readonly string[];
  /** What the token's `aud` must be as a whole; left out, any. An access token has none, so it never fits. */
  audience?: Regex;
  /** For how long a token that was checked is not checked again. */
  ttlMs: number;
}

/** What a request was let in with: `$context.authorizer`, and `authorizer` of a function's `requestContext`. */
export interface Authorized {
  claims: Record<string, string>;
}

interface Known {
  claims: Readonly<Record<string, unknown>>;
  texts: Record<string, string>;
  untilMs: number;
}

/** How many tokens are remembered; of more, those that came first are checked again. */
const MOST_TOKENS = 5_000;

/** An authorizer of type COGNITO_USER_POOLS, with what it remembers. */
export class PoolAuthorizer {
  readonly #settings: PoolAuthorizerSettings;
  readonly #tokens: PoolTokens;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();

  constructor(settings: PoolAuthorizerSettings, { tokens, clock }: { tokens: PoolTokens; clock: Clock }) {
    this.#settings = settings;
    this.#tokens = tokens;
    this.#clock = clock;
  }

  /**
   * Lets a request in that has a token of one of the pools in its header, bare or behind `Bearer `: an id token, or where the
   * method names scopes, an access token with one of these. Rejects with GatewayError UNAUTHORIZED.
   * docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html
   */
  async admit(headers: Readonly<Record<string, string>>, scopes: readonly string[]): Promise<Authorized> {
    const { header, audience } = this.#settings;
    const token = headers[header]?.replace(/^Bearer /, '');
    if (!token) throw unauthorized(`There is no token in the header '${header}'.`);
    const { claims, texts } = await this.#checked(token);
    const wanted = scopes.length === 0 ? 'id' : 'access';
    if (claims.token_use !== wanted) throw unauthorized(`The token's use is not '${wanted}', as the method asks for.`);
    if (audience && !(typeof claims.aud === 'string' && audience.fits(claims.aud)))
      throw unauthorized('The audience of the token does not fit the IdentityValidationExpression.');
    const granted = typeof claims.scope === 'string' ? claims.scope.split(' ') : [];
    if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope)))
      throw unauthorized('The token has none of the scopes that the method asks for.');
    return { claims: texts };
  }

  async #checked(token: string): Promise<Known> {
    const nowMs = this.#clock.now();
    const known = this.#known.get(token);
    if (known && nowMs < known.untilMs) return known;
    this.#known.delete(token);
    const checked = await this.#tokens.check(token, this.#settings.poolArns);
    if ('refused' in checked)
      throw checked.refused === 'expired'
        ? unauthorized('The token has expired.', 'The incoming token has expired')
        : unauthorized('The token is of none of the user pools.');
    const { claims } = checked;
    const expiresAtMs = Number(claims.exp) * 1000;
    const fresh = { claims, texts: claimTexts(claims), untilMs: Math.min(nowMs + this.#settings.ttlMs, expiresAtMs) };
    if (nowMs < fresh.untilMs) this.#remember(token, fresh);
    return fresh;
  }

  #remember(token: string, known: Known): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST_TOKENS && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(token, known);
  }
}

const unauthorized = (reason: string, message?: string) =>
  new GatewayError('UNAUTHORIZED', reason, message === undefined ? {} : { message });
