import { z } from 'zod';
import { LOCAL_REGION } from '../core/arn.ts';
import { parseJson } from '../core/boundedJson.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { servicePrincipal } from '../core/principal.ts';
import type { CallContext } from '../core/service.ts';
import type { Functions, InvocationResult } from '../lambda/index.ts';
import { invalidLambdaResponse, unexpectedLambda, userLambdaValidation } from './errors.ts';
import type { Trigger, User } from './model.ts';
import type { Pool } from './pools.ts';
import { TRIGGER_PRINCIPAL } from './resources/userPool.ts';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html */
const TIMEOUT_MS = 5000;
const MOST_ATTEMPTS = 3;
/** What is not the function's own failure, and may be over the next time. */
const PASSING = new Set(['ServiceException', 'TooManyRequestsException']);

/** What calls a pool's function. */
export interface TriggerCall {
  /** `PreSignUp_SignUp` */
  source: string;
  userName: string;
  /** Left out for what an administrator does. */
  clientId?: string | undefined;
  request: Record<string, unknown>;
  response?: Record<string, unknown>;
}

/** Calls the functions that pools have for what happens to their users. */
export class Triggers {
  readonly #core: Core;
  readonly #functions: Pick<Functions, 'invoke'>;

  constructor(core: Core, functions: Pick<Functions, 'invoke'>) {
    this.#core = core;
    this.#functions = functions;
  }

  /**
   * What the function answered as `response`; undefined when the pool has none for this. Throws AwsError
   * UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException.
   */
  async call<Response>(
    pool: Pool,
    trigger: Trigger,
    call: TriggerCall,
    schema: z.ZodType<Response>,
    context: CallContext,
  ): Promise<Response | undefined> {
    const functionArn = pool.properties.LambdaConfig[trigger];
    if (functionArn === undefined) return undefined;
    const { payload, functionError } = await this.#invoke(pool, trigger, functionArn, eventOf(pool, call), context);
    if (functionError) throw userLambdaValidation(`${trigger} failed with error ${messageIn(payload)}.`);
    const answer = z.looseObject({ response: schema }).safeParse(parsed(payload));
    if (!answer.success) throw invalidLambdaResponse('Unrecognizable lambda output');
    return (answer.data as { response: Response }).response;
  }

  async #invoke(
    pool: Pool,
    trigger: Trigger,
    functionArn: string,
    event: object,
    { traceHeader, correlationId }: CallContext,
  ): Promise<InvocationResult> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await this.#inTime(
          this.#functions.invoke(functionArn, event, {
            principal: servicePrincipal(TRIGGER_PRINCIPAL, pool.arn),
            ...(traceHeader !== undefined && { traceHeader }),
            ...(correlationId !== undefined && { correlationId }),
          }),
        );
        if (result) return result;
        if (attempt === MOST_ATTEMPTS)
          throw unexpectedLambda(`${trigger} invocation failed due to configuration. It took longer than 5 seconds.`);
      } catch (error) {
        if (!(error instanceof AwsError) || error.code === 'UnexpectedLambdaException') throw error;
        if (attempt < MOST_ATTEMPTS && PASSING.has(error.code)) continue;
        throw unexpectedLambda(`${trigger} invocation failed due to error ${error.code}.`);
      }
    }
  }

  /** Undefined when there is no answer in time. */
  async #inTime(running: Promise<InvocationResult>): Promise<InvocationResult | undefined> {
    const { clock } = this.#core;
    const late = Promise.withResolvers<undefined>();
    const timer = clock.at(clock.now() + TIMEOUT_MS, () => late.resolve(undefined));
    // It may fail when nobody waits for it any more.
    running.catch(() => {});
    try {
      return await Promise.race([running, late.promise]);
    } finally {
      timer.cancel();
    }
  }
}

/** The attributes as functions get them: texts, with what Cognito itself knows of the user. */
export function attributesFor({ sub, status, attributes }: User): Record<string, string> {
  return { sub, 'cognito:user_status': status, ...attributes };
}

function eventOf(
  { id }: Pool,
  { source, userName, clientId = 'CLIENT_ID_NOT_APPLICABLE', request, response = {} }: TriggerCall,
) {
  return {
    version: '1',
    region: LOCAL_REGION,
    userPoolId: id,
    userName,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
    triggerSource: source,
    request,
    response,
  };
}

function messageIn(payload: string): string {
  const error = z.looseObject({ errorMessage: z.string() }).safeParse(parsed(payload));
  return error.success ? error.data.errorMessage : 'unknown';
}

function parsed(payload: string): unknown {
  try {
    return parseJson(payload);
  } catch {
    return undefined;
  }
}
