import type { Catalogue, Channel, Party } from '@arcade/events/catalogue';
import type { Hop } from '../lib/journal.ts';

/** Says which event a hop shows passing: its type, and an id by which the same one is known again. */
export type Reading = (hop: Hop) => { type: string; id: string } | undefined;

/** How many chains are remembered, and ids of events. */
const MOST_REMEMBERED = 1_000;

/** Calls that put an event onto a channel, by the channel's kind: what topics and buses deliver says itself what it is. */
const PUTTING: Readonly<Record<string, readonly Channel['transport'][]>> = {
  SendMessage: ['queue'],
  SendMessageBatch: ['queue'],
  PutRecord: ['stream'],
  CreateSchedule: ['timer'],
  PostToConnection: ['socket'],
};

/** `ping-pong-local-relay-events` and `relayEvents` are one name. */
const plain = (name: string) => name.replaceAll('-', '').toLowerCase();

const isFunction = ({ service, node }: Pick<Party, 'service' | 'node'>, name: string) =>
  name.startsWith(`${service}-`) && plain(name.slice(service.length + 1).replace(/^[^-]*-/, '')) === plain(node);

/** What an address matches that has something for each brace. */
const addressed = (address: string) =>
  new RegExp(
    `^${address
      .replaceAll(/[.*+?^$()|[\]\\/]/g, '\\$&')
      .replaceAll(/\{\w+\}/g, '[^:/]+')
      .replaceAll('\\*', '.*')}$`,
  );

const typeIn = (text: unknown): { type: string; id: string } | undefined => {
  try {
    const { type, id } = JSON.parse(String(text)) as { type?: unknown; id?: unknown };
    return typeof type === 'string' && typeof id === 'string' ? { type, id } : undefined;
  } catch {
    return undefined;
  }
};

/** What a delivery says: of a topic the message itself, of a bus the event's type. */
function delivered({ kind, service, detail = {} }: Hop): { type: string; id: string } | undefined {
  if (kind !== 'delivery' && kind !== 'no-match') return undefined;
  if (service === 'sns') return typeIn(detail.message);
  return typeof detail.detailType === 'string' ? { type: detail.detailType, id: String(detail.eventId) } : undefined;
}

/** The last part of a session's or a function's ARN: the function's name. */
const functionIn = (arn = '') => arn.split(/[:/]/).at(-1) ?? '';

/**
 * Reads hops: which event passes. Where several may go one way, and nothing says which it was, the last of the chain decides that is one
 * of them; a hop that tells nothing lights no row.
 */
export function createReading({ events, channels }: Catalogue): Reading {
  const publishers = events.flatMap(({ type, publishers: all }) => all.map((party) => ({ ...party, type })));
  const consumers = events.flatMap(({ type, consumers: all }) => all.map((party) => ({ ...party, type })));
  const known = new Set(events.map(({ type }) => type));
  const ways = channels.map((channel) => ({ ...channel, pattern: addressed(channel.address) }));
  const lastOf = new Map<string, string[]>();

  const remember = (chain: string | undefined, type: string) => {
    if (chain === undefined) return;
    lastOf.set(chain, [...(lastOf.get(chain) ?? []).slice(-9), type]);
    const [oldest] = lastOf.keys();
    if (lastOf.size > MOST_REMEMBERED && oldest !== undefined) lastOf.delete(oldest);
  };

  /** What was put onto a channel by a call. */
  const put = ({ kind, action, from, to = '', correlationId, outcome }: Hop): string | undefined => {
    const kinds = kind === 'call' && outcome === 'ok' ? PUTTING[action] : undefined;
    if (!kinds) return undefined;
    const name = functionIn(from);
    const at = ways.filter(
      ({ transport, pattern }) => kinds.includes(transport) && (transport === 'socket' || pattern.test(to)),
    );
    const all = publishers.filter(({ channel }) => at.some(({ id }) => id === channel));
    const own = all.filter((party) => isFunction(party, name));
    // A gateway's role has the gateway's name, and on its channel nobody else publishes.
    const candidates = new Set((own.length > 0 || action === 'PostToConnection' ? own : all).map(({ type }) => type));
    if (candidates.size === 1) return [...candidates][0];
    return lastOf.get(correlationId ?? '')?.findLast((type) => candidates.has(type));
  };

  /** What one service has sent another: its function runs. */
  const called = ({ kind, to, outcome }: Hop): string | undefined => {
    if (kind !== 'invocation' || outcome !== 'ok') return undefined;
    return consumers.find(
      (party) =>
        channels.some(({ id, transport }) => id === party.channel && transport === 'http') &&
        isFunction(party, functionIn(to)),
    )?.type;
  };

  return (hop) => {
    const said = delivered(hop);
    if (said && known.has(said.type)) {
      remember(hop.correlationId, said.type);
      return said;
    }
    const type = put(hop) ?? called(hop);
    return type === undefined ? undefined : { type, id: `hop-${hop.seq}` };
  };
}

/** Counts what passes; the same event on its way to several is one. Gives the counts by type, a new object when they have changed. */
export function createCounter(read: Reading) {
  const seen = new Set<string>();
  let counts: Readonly<Record<string, number>> = {};
  return {
    counts: () => counts,
    /** Whether any count has changed. */
    take(hops: readonly Hop[]): boolean {
      const more: Record<string, number> = {};
      for (const hop of hops) {
        const passed = read(hop);
        const key = passed && `${passed.type} ${passed.id}`;
        if (!passed || key === undefined || seen.has(key)) continue;
        seen.add(key);
        if (seen.size > MOST_REMEMBERED) seen.delete([...seen][0] ?? '');
        more[passed.type] = (more[passed.type] ?? counts[passed.type] ?? 0) + 1;
      }
      if (Object.keys(more).length === 0) return false;
      counts = { ...counts, ...more };
      return true;
    },
  };
}
