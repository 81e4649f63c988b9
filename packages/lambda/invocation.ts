import type { Context } from 'aws-lambda';

/** What a handler knows of its own invocation. */
export interface Invocation {
  /**
   * Lambda's request id. The retries of an asynchronous invocation have the id of the first attempt; a message that is
   * delivered twice makes two invocations with two ids. (AWS re:Post, "prevent duplicate Lambda function invocations")
   */
  requestId: string;
  /** Shared by all that follows from one cause; also on every line of the log. */
  correlationId: string;
}

/** What is used of Lambda's context; `sls invoke local` and tests give little more. */
export type InvocationContext = Pick<Context, 'awsRequestId'> & Partial<Context>;
