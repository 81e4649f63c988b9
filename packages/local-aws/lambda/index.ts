export { createLambda, type Functions, type LambdaOptions } from './lambda.ts';
export type { LogSink } from './log.ts';
export type { FunctionCode, FunctionRuntime, InvocationResult } from './runtime/runtime.ts';
export { kinesisSources, type RecordForm } from './sources/kinesis.ts';
export { sqsSources } from './sources/sqs.ts';
