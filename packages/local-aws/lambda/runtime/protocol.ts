import type { LogLine } from './runtime.ts';

/**
 * What passes between local-aws, a process of functions and the execution environments in it, in frames. The process is told
 * over a socket of its own which environments to start and end. Each environment then speaks to local-aws itself, over
 * another one: no other thread is woken on the way.
 */

/** What an environment's thread is started with. */
export interface EnvironmentSetup {
  /** Random: who does not know it cannot say hello in its name. */
  id: string;
  functionName: string;
  file: string;
  exportName: string;
  memoryMb: number;
  logGroupName: string;
  logStreamName: string;
  frozenNowMs?: number;
  /** Where local-aws listens for it. */
  socketPath: string;
  /** Where its AWS clients think that local-aws is; calls to there travel over the socket. */
  endpoint?: string;
}

/** To the process: start an environment, or end it at once. */
export type ToProcess =
  | { kind: 'start'; setup: EnvironmentSetup; variables: Record<string, string>; heapMb: number; memoryMb: number }
  | { kind: 'end'; id: string };

/** Why an environment ended that did not end itself. */
export type EndReason = 'out-of-memory' | { message: string };

/** From the process: an environment's thread is gone. */
export interface FromProcess {
  kind: 'ended';
  id: string;
  reason?: EndReason;
}

/** To the environment: run the function. The body of the frame is the event, as JSON text. */
export interface InvokeMessage {
  kind: 'invoke';
  requestId: string;
  invokedFunctionArn: string;
  functionVersion: string;
  traceHeader: string;
  /** How long the function may take from now on, in milliseconds. */
  timeoutMs: number;
  frozenNowMs?: number;
  clientContext?: string;
}

/** To the environment: the answer to one of its calls; the body is that of the answer. */
export interface AnswerMessage {
  kind: 'answer';
  id: number;
  status: number;
  headers: Record<string, string | string[]>;
}

export type ToEnvironment = InvokeMessage | AnswerMessage;

/** From the environment: a call of an AWS operation. The body of the frame is that of the request. */
export interface CallMessage {
  kind: 'call';
  id: number;
  method: string;
  /** With the query. */
  path: string;
  /** By lower-case name. */
  headers: Record<string, string>;
}

/** From the environment: the function's answer, which is the body of the frame. It is ready for the next event. */
export interface ResultMessage {
  kind: 'result';
  failed: boolean;
  lines: LogLine[];
  /** The code did not load: the environment is of no further use. */
  isBroken: boolean;
  /** What the environment's thread has taken, in bytes, Buffers outside its heap included; told now and then. */
  memoryBytes?: number;
}

export type FromEnvironment =
  /** The first that is sent: who it is. */
  | { kind: 'hello'; id: string }
  /** The code is loaded (or has failed to): the first invocation begins, and with it its timeout. */
  | { kind: 'ready'; initDurationMs: number }
  | { kind: 'log'; lines: LogLine[] }
  | ResultMessage
  | CallMessage
  /** The function no longer wants the answer to a call. */
  | { kind: 'abort'; id: number }
  /** An exception that nobody caught: the environment ends. The body is the failure. */
  | { kind: 'died'; lines: LogLine[] };

/** The file descriptor of the socket between local-aws and a process of functions, in that process. */
export const CHANNEL_FD = 3;
/** The largest frame that a process may send, and how much of an error's message it tells, in characters. */
export const MAX_PROCESS_FRAME_BYTES = 64 * 1024;
export const MAX_REASON_CHARACTERS = 4000;
/** The largest frame that an environment may send: the largest answer of a function, and its last log lines. */
export const MAX_FRAME_BYTES = 32 * 1024 * 1024;
