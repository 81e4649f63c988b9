import * as z from 'zod/mini';
import { GrantError, type Hub } from '../domain/grants.ts';
import { type Answered, called, type Outside } from './call.ts';

const sealedTokens = z.object({ access: z.string(), refresh: z.string() });
const CALL_MS = 800;

/**
 * Hubs in customers' houses, which keep grants that they cannot read.
 *
 * @param secret by which a hub knows the skill.
 */
export function createHub({ timeoutMs = CALL_MS, ...outside }: Outside, secret: () => Promise<string>): Hub {
  const ask = async (method: string, account: string, body?: unknown): Promise<Answered> => {
    const authorization = `Bearer ${await secret()}`;
    const headers = { authorization, ...(body !== undefined && { 'content-type': 'application/json' }) };
    const path = `/hubs/${encodeURIComponent(account)}/grant`;
    const request = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const answered = await called({ ...outside, timeoutMs }, path, request).catch((cause: Error) => {
      throw new GrantError(`the hub was not reached: ${cause.message}`, { cause });
    });
    if (answered.status < 300 || answered.status === 404) return answered;
    throw new GrantError(`the hub answered ${answered.status}`);
  };
  return {
    async keep(account, sealed) {
      const { status } = await ask('PUT', account, sealed);
      if (status === 404) throw new GrantError('there is no such hub');
    },
    async fetch(account) {
      const { status, body } = await ask('GET', account);
      if (status === 404) return undefined;
      const { data } = z.safeParse(sealedTokens, body);
      if (!data) throw new GrantError('the hub gave something that is no grant');
      return data;
    },
    async drop(account) {
      await ask('DELETE', account);
    },
  };
}
