import type { Readable } from 'node:stream';
import type { Asked } from './carried.ts';
import type { Delivery } from './cloud.ts';
import type { Principal } from './principal.ts';
import type { AnyResourceType } from './resource.ts';

/** A message that the owner sends once more. */
export interface SentAgain {
  /** The number of the hop with which it went over. */
  seq: number;
  /** Who sent it then: so it takes the same edge. */
  from?: string | undefined;
}

/** What an operation knows of its call. */
export interface CallContext {
  principal: Principal;
  requestId: string;
  /** The raw `X-Amzn-Trace-Id` header: the chain of invocations that led here. */
  traceHeader?: string;
  /** What a caller inside knows already; else it is looked for in the input. */
  correlationId?: string;
  /** Where clients reach local-aws, for addresses in answers (queue URLs): `http://127.0.0.1:4566`. */
  endpoint: string;
  /** The request id of the function's invocation that makes the call. */
  madeBy?: string;
  /** The service that makes the call for the principal, with its rights (`ssm`): KMS knows it as `kms:ViaService`. */
  via?: string;
  /** It is a message that another service brings: the faults on its way were that one's to make. */
  isDelivery?: boolean;
  /** Of a delivery: see Delivery. */
  copy?: number;
  /** Somebody sends by hand what went over before. */
  again?: SentAgain;
  /** Aborts when the caller hangs up (long polling). */
  signal?: AbortSignal;
}

/** What IAM is asked before an operation runs. */
export interface Permission {
  /** `sns:Publish` */
  action: string;
  /** The ARN that it is done to, or `*` where AWS has no finer one. */
  resource: string;
  /** The resource's own policy, where it is not the one that its service has for it now. */
  resourcePolicy?: PolicyDocument;
  /** Condition keys beyond the global ones, such as `dynamodb:LeadingKeys`. */
  conditions?: Record<string, string | string[]>;
  /** The service that asks, where it is not the action's own: a no comes in its words. */
  askedBy?: string;
}

/** An IAM policy, as it stands in a template once resolved. */
export interface PolicyDocument {
  Version?: string;
  Statement: PolicyStatement | PolicyStatement[];
}

/** A statement of an IAM policy. */
export interface PolicyStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, string | string[]>;
  NotPrincipal?: never;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** An answer that carries more than a JSON body (the REST protocols). */
export class RawAnswer {
  readonly status: number;
  /** A header that stands several times (`set-cookie`) has a list. */
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer | string;

  constructor(status: number, headers: Record<string, string | string[]>, body: Buffer | string = '') {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** An answer whose body comes piece by piece; it is taken over, and closed when the client goes away. */
export class StreamAnswer extends RawAnswer {
  readonly stream: Readable;

  constructor(status: number, headers: Record<string, string | string[]>, stream: Readable) {
    super(status, headers);
    this.stream = stream;
  }
}

/** An answer of JSON; `{}` for nothing. */
export function jsonAnswer(type: string, result: unknown, status = 200): RawAnswer {
  return new RawAnswer(status, { 'content-type': type }, JSON.stringify(result ?? {}));
}

/** What an operation says of one input: what it asks for, and how it is carried out. */
export interface Call {
  /** What IAM must allow; all of them. Left out where AWS asks for nothing (sts:GetCallerIdentity). */
  permissions?: Permission[];
  /** The ARN that the journal shows as the target, when it is not the first permission's resource. */
  target?: string | undefined;
  /** The correlation id that the input carries (a message attribute, for example), for the journal. */
  correlationId?: string | undefined;
  /** What the journal says of how it went, made of the answer. */
  went?: ((result: unknown) => Record<string, unknown>) | undefined;
  /** Does it. The answer has the members of AWS's own answer; `RawAnswer` where it is no JSON. Throws AwsError. */
  run(): unknown;
}

/** One operation: reads an input, once, and says what the call is. Throws AwsError when it does not fit. */
// biome-ignore lint/suspicious/noExplicitAny: operations of different inputs stand in one registry; each reads its own.
export type Operation<Input = any> = (input: Input, context: CallContext) => Call;

/** Where a request of a REST protocol goes. */
export interface RestRoute {
  operation: string;
  /** Parameters of the path, by the names of the operation's input. */
  parameters: Record<string, string>;
  /** Members of the input that come in headers: header by member. */
  headers?: Readonly<Record<string, string>>;
  /** Further members that headers say, whose names are not known before; all headers are given. */
  members?(headers: Readonly<Record<string, string>>): Record<string, unknown>;
  /** The member of the input that is the body as it came (a Buffer); without it the body is JSON (or XML), and its members are the input's. */
  payload?: string;
  /** The payload is a `Readable` that is read while it comes, however long it is. */
  streams?: boolean;
}

/** How clients speak to a service. */
export type Protocol =
  /** JSON body of at most so many values, `X-Amz-Target: <prefix>.<Operation>`. */
  | { kind: 'json'; targetPrefix: string; version: '1.0' | '1.1'; maxValues?: number }
  /**
   * Form-encoded body with `Action`, XML answer in this namespace. The input comes nested: `.member.N` as arrays,
   * `.entry.N` as objects, every leaf a string. In the answer an array is written as `<member>`s, a `Map` as `<entry>`s.
   */
  | { kind: 'query'; xmlns: string }
  /**
   * Paths and methods. The input is the path's parameters, merged over headers, query parameters and the members of a JSON
   * body. `answer` puts what an operation gives into HTTP; without it, into a JSON body.
   */
  | {
      kind: 'rest';
      route(method: string, path: string): RestRoute | undefined;
      answer?(operation: string, result: unknown): RawAnswer;
    }
  /**
   * As `rest`, with XML for JSON: the root element's members are the input's, every leaf a string, what stands several times a
   * list. In the answer, below an element called after the operation (or as `roots` calls it), a list is the same element again for
   * each member. What a path means may depend on the query (`?uploads`) and on headers.
   */
  | {
      kind: 'rest-xml';
      xmlns: string;
      /** Errors stand in an `ErrorResponse`; without it they are the root themselves, as S3 has it. */
      wrapsErrors?: boolean;
      roots?: Readonly<Record<string, string>>;
      route(
        method: string,
        path: string,
        query: URLSearchParams,
        headers: Readonly<Record<string, string>>,
      ): RestRoute | undefined;
      answer?(operation: string, result: unknown): RawAnswer | undefined;
    };

/** An error as a service spells it: AWS's code, HTTP status, and the message where it is always the same. */
export interface ErrorSpelling {
  code: string;
  status: number;
  message?: string;
}

/** A service's own words for errors that all services have. */
export interface ErrorSpellings {
  /** The shape name that stands before the code in JSON: `com.amazonaws.sqs#`. */
  namespace?: string;
  /** The codes of the Query protocol that clients still see beside those of JSON (`x-amzn-query-error`), by JSON's. */
  queryCodes?: Readonly<Record<string, string>>;
  /** The message stands in a header, too, and a colon after the code in the other: clients of the time when it came know it so. */
  hasMessageHeader?: boolean;
  /** Too many calls. */
  throttled?: ErrorSpelling;
  /** IAM said no. */
  denied?: ErrorSpelling;
}

/** Who may take messages of a topic, a bus, a queue or a stream, and what was made of one of them. */
export interface Taker {
  /** What decides: the ARN of a subscription, rule or pipe, or an event source mapping's. */
  arn: string;
  /** ARNs of where it brings what it takes. */
  targets: string[];
  /** The filter or pattern, as JSON text; left out where all is taken. */
  pattern?: string;
  matched: boolean;
  /** The field that decided against it, and why. */
  field?: string;
  reason?: string;
}

/** How a service takes messages that others bring. */
export interface DeliveryDoor {
  /** What IAM is asked: `sqs:SendMessage`. */
  action: string;
  /** All that is asked, where it is more than the action on the target itself: for the check of a deployment. */
  asks?(targetArn: string): Permission[];
  /** The resource type that lets another service do it: `AWS::SQS::QueuePolicy`. */
  allowedBy: string;
  /** The call that a delivery becomes. */
  call(delivery: Delivery): { operation: string; input: object };
}

/**
 * What the folder of one AWS service gives to the rest of local-aws. The front door, IAM, the checks of a deployment and
 * `/_local/supported` are derived from it.
 */
export interface LocalService {
  /** The name that stands in SigV4 credential scopes and in ARNs: `sns`, `dynamodb`, `sqs`, `lambda`, `sts`, `events`, `logs`. */
  id: string;
  /** Left out for what is only provisioned, or only called from inside. */
  protocol?: Protocol;
  /** Under AWS's own names. */
  operations?: Readonly<Record<string, Operation>>;
  /** The operations that anybody may call, without a signature: those of a sign-in. Their principal is nobody. */
  unsigned?: ReadonlySet<string>;
  /**
   * The operations that bring code or permissions in: the owner signs them with the random key of the keys' file, for `local` is known
   * to everybody.
   */
  changing?: ReadonlySet<string>;
  /** Whether a call brings code in by what it is about, though others of its operation do not: an object for a bucket of code. */
  changes?(operation: string, input: Readonly<Record<string, unknown>>): boolean;
  errors?: ErrorSpellings;
  /** The policy of a resource of its own, by ARN; undefined when it has none. The same object until it changes. */
  policyOf?(arn: string): PolicyDocument | undefined;
  /**
   * That policy decides alone: what a role's own policies allow counts only where it leaves that to the account. A role's no counts
   * always. So it is with keys of KMS.
   */
  policyDecides?: boolean;
  takes?: DeliveryDoor;
  /** What those who take messages of a resource make of this one, by the resource's ARN; nothing is sent. */
  takersOf?(arn: string, message: Asked): Taker[];
  /** The CloudFormation types that it executes. */
  resources: readonly AnyResourceType[];
  /** Goes on with what an earlier run left undone. Called once, when the stacks of the state folder are back. */
  resume?(): void;
  /** Writes state out and lets go of files, threads and timers. */
  close?(): Promise<void>;
}

/**
 * Stands around every call that comes over the wire, in the order of registration: to refuse it (throw before),
 * or to act once it has been carried out (kill the invocation that made it, under a fault plan).
 */
export interface CallInterceptor {
  before?(call: { service: string; operation: string; context: CallContext }): void | Promise<void>;
  after?(call: { service: string; operation: string; context: CallContext }): void | Promise<void>;
}
