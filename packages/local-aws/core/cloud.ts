import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Principal } from './principal.ts';
import type { Random } from './random.ts';
import type { CallInterceptor, Permission } from './service.ts';
import type { Store } from './store/index.ts';

/** An attribute of an SNS or SQS message, as the SDK gives it in JSON. */
export interface MessageAttribute {
  /** `String`, `Number`, `Binary`, or one of these with a custom ending; SNS also has `String.Array`. */
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

/** A message that one local service brings to another. */
export interface Delivery {
  /** Where to: the ARN of a function, queue or topic. */
  targetArn: string;
  /** Who brings it; the target's resource policy must allow this principal. */
  principal: Principal;
  /** JSON text: the event of a function, the body of a queue's message. */
  payload: string;
  /** Message attributes, for queues; a bare text is of type `String`. */
  attributes?: Record<string, string | MessageAttribute>;
  correlationId?: string;
  /** `X-Amzn-Trace-Id` of the chain that led here, so that recursion is seen. */
  traceHeader?: string;
}

/**
 * Takes messages for one kind of ARN. Resolves when the message is accepted (a function: queued for asynchronous
 * invocation). Throws AwsError when it is refused: AccessDenied, or the target does not exist.
 */
export type DeliveryTarget = (delivery: Delivery) => Promise<void>;

/** Asks IAM; throws AwsError AccessDenied with action, resource and principal when the answer is no. */
export type Authorize = (principal: Principal, permission: Permission) => void;

/** What each local service is built from. */
export interface Core {
  clock: Clock;
  journal: Journal;
  faults: Faults;
  authorize: Authorize;
  /** New ids: request ids, message ids. A UUID; repeatable in tests. */
  newId(): string;
  random: Random;
  /** Delivers to the target by the ARN's service; the targets are registered at start. */
  deliver: DeliveryTarget;
  /** Registers the target for ARNs of `service` (`lambda`, `sqs`, `sns`). */
  registerTarget(service: string, target: DeliveryTarget): void;
  /** Stands around the calls that come through the front door. */
  interceptors: CallInterceptor[];
  /** Where clients reach local-aws: `http://127.0.0.1:4566`. Known once the front door listens. */
  endpoint(): string;
  /** Where all is kept that AWS would keep. */
  store: Store;
  /** Where state is kept between runs; undefined means in memory only. */
  stateFolder: string | undefined;
}
