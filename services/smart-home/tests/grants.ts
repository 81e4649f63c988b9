import type { DirectiveAnswered } from '@arcade/events/contracts/smart-home';
import { createAccess } from '../domain/access.ts';
import type { DispatchParts, EventGateway, GatewayAnswer } from '../domain/dispatch.ts';
import {
  type Grant,
  GrantError,
  type GrantsTable,
  type Hub,
  type Login,
  type Safe,
  type SealedTokens,
} from '../domain/grants.ts';
import { ENDPOINT } from './parts.ts';

/** Carries out one request: at once, or when its turn has come. */
export type Through = <Answer>(effect: () => Answer) => Promise<Answer>;

const atOnce: Through = async (effect) => effect();
const HOUR_MS = 3_600_000;

/** The table of grants, as its storage does it. */
export function grantsInMemory(items = new Map<string, Grant>(), through: Through = atOnce): GrantsTable {
  const change = (grant: Pick<Grant, 'account' | 'grantId'>, when: (standing: Grant) => boolean, to?: Partial<Grant>) =>
    through(() => {
      const standing = items.get(grant.account);
      if (standing?.grantId !== grant.grantId || !when(standing)) return false;
      if (to) items.set(grant.account, { ...standing, ...to });
      else items.delete(grant.account);
      return true;
    });
  return {
    find: (account) => through(() => structuredClone(items.get(account))),
    put: (grant) => through(() => void items.set(grant.account, grant)),
    lease: (grant, nowMs, refreshingUntilMs) =>
      change(grant, (one) => one.expiresAtMs === grant.expiresAtMs && (one.refreshingUntilMs ?? 0) <= nowMs, {
        refreshingUntilMs,
      }),
    renew: (grant, changes) => change(grant, () => true, { ...changes, refreshingUntilMs: undefined }),
    release: async (grant, untilMs) => {
      await change(grant, (one) => one.refreshingUntilMs === untilMs, { refreshingUntilMs: undefined });
    },
    remove: (grant) => change(grant, () => true),
  };
}

/** Seals nothing, but says of what it seals whose and what it is, and opens that alone. */
export const glassSafe = (through: Through = atOnce): Safe => ({
  seal: (account, kind, token) => through(() => `${account}/${kind}/${token}`),
  open: (account, kind, sealed) =>
    through(() => {
      const start = `${account}/${kind}/`;
      if (!sealed.startsWith(start)) throw new Error(`not the ${kind} token of ${account}: ${sealed}`);
      return sealed.slice(start.length);
    }),
});

/** A hub that keeps what it is given, unless it is off. */
export function hubInMemory(items = new Map<string, SealedTokens>()): Hub & { isOff: boolean } {
  const on = <Answer>(answer: () => Answer) => {
    if (hub.isOff) throw new GrantError('the hub answered 503');
    return answer();
  };
  const hub = {
    isOff: false,
    keep: async (account: string, sealed: SealedTokens) => on(() => void items.set(account, sealed)),
    fetch: async (account: string) => on(() => items.get(account)),
    drop: async (account: string) => on(() => void items.delete(account)),
  };
  return hub;
}

/** Login with Amazon: gives `access-1`, `access-2` for an hour each. */
export function loginInMemory({ now, through = atOnce }: { now(): number; through?: Through }) {
  const login = {
    refreshed: 0,
    /** What is refused, and why. */
    refusal: undefined as GrantError | undefined,
    good: new Map<string, number>(),
    issue(refresh: string) {
      if (login.refusal) throw login.refusal;
      login.refreshed += 1;
      const access = `access-${login.refreshed}`;
      login.good.set(access, now() + HOUR_MS);
      return { access, refresh, expiresInSeconds: HOUR_MS / 1000 };
    },
    exchange: (code: string) => through(() => login.issue(`refresh-of-${code}`)),
    refresh: (refreshToken: string) => through(() => login.issue(refreshToken)),
  };
  return login satisfies Login & object;
}

/** A grant whose tokens are called `access` and `refresh`. */
export const grantOf = (expiresAtMs: number, overrides: Partial<Grant> = {}): Grant => ({
  account: ENDPOINT.account,
  grantId: 'grant-1',
  keeper: 'table',
  sealed: { access: `${ENDPOINT.account}/access/access-0`, refresh: `${ENDPOINT.account}/refresh/refresh-0` },
  expiresAtMs,
  ...overrides,
});

/** The event gateway: says what it is told to, one after another, and then that it accepts. */
export function gatewayOf(...answers: GatewayAnswer[]) {
  const sent: { messageId: string; token: string; timeoutMs: number }[] = [];
  const gateway: EventGateway = {
    async send(message, token, timeoutMs) {
      sent.push({ messageId: message.event.header.messageId, token, timeoutMs });
      return answers.shift() ?? { outcome: 'accepted' };
    },
  };
  return { ...gateway, sent };
}

/** What answers leave with, by a clock that pauses move on; the grant is good for an hour. */
export function dispatchParts(
  nowMs: number,
  gateway: EventGateway,
  { grant = grantOf(nowMs + HOUR_MS) }: { grant?: Grant | null } = {},
) {
  const clock = { nowMs };
  const now = () => clock.nowMs;
  const items = new Map(grant ? [[grant.account, grant]] : []);
  const late: string[] = [];
  const told: DirectiveAnswered[] = [];
  const warned: string[] = [];
  const pause = async (ms: number) => {
    clock.nowMs += ms;
  };
  const login = loginInMemory({ now });
  const hub = hubInMemory();
  const grants = grantsInMemory(items);
  const parts: DispatchParts = {
    now,
    gateway,
    access: createAccess({ now, pause, grants, hub, login, safe: glassSafe() }),
    keepLate: async ({ id }) => void late.push(id),
    pause: () => new Promise(() => {}),
    tellOthers: async (event) => void told.push(event),
    warn: (message) => void warned.push(message),
  };
  return { parts, clock, items, late, told, warned, login, hub, grants };
}
