'use strict';

/**
 * Makes a worker thread of serverless-offline more like Lambda: with `NODE_OPTIONS=--require <this file>` in a function's
 * environment, the guard against the real AWS is in place before its code loads, and each invocation that comes from
 * local-aws has its trace id (`_X_AMZN_TRACE_ID`, which the SDK sends along) and its request id.
 */
require('./guard.cjs');
const { parentPort } = require('node:worker_threads');

/** What local-aws sends along in the client context, moved to where it belongs. */
function adopt({ context } = {}) {
  const sent = context?.clientContext?.localAws;
  delete process.env._X_AMZN_TRACE_ID;
  if (!sent) return;
  process.env._X_AMZN_TRACE_ID = sent.traceHeader;
  context.awsRequestId = sent.requestId;
  context.invokedFunctionArn = sent.invokedFunctionArn;
  delete context.clientContext.localAws;
  if (Object.keys(context.clientContext).length === 0) context.clientContext = undefined;
}

if (parentPort) {
  const { on } = parentPort;
  // A listener of our own would start the flow of messages before serverless-offline listens: so ours goes inside its own.
  parentPort.on = function onWithTrace(event, listener) {
    if (event !== 'message') return on.call(this, event, listener);
    return on.call(this, event, (message) => {
      adopt(message);
      return listener(message);
    });
  };
}
