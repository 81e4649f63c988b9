/** What says of a token whether a user pool made it, and whether it still counts. */
export interface PoolTokens {
  /**
   * Checks signature, issuer (one of the pools, by ARN) and expiry; for which use and for whom the token is, is its reader's
   * business. Never rejects for what a client sent.
   */
  check(
    token: string,
    poolArns: readonly string[],
  ): Promise<{ claims: Record<string, unknown> } | { refused: 'expired' | 'invalid' }>;
}
