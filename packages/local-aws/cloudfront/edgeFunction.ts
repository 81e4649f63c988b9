import { constants, createContext, Script } from 'node:vm';
import { AwsError } from '../core/errors.ts';

/** A function has failed, runs too long, or gives what is no answer. */
export class EdgeFunctionError extends Error {
  override readonly name = 'EdgeFunctionError';
}

/** A function at the edge, ready to be run. */
export interface EdgeFunction {
  /** Runs it with an event and gives what it answers, and what it has written. Both are plain JSON. Throws EdgeFunctionError. */
  run(event: unknown): { result: unknown; lines: string[] };
}

/**
 * AWS counts a thousandth of a second of processing; here time passes by the clock, on a machine that is busy with other things, too. What
 * runs longer is stopped. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-function-restrictions.html
 */
const MOST_MS = 1000;

/** Runs within the function's own world: nothing but texts goes in and out. */
const AROUND = `
globalThis.console = (() => {
  const say = (...parts) => { lines.push(parts.map((part) => typeof part === 'string' ? part : JSON.stringify(part)).join(' ')); };
  return { log: say, error: say };
})();
let lines = [];
let outcome = {};
const begin = (event) => {
  lines = [];
  outcome = { error: 'the function has not come to an end' };
  const failed = (thrown) => { outcome = { error: String(thrown) }; };
  try {
    Promise.resolve(handler(JSON.parse(event))).then((result) => { outcome = { result }; }, failed);
  } catch (thrown) {
    failed(thrown);
  }
};
const ended = () => JSON.stringify({ ...outcome, lines });
`;

/**
 * Makes a function of cloudfront-js-2.0 in a world of its own: JavaScript, and nothing of Node.js, of the network or of files; no timers, and no
 * code made from texts. `mostMs`: how long it may run. Throws AwsError where it cannot be read.
 */
export function createEdgeFunction(name: string, code: string, mostMs = MOST_MS): EdgeFunction {
  const context = createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  });
  const runIn = (source: string) => new Script(source, { filename: name }).runInContext(context, { timeout: mostMs });
  try {
    runIn(`'use strict';\n${AROUND}`);
    runIn(code);
  } catch (cause) {
    const reason = cause instanceof Error || isErrorLike(cause) ? cause.message : String(cause);
    throw new AwsError('InvalidArgument', `The code of the function ${name} does not run: ${reason}`, { cause });
  }
  if (runIn('typeof handler') !== 'function')
    throw new AwsError('InvalidArgument', `The code of the function ${name} has no function 'handler'`);
  return {
    run(event) {
      let said: unknown;
      try {
        runIn(`begin(${JSON.stringify(JSON.stringify(event))})`);
        said = runIn('ended()');
      } catch (cause) {
        // What it had begun is gone with its turn.
        throw new EdgeFunctionError(`the function ${name} was stopped: ${String(cause)}`, { cause });
      }
      const { error, result, lines } = JSON.parse(String(said)) as {
        error?: string;
        result?: unknown;
        lines: string[];
      };
      if (error !== undefined) throw new EdgeFunctionError(`the function ${name} failed: ${error}`);
      return { result, lines };
    },
  };
}

/** An error of that world is none of this. */
const isErrorLike = (thrown: unknown): thrown is { message: string } =>
  typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string';
