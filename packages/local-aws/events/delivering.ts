import { z } from 'zod';
import type { Core } from '../core/cloud.ts';
import {
  bring,
  createDeliveries,
  type Deliveries,
  deliveriesOf,
  type Refusal,
  type UnderWay,
} from '../core/delivery.ts';
import type { Hop } from '../core/journal.ts';
import { servicePrincipal } from '../core/principal.ts';
import { traceRoot } from '../core/trace.ts';
import { inputFor } from './input.ts';
import type { BusEvent, Rule, RuleStore, Target } from './rules.ts';

/** Brings events to the targets of rules. */
export interface Delivering extends Pick<Deliveries<unknown>, 'resume'> {
  /** Hands the event to all targets of the rule, as background work. */
  send(rule: Rule, event: BusEvent, chain: { traceHeader: string; correlationId?: string }): void;
}

/** One event for one target, which stays what it was when the rule matched. */
interface Matched {
  rule: Pick<Rule, 'name' | 'arn'>;
  target: Target;
  event: BusEvent;
  traceHeader: string;
  correlationId?: string;
}

const DELIVERIES = deliveriesOf<Matched>(
  'events',
  z.looseObject({ rule: z.looseObject({}), target: z.looseObject({}), event: z.looseObject({}) }),
);

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
const DEFAULT_MAX_RETRIES = 185;
const DEFAULT_MAX_AGE_SECONDS = 86_400;
const FIRST_PAUSE_MS = 1000;
/** 185 attempts fill the 24 hours when they are about this far apart. */
const LONGEST_PAUSE_MS = 480_000;

/** What a dead letter says of an error: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const ERROR_CODES: [RegExp, string][] = [
  [/^(AccessDenied|AccessDeniedException|AuthorizationError)$/, 'NO_PERMISSIONS'],
  [/NotFound|NonExistentQueue$|^QueueDoesNotExist$|^NotSupportedByLocalAws$/, 'NO_RESOURCE'],
  [/^SyntaxError$/, 'INVALID_JSON'],
  [/Throttl|TooManyRequests|OverLimit/, 'THROTTLING'],
];
/** Errors that no retry would mend, although they do not look like the caller's fault. */
const FINAL = new Set(['NO_PERMISSIONS', 'NO_RESOURCE', 'INVALID_JSON']);

function errorCodeOf({ code, mayPass }: Refusal): string {
  const known = ERROR_CODES.find(([pattern]) => pattern.test(code));
  return known?.[1] ?? (mayPass ? 'SDK_CLIENT_ERROR' : 'INVALID_PARAMETER');
}

/** Makes the part of EventBridge that delivers, retries and gives up. */
export function createDelivering(core: Core, rules: RuleStore): Delivering {
  const deliveries = createDeliveries<Matched, Refusal>(core, {
    service: 'events',
    kept: DELIVERIES,
    ownerOf: ({ rule }) => rules.find(rule.name).owner,
    targetOf: ({ target }) => target.Arn,
    isWanted: ({ rule, target }) => rules.get(rule.name)?.targets.some(({ Id }) => Id === target.Id) ?? false,
    chainOf,
    attempt: async (sent) => {
      const { detail, ...known } = hopOf(sent.item);
      const hop = {
        ...known,
        kind: 'delivery' as const,
        to: sent.item.target.Arn,
        detail: { ...detail, ...sent.marks },
      };
      return bring(core, { ...hop, action: sent.tries === 0 ? 'deliver' : 'retry' }, () => deliveryOf(sent));
    },
    next(sent, refusal) {
      if (!refusal.mayPass || FINAL.has(errorCodeOf(refusal))) return { over: '' };
      const { MaximumRetryAttempts = DEFAULT_MAX_RETRIES, MaximumEventAgeInSeconds = DEFAULT_MAX_AGE_SECONDS } =
        sent.item.target.RetryPolicy ?? {};
      if (sent.tries > MaximumRetryAttempts) return { over: 'MaximumRetryAttempts' };
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (sent.tries - 1), LONGEST_PAUSE_MS);
      const ageMs = core.clock.now() + pauseMs - sent.sinceMs;
      return ageMs > MaximumEventAgeInSeconds * 1000 ? { over: 'MaximumEventAgeInSeconds' } : { pauseMs };
    },
    async giveUp({ item, tries }, refusal, exhausted) {
      const { rule, target, event } = item;
      const { detail, ...known } = hopOf(item);
      const reason = exhausted || errorCodeOf(refusal);
      const hop = { ...known, kind: 'dead-letter' as const, detail: { ...detail, reason } };
      const targetArn = target.DeadLetterConfig?.Arn;
      if (!targetArn) {
        const message = `${target.Id} of ${rule.name} has no DeadLetterConfig: ${refusal.message}`;
        core.journal.record({ ...hop, action: 'dropped', outcome: 'error', error: { code: 'EventLost', message } });
        return;
      }
      const attributes = {
        RULE_ARN: rule.arn,
        TARGET_ARN: target.Arn,
        ERROR_CODE: errorCodeOf(refusal),
        ERROR_MESSAGE: refusal.message,
        RETRY_ATTEMPTS: String(tries - 1),
        ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      };
      const principal = servicePrincipal('events.amazonaws.com', rule.arn);
      const letter = { targetArn, principal, payload: JSON.stringify(event), attributes };
      await bring(core, { ...hop, action: 'dead-letter', to: targetArn }, () => letter);
    },
  });

  return {
    resume: deliveries.resume,
    send({ name, arn, targets }, event, chain) {
      for (const target of targets) deliveries.take({ rule: { name, arn }, target, event, ...chain });
    },
  };
}

function deliveryOf({ item, sinceMs, marks }: UnderWay<Matched>) {
  const { rule, target, event, traceHeader, correlationId } = item;
  return {
    targetArn: target.Arn,
    principal: servicePrincipal('events.amazonaws.com', rule.arn),
    payload: inputFor(target, event, rule, sinceMs),
    traceHeader,
    ...(correlationId && { correlationId }),
    ...(marks?.copy !== undefined && { copy: marks.copy }),
  };
}

/** What an event belongs to. */
function chainOf({ traceHeader, correlationId }: Matched) {
  const traceId = traceRoot(traceHeader);
  return { ...(correlationId && { correlationId }), ...(traceId && { traceId }) };
}

function hopOf(item: Matched) {
  const { rule, target, event } = item;
  return {
    service: 'events',
    from: rule.arn,
    ...chainOf(item),
    detail: { eventId: event.id, targetId: target.Id },
  } satisfies Partial<Hop>;
}
