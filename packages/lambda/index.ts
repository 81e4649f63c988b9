export { readEnv, readNumberEnv } from './env.ts';
export { LambdaError, MissingVariableError, UnknownTriggerError } from './errors.ts';
export { type HttpRequest, httpHandler } from './http/handler.ts';
export { type FieldError, HttpProblem, type ProblemDetails } from './http/problem.ts';
export type { ParsedRequest, RouteSchemas } from './http/request.ts';
export type { HttpAnswer } from './http/response.ts';
export type { Invocation, InvocationContext } from './invocation.ts';
export { type MessageHandlerOptions, messageHandler, type Tick } from './messages.ts';
export { type Log, logger, writeMetrics } from './observability.ts';
