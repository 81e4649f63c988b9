'use strict';

/**
 * Makes a worker thread of serverless-offline more like Lambda: with `NODE_OPTIONS=--require <this file>` in a function's
 * environment, the guard against the real AWS is in place before its code loads, each invocation that comes from
 * local-aws has its trace id (`_X_AMZN_TRACE_ID`, which the SDK sends along) and its request id, and what the function writes
 * goes to its log file in LOCAL_AWS_LOG_FOLDER.
 */
require('./guard.cjs');
const { parentPort } = require('node:worker_threads');
const { keepLog } = require('./offlineLog.cjs');

const { AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE, LOCAL_AWS_LOG_FOLDER } = process.env;

/** What local-aws sends along in the client context, moved to where it belongs. */
function adopt({ context }) {
  const sent = context.clientContext?.localAws;
  delete process.env._X_AMZN_TRACE_ID;
  if (!sent) return;
  process.env._X_AMZN_TRACE_ID = sent.traceHeader;
  context.awsRequestId = sent.requestId;
  context.invokedFunctionArn = sent.invokedFunctionArn;
  delete context.clientContext.localAws;
  if (Object.keys(context.clientContext).length === 0) context.clientContext = undefined;
}

/** Frames the invocation in the log: it ends with the message that carries its answer, an Error when it failed. */
function frame(log, { context, port }) {
  const startedAt = log.begin(context.awsRequestId);
  const answer = port.postMessage.bind(port);
  port.postMessage = (value, ...rest) => {
    log.end(context.awsRequestId, startedAt, value instanceof Error ? value : undefined);
    return answer(value, ...rest);
  };
}

if (parentPort) {
  const log =
    LOCAL_AWS_LOG_FOLDER && AWS_LAMBDA_FUNCTION_NAME
      ? keepLog(LOCAL_AWS_LOG_FOLDER, AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_MEMORY_SIZE)
      : undefined;
  const { on } = parentPort;
  // A listener of our own would start the flow of messages before serverless-offline listens: so ours goes inside its own.
  parentPort.on = function onInvocation(event, listener) {
    if (event !== 'message') return on.call(this, event, listener);
    return on.call(this, event, (message) => {
      if (message?.context) {
        adopt(message);
        if (log && message.port) frame(log, message);
      }
      return listener(message);
    });
  };
}
