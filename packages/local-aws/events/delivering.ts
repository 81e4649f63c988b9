import { createCarrier } from '../core/carrier.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError, asError } from '../core/errors.ts';
import type { Hop } from '../core/journal.ts';
import { servicePrincipal } from '../core/principal.ts';
import { traceRoot } from '../core/trace.ts';
import { inputFor } from './input.ts';
import type { BusEvent, Rule, Target } from './rules.ts';

/** One event on its way to one target. */
interface OnItsWay {
  rule: Rule;
  target: Target;
  event: BusEvent;
  startedAtMs: number;
  traceHeader: string;
  correlationId?: string;
}

/** Brings events to the targets of rules. */
export interface Delivering {
  /** Hands the event to all targets of the rule, as background work. */
  send(rule: Rule, event: BusEvent, chain: { traceHeader: string; correlationId?: string }): void;
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
const DEFAULT_MAX_RETRIES = 185;
const DEFAULT_MAX_AGE_SECONDS = 86_400;
const FIRST_PAUSE_MS = 1000;
/** 185 attempts fill the 24 hours when they are about this far apart. */
const LONGEST_PAUSE_MS = 480_000;

/** Errors that are not tried again, and what the dead-letter queue calls them. */
const FINAL_CODES: Record<string, string> = {
  AccessDenied: 'NO_PERMISSIONS',
  AccessDeniedException: 'NO_PERMISSIONS',
  AuthorizationError: 'NO_PERMISSIONS',
  ResourceNotFoundException: 'NO_RESOURCE',
  NotFound: 'NO_RESOURCE',
  'AWS.SimpleQueueService.NonExistentQueue': 'NO_RESOURCE',
  QueueDoesNotExist: 'NO_RESOURCE',
  NotSupportedByLocalAws: 'NO_RESOURCE',
  SyntaxError: 'INVALID_JSON',
};

/** Makes the part of EventBridge that delivers, retries and gives up. */
export function createDelivering(core: Core): Delivering {
  const carrier = createCarrier(core);

  async function attempt(sent: OnItsWay, retry: number): Promise<void> {
    const { rule, target, event, traceHeader, correlationId } = sent;
    const nowMs = core.clock.now();
    const hop = {
      ...hopOf(sent),
      kind: 'delivery' as const,
      action: retry === 0 ? 'deliver' : 'retry',
      to: target.Arn,
    };
    try {
      await core.deliver({
        targetArn: target.Arn,
        principal: servicePrincipal('events.amazonaws.com', rule.arn),
        payload: inputFor(target, event, rule, sent.startedAtMs),
        traceHeader,
        ...(correlationId && { correlationId }),
      });
      core.journal.record({ ...hop, outcome: 'ok', durationMs: core.clock.now() - nowMs });
    } catch (thrown) {
      const error = errorOf(thrown);
      core.journal.record({ ...hop, outcome: 'error', error });
      await failed(sent, retry, error);
    }
  }

  async function failed(sent: OnItsWay, retry: number, error: { code: string; message: string }): Promise<void> {
    const { MaximumRetryAttempts = DEFAULT_MAX_RETRIES, MaximumEventAgeInSeconds = DEFAULT_MAX_AGE_SECONDS } =
      sent.target.RetryPolicy ?? {};
    if (error.code in FINAL_CODES) return giveUp(sent, retry, error);
    if (retry >= MaximumRetryAttempts) return giveUp(sent, retry, error, 'MaximumRetryAttempts');
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** retry, LONGEST_PAUSE_MS);
    const nextMs = core.clock.now() + pauseMs;
    if (nextMs - sent.startedAtMs > MaximumEventAgeInSeconds * 1000) {
      return giveUp(sent, retry, error, 'MaximumEventAgeInSeconds');
    }
    core.clock.at(nextMs, () => attempt(sent, retry + 1));
  }

  async function giveUp(
    sent: OnItsWay,
    retries: number,
    error: { code: string; message: string },
    exhausted?: string,
  ): Promise<void> {
    const { rule, target, event } = sent;
    const to = target.DeadLetterConfig?.Arn;
    const hop = { ...hopOf(sent), kind: 'dead-letter' as const };
    if (!to) {
      const lost = {
        code: 'EventLost',
        message: `${target.Id} of ${rule.name} has no DeadLetterConfig: ${error.message}`,
      };
      core.journal.record({ ...hop, action: 'dropped', outcome: 'error', error: lost });
      return;
    }
    try {
      await core.deliver({
        targetArn: to,
        principal: servicePrincipal('events.amazonaws.com', rule.arn),
        payload: JSON.stringify(event),
        attributes: {
          RULE_ARN: rule.arn,
          TARGET_ARN: target.Arn,
          ERROR_CODE: FINAL_CODES[error.code] ?? 'SDK_CLIENT_ERROR',
          ERROR_MESSAGE: error.message,
          RETRY_ATTEMPTS: String(retries),
          ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
        },
      });
      core.journal.record({ ...hop, action: 'dead-letter', to, outcome: 'ok' });
    } catch (thrown) {
      core.journal.record({ ...hop, action: 'dead-letter', to, outcome: 'error', error: errorOf(thrown) });
    }
  }

  return {
    send(rule, event, chain) {
      for (const target of rule.targets) {
        const sent = { rule, target, event, startedAtMs: core.clock.now(), ...chain };
        carrier.carry('events', target.Arn, () => attempt(sent, 0));
      }
    },
  };
}

function hopOf({ rule, target, event, traceHeader, correlationId }: OnItsWay) {
  const traceId = traceRoot(traceHeader);
  return {
    service: 'events',
    from: rule.arn,
    ...(correlationId && { correlationId }),
    ...(traceId && { traceId }),
    detail: { eventId: event.id, targetId: target.Id },
  } satisfies Partial<Hop>;
}

function errorOf(thrown: unknown): { code: string; message: string } {
  const error = asError(thrown);
  return { code: thrown instanceof AwsError ? thrown.code : error.name, message: error.message };
}
