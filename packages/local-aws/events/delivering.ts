import { z } from 'zod';
import type { Core, Delivery } from '../core/cloud.ts';
import {
  bring,
  createDeliveries,
  type Deliveries,
  deliveriesOf,
  type Refusal,
  type UnderWay,
} from '../core/delivery.ts';
import type { Hop } from '../core/journal.ts';
import { type Principal, servicePrincipal } from '../core/principal.ts';
import { ACCOUNT } from '../core/store/index.ts';
import type { Iam } from '../iam/index.ts';
import type { BusEvent } from './busEvent.ts';
import { type Chain, chainOf } from './chain.ts';
import { type ApiDestinations, isApiDestination } from './destinations/apiDestinations.ts';
import { inputFor } from './input.ts';
import { DEFAULT_MAX_AGE_SECONDS, verdictOf } from './retryPolicy.ts';
import type { Rule, RuleStore, Target } from './rules.ts';

/** What is needed of IAM: roles' trust, and their sessions for targets that are reached with a role. */
export type EventsIam = Pick<Iam, 'assertTrust' | 'sessionOf'>;

/** Brings events to the targets of rules. */
export interface Delivering extends Pick<Deliveries<unknown>, 'resume'> {
  /** Hands the event to all targets of the rule, as background work. */
  send(rule: Rule, event: BusEvent, chain: Chain): void;
}

/** What it needs beside the rules. */
export interface DeliveringParts {
  iam: EventsIam;
  destinations: Pick<ApiDestinations, 'takeTurn' | 'letGo'>;
}

/** One event for one target, which stays what it was when the rule matched. */
interface Matched extends Chain {
  rule: Pick<Rule, 'name' | 'arn'>;
  target: Target;
  event: BusEvent;
}

const DELIVERIES = deliveriesOf<Matched>(
  'events',
  z.looseObject({ rule: z.looseObject({}), target: z.looseObject({}), event: z.looseObject({}) }),
);

/** What a dead letter says of an error: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const ERROR_CODES: [RegExp, string][] = [
  [/^(AccessDenied|AccessDeniedException|AuthorizationError)$/, 'NO_PERMISSIONS'],
  [/NotFound|NonExistentQueue$|^QueueDoesNotExist$|^NotSupportedByLocalAws$/, 'NO_RESOURCE'],
  [/^SyntaxError$/, 'INVALID_JSON'],
  [/Throttl|TooManyRequests|OverLimit/, 'THROTTLING'],
  [/^ApiDestinationError$/, 'SDK_CLIENT_ERROR'],
];

/** It is not the turn of an event yet: its target takes so many a second only. */
const NOT_YET = 'ApiDestinationThrottled';

function errorCodeOf({ code, mayPass }: Refusal): string {
  const known = ERROR_CODES.find(([pattern]) => pattern.test(code));
  return known?.[1] ?? (mayPass ? 'SDK_CLIENT_ERROR' : 'INVALID_PARAMETER');
}

/** Makes the part of EventBridge that delivers, retries and gives up. */
export function createDelivering(core: Core, rules: RuleStore, { iam, destinations }: DeliveringParts): Delivering {
  const deliveries = createDeliveries<Matched, Refusal>(core, {
    service: 'events',
    kept: DELIVERIES,
    ownerOf: ({ rule }) => rules.get(rule.arn)?.owner ?? ACCOUNT,
    targetOf: ({ target }) => target.Arn,
    isWanted: ({ rule, target }) => rules.get(rule.arn)?.targets.some(({ Id }) => Id === target.Id) ?? false,
    chainOf,
    async attempt(sent) {
      const { item, tries, marks } = sent;
      const { Arn } = item.target;
      const waitMs = isApiDestination(Arn) ? destinations.takeTurn(Arn, sent.id) : 0;
      if (waitMs > 0)
        return { code: NOT_YET, message: `${Arn} takes no more events a second`, mayPass: true, retryAfterMs: waitMs };
      const { detail: known, ...hop } = hopOf(item);
      const action = tries === 0 ? 'deliver' : 'retry';
      const detail = { ...known, ...(tries > 0 && { retry: tries }), ...marks };
      const whole = { ...hop, action, detail, kind: 'delivery' as const, to: Arn };
      return bring(core, whole, () => deliveryOf(sent, iam), { said: item.event });
    },
    next(sent, refusal) {
      const { RetryPolicy } = sent.item.target;
      if (refusal.code !== NOT_YET) return verdictOf(sent, refusal, RetryPolicy, core.clock.now());
      // Who waits for its turn has not been tried: age alone counts.
      sent.tries -= 1;
      const { retryAfterMs: pauseMs = 0 } = refusal;
      const maxAgeMs = (RetryPolicy?.MaximumEventAgeInSeconds ?? DEFAULT_MAX_AGE_SECONDS) * 1000;
      const isTooOld = core.clock.now() + pauseMs - sent.sinceMs > maxAgeMs;
      if (!isTooOld) return { pauseMs };
      destinations.letGo(sent.id);
      return { over: 'MaximumEventAgeInSeconds' };
    },
    async giveUp({ item, tries }, refusal, exhausted) {
      const { rule, target, event } = item;
      const { detail, ...known } = hopOf(item);
      const reason = exhausted || errorCodeOf(refusal);
      const hop = { ...known, kind: 'dead-letter' as const, detail: { ...detail, reason } };
      const targetArn = target.DeadLetterConfig?.Arn;
      if (!targetArn) {
        const message = `${target.Id} of ${rule.name} has no DeadLetterConfig: ${refusal.message}`;
        const lost = { ...hop, action: 'dropped', outcome: 'error', error: { code: 'EventLost', message } } as const;
        core.journal.record(lost, { said: event });
        return;
      }
      const attributes = {
        RULE_ARN: rule.arn,
        TARGET_ARN: target.Arn,
        ERROR_CODE: errorCodeOf(refusal),
        ERROR_MESSAGE: refusal.message,
        RETRY_ATTEMPTS: String(Math.max(0, tries - 1)),
        ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      };
      const principal = servicePrincipal('events.amazonaws.com', rule.arn);
      const letter = { targetArn, principal, payload: JSON.stringify(event), attributes, ...wayOf(item) };
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

function deliveryOf({ item, sinceMs, marks }: UnderWay<Matched>, iam: EventsIam): Delivery {
  const { rule, target, event } = item;
  return {
    targetArn: target.Arn,
    principal: principalOf(item, iam),
    payload: inputFor(target, event, rule, sinceMs),
    ...wayOf(item),
    buses: (item.buses ?? 0) + 1,
    ...(target.SqsParameters && { groupId: target.SqsParameters.MessageGroupId }),
    ...(marks?.copy !== undefined && { copy: marks.copy }),
  };
}

/** What a delivery hands on of the chain. */
const wayOf = ({ traceHeader, correlationId }: Chain) => ({
  traceHeader,
  ...(correlationId !== undefined && { correlationId }),
});

/** How long the name of a role's session may be. */
const LONGEST_SESSION_NAME = 64;

/** Who reaches the target: its role, else EventBridge for the rule, which the target's own policy must allow. */
function principalOf({ rule, target }: Matched, iam: EventsIam): Principal {
  if (target.RoleArn === undefined) return servicePrincipal('events.amazonaws.com', rule.arn);
  return iam.sessionOf(target.RoleArn, rule.name.slice(0, LONGEST_SESSION_NAME));
}

function hopOf(item: Matched) {
  const { rule, target, event } = item;
  const { id: eventId, 'detail-type': detailType, source } = event;
  return {
    service: 'events',
    from: rule.arn,
    ...chainOf(item),
    detail: { eventId, targetId: target.Id, detailType, source },
  } satisfies Partial<Hop>;
}
