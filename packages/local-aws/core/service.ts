import type { Principal } from './principal.ts';

/** What an operation knows of its call. */
export interface CallContext {
  principal: Principal;
  requestId: string;
  /** The raw `X-Amzn-Trace-Id` header: the chain of invocations that led here. */
  traceHeader?: string;
  /** Where clients reach local-aws, for addresses in answers (queue URLs): `http://127.0.0.1:4566`. */
  endpoint: string;
  /** HTTP details, for the REST protocols (Lambda). */
  http?: { method: string; path: string; query: URLSearchParams; headers: Record<string, string>; body: Buffer };
  /** Aborts when the caller hangs up (long polling). */
  signal?: AbortSignal;
}

/** What IAM is asked before an operation runs. */
export interface Permission {
  /** `sns:Publish` */
  action: string;
  /** The ARN that it is done to, or `*` where AWS has no finer one. */
  resource: string;
  /** The resource's own policy, where it has one: a statement there can allow what the role does not. */
  resourcePolicy?: PolicyDocument;
  /** Condition keys beyond the global ones, such as `dynamodb:LeadingKeys`. */
  conditions?: Record<string, string | string[]>;
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

/** One operation of an AWS service, under AWS's own name. */
// biome-ignore lint/suspicious/noExplicitAny: operations of different inputs stand in one registry; each names its own.
export interface Operation<Input = any> {
  /** What IAM must allow for this input; all of them. Left out where AWS asks for nothing (sts:GetCallerIdentity). */
  permissions?(input: Input, context: CallContext): Permission[];
  /** The ARN that the journal shows as the target, when it is not the first permission's resource. */
  target?(input: Input): string | undefined;
  /** The correlation id that the input carries (a message attribute, for example), for the journal. */
  correlationId?(input: Input): string | undefined;
  /** Does it. The answer is the JSON body of AWS's own answer; `RawAnswer` for the REST protocols. Throws AwsError. */
  run(input: Input, context: CallContext): Promise<unknown>;
}

/** An AWS service behind the front door. */
export interface AwsService {
  /** The name that stands in SigV4 credential scopes and in ARNs: `sns`, `dynamodb`, `sqs`, `lambda`, `sts`, `events`, `logs`. */
  id: string;
  /** How clients speak to it. */
  protocol: /** JSON body, `X-Amz-Target: <prefix>.<Operation>`. */
    | { kind: 'json'; targetPrefix: string; version: '1.0' | '1.1' }
    /**
     * Form-encoded body with `Action`, XML answer in this namespace. The input comes nested: `.member.N` as arrays,
     * `.entry.N` as objects, every leaf a string. In the answer an array is written as `<member>`s, a `Map` as `<entry>`s.
     */
    | { kind: 'query'; xmlns: string }
    /**
     * Paths and methods: finds the operation's name and its path parameters. The input is these, merged over the query
     * parameters and the members of a JSON body; with `rawBody` the body is left to the operation (`context.http.body`).
     */
    | {
        kind: 'rest';
        route(
          method: string,
          path: string,
        ): { operation: string; parameters: Record<string, string>; rawBody?: boolean } | undefined;
      };
  operations: Record<string, Operation>;
}

/**
 * Stands around every call that comes through the front door, in the order of registration: to refuse it (throw before),
 * or to act once it has been carried out (kill the invocation that made it, under a fault plan).
 */
export interface CallInterceptor {
  before?(call: { service: string; operation: string; context: CallContext }): void | Promise<void>;
  after?(call: { service: string; operation: string; context: CallContext }): void | Promise<void>;
}
