import type { Core } from '../core/cloud.ts';
import { withoutLineage } from '../core/trace.ts';
import { formatTrace, newTrace } from '../lambda/trace.ts';
import { type BusEvent, type NewEvent, newBusEvent } from './busEvent.ts';
import { type Buses, busArn, DEFAULT_BUS } from './buses.ts';
import { type Chain, chainOf } from './chain.ts';
import type { Delivering } from './delivering.ts';
import type { Matches, Miss } from './ruleIndex.ts';
import type { RuleStore } from './rules.ts';

/** What is accepted by a bus is told to these. */
export type AcceptedListener = (busName: string, event: BusEvent, chain: Chain) => void;

/** The buses, for all that puts events on them. */
export interface Bus {
  /**
   * Hands an event to the rules of a bus, to those with these ARNs only when `rules` is given (a replay). It is kept for each target
   * that a rule has for it, and brought there in the background. Throws AwsError `ResourceNotFoundException` when there is no such bus.
   */
  accept(busName: string, event: BusEvent, chain: Chain, options?: { rules?: readonly string[] }): void;
  /**
   * Puts an event of an AWS service (`source: 'aws.cloudwatch'`), of which clients can put none, on the default bus. `traceHeader`: the chain
   * that it follows from, else it begins one. Gives the event's id.
   */
  announce(event: Omit<NewEvent, 'id' | 'timeMs'>, chain?: Partial<Chain>): string;
  /** Calls `listener` for each event that a bus accepts, until the returned function is called. */
  onAccepted(listener: AcceptedListener): () => void;
}

/** So long what a rule says of events of one source and type is not said again. */
const SAID_AGAIN_MS = 60_000;
const MOST_SAID = 5000;

/** Makes the way onto the buses. */
export function createBus(
  core: Pick<Core, 'clock' | 'journal' | 'newId'>,
  { buses, rules, delivering }: { buses: Buses; rules: RuleStore; delivering: Delivering },
): Bus {
  const listeners = new Set<AcceptedListener>();
  const isNews = said(core);

  const noteMisses = (busName: string, event: BusEvent, chain: Chain, { taken, missed }: Matches) => {
    const hop = {
      kind: 'no-match',
      service: 'events',
      action: 'EventPattern',
      outcome: 'ok',
      ...chainOf(chain),
    } as const;
    const detail = { eventId: event.id, detailType: event['detail-type'], source: event.source };
    for (const miss of missed) {
      if (miss.isOfKind && !isNews(miss, event)) continue;
      const { rule, field, reason } = miss;
      const [target] = rule.targets;
      const to = target && { to: target.Arn };
      core.journal.record({ ...hop, from: rule.arn, ...to, detail: { ...detail, field, reason } }, { said: event });
    }
    // Whatever was said before: this one has come to nothing.
    if (taken.length > 0) return;
    const lost = { ...hop, to: busArn(busName), detail: { ...detail, reason: 'no rule takes it' } };
    core.journal.record(lost, { said: event });
  };

  const accept: Bus['accept'] = (busName, event, { traceHeader, ...others }, { rules: only } = {}) => {
    buses.find(busName);
    // What comes from a bus is no part of the chain in which Lambda looks for loops.
    const chain = { traceHeader: withoutLineage(traceHeader), ...others };
    for (const listener of listeners) listener(busName, event, chain);
    const matches = rules.index(busName).match(event);
    if (!only) noteMisses(busName, event, chain, matches);
    for (const rule of matches.taken) if (!only || only.includes(rule.arn)) delivering.send(rule, event, chain);
  };

  return {
    accept,
    announce(event, chain = {}) {
      const timeMs = core.clock.now();
      const id = core.newId();
      const { traceHeader = formatTrace(newTrace(core.newId(), timeMs)), ...others } = chain;
      accept(DEFAULT_BUS, newBusEvent({ ...event, id, timeMs }), { traceHeader, ...others });
      return id;
    },
    onAccepted(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** That a rule has nothing to do with events of some source and type is told once a minute: at a thousand a second it would be all that is told. */
function said({ clock }: Pick<Core, 'clock'>) {
  const saidMs = new Map<string, number>();
  return ({ rule }: Miss, event: BusEvent): boolean => {
    const key = `${rule.arn}\n${event.source}\n${event['detail-type']}`;
    const nowMs = clock.now();
    if (nowMs < (saidMs.get(key) ?? Number.NEGATIVE_INFINITY) + SAID_AGAIN_MS) return false;
    if (saidMs.size >= MOST_SAID) saidMs.clear();
    saidMs.set(key, nowMs);
    return true;
  };
}
