import type { EnvironmentSetup, InvokeMessage } from '../protocol.ts';

/**
 * The context object of one invocation. Without `done`, `fail` and `succeed`: Node.js 24 on Lambda has no callbacks any more.
 */
export function createContext(setup: EnvironmentSetup, message: InvokeMessage) {
  const deadline = performance.now() + message.timeoutMs;
  return {
    functionName: setup.functionName,
    functionVersion: message.functionVersion,
    invokedFunctionArn: message.invokedFunctionArn,
    memoryLimitInMB: String(setup.memoryMb),
    awsRequestId: message.requestId,
    logGroupName: setup.logGroupName,
    logStreamName: setup.logStreamName,
    callbackWaitsForEmptyEventLoop: true,
    ...(message.clientContext !== undefined && { clientContext: JSON.parse(message.clientContext) as unknown }),
    /** Milliseconds that are left, in real time even where `Date` stands still. */
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}
