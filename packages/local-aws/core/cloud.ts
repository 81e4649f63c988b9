import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Invocations } from './invocations.ts';
import type { Hop, Journal } from './journal.ts';
import type { Principal } from './principal.ts';
import type { Random } from './random.ts';
import type { CallInterceptor, Permission, SentAgain } from './service.ts';
import type { Services } from './services.ts';
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
  /** Where to: the ARN of a function, queue, topic or event bus. */
  targetArn: string;
  /** Who brings it; the target's resource policy must allow this principal. */
  principal: Principal;
  /** JSON text: the event of a function, the body of a queue's message. */
  payload: string;
  /** Message attributes, for queues; a bare text is of type `String`. */
  attributes?: Record<string, string | MessageAttribute>;
  /** The message group, for queues. */
  groupId?: string;
  /** What makes it the same as another, for FIFO queues. */
  deduplicationId?: string;
  /** For topics. */
  subject?: string;
  /**
   * For event buses: what is to be said of an event, of which the payload is the detail alone. Without it the payload is a whole event
   * that goes on as it is.
   */
  event?: { source: string; detailType: string; resources?: readonly string[]; timeMs?: number };
  /** For event buses, of a whole event: how many it has been on. */
  buses?: number;
  correlationId?: string;
  /** `X-Amzn-Trace-Id` of the chain that led here, so that recursion is seen. */
  traceHeader?: string;
  /** 2 and up: it is a further copy of the message, which the fault plan made. */
  copy?: number;
}

/** Asks IAM; throws AwsError AccessDenied with action, resource and principal when the answer is no. */
export type Authorize = (principal: Principal, permission: Permission) => void;

/** A call of an operation. */
export interface CallRequest {
  /** `sns` */
  service: string;
  /** `Publish` */
  operation: string;
  /** As the operation's input has it. */
  input: object;
  /** Who calls; a function where finding out may fail, which is the call's failure then. */
  principal: Principal | (() => Principal);
  /** Default: a new one. */
  requestId?: string;
  traceHeader?: string | undefined;
  correlationId?: string | undefined;
  /** Where the caller reaches local-aws, when that is not `Core.endpoint()`. */
  endpoint?: string;
  /** Aborts when the caller hangs up. */
  signal?: AbortSignal | undefined;
  /** It came from a client, over the wire: interceptors stand around it. */
  isFromClient?: boolean;
  /** The request id of the invocation that makes it, where that is known by the way on which it came. */
  madeBy?: string | undefined;
  /** See CallContext. */
  via?: string;
  isDelivery?: boolean;
  copy?: number | undefined;
  /** See CallContext. */
  again?: SentAgain;
  /** What the journal's entry says otherwise; false: the caller writes the hop down himself. */
  hop?: Partial<Hop> | false;
}

/** What each local service is built from. */
export interface Core {
  clock: Clock;
  journal: Journal;
  faults: Faults;
  /** The invocations that run: who a function's call is of. */
  invocations: Invocations;
  /** All services, under their ids. */
  services: Services;
  authorize: Authorize;
  /** New ids: request ids, message ids. A UUID; repeatable in tests. */
  newId(): string;
  random: Random;
  /**
   * The one way to carry out an operation, whoever asks for it: its input is read, interceptors stand around it, faults
   * strike, IAM is asked, it runs, and the journal has a hop. Throws AwsError; what else it throws is a defect.
   */
  call(request: CallRequest): Promise<unknown>;
  /**
   * Brings a message to its target: the call that the target's service makes of it, without a hop of its own. Resolves when
   * the message is accepted (a function: queued for asynchronous invocation). Throws AwsError.
   */
  deliver(delivery: Delivery): Promise<void>;
  interceptors: CallInterceptor[];
  /** Where clients reach local-aws: `http://127.0.0.1:4566`. Known once the front door listens. */
  endpoint(): string;
  /** Where all is kept that AWS would keep. */
  store: Store;
  /** Where state is kept between runs; undefined means in memory only. */
  stateFolder: string | undefined;
}
