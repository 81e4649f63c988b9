import { createRequire } from 'node:module';
import { basename, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';

/** An asynchronous handler, the only kind that `nodejs24.x` takes. */
export type Handler = (event: unknown, context: object) => unknown;

/** A failure in the words of Lambda's runtime. */
export interface Failure {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

/** The runtime's own errors, by the names that Lambda gives them. */
class RuntimeError extends Error {
  constructor(name: string, message: string, cause?: Error) {
    super(message);
    this.name = name;
    if (cause?.stack) this.stack = `${name}: ${cause.stack}`;
  }
}

/** What a function threw, as Lambda reports it. */
export function describeFailure(thrown: unknown): Failure {
  if (types.isNativeError(thrown) || thrown instanceof Error) {
    return {
      // Whoever throws may have put anything there.
      errorType: String(thrown.name || 'Error'),
      errorMessage: String(thrown.message),
      trace: String(thrown.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

/**
 * Loads a bundle (`.mjs` as an ES module, all else with `require`) and takes its handler out.
 *
 * Throws Runtime.ImportModuleError (a module is missing, or its code throws while it loads), Runtime.UserCodeSyntaxError,
 * Runtime.HandlerNotFound, or Runtime.CallbackHandlerDeprecated for a handler that wants a callback.
 */
export async function loadHandler(file: string, exportName: string): Promise<Handler> {
  const module = await loadModule(file);
  const handler = module[exportName] ?? (module.default as Record<string, unknown> | undefined)?.[exportName];
  if (typeof handler !== 'function') {
    const exported = Object.keys(module).join(', ') || 'nothing';
    throw new RuntimeError(
      'Runtime.HandlerNotFound',
      `${basename(file)}.${exportName} is undefined or not exported (it exports ${exported})`,
    );
  }
  if (handler.length >= 3) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      `${basename(file)}.${exportName} takes a callback, which Node.js 24 on Lambda does not support: make it an async function`,
    );
  }
  return handler as Handler;
}

async function loadModule(file: string): Promise<Record<string, unknown>> {
  try {
    if (extname(file) === '.mjs') return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    return createRequire(file)(file) as Record<string, unknown>;
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (cause instanceof SyntaxError) {
      throw new RuntimeError('Runtime.UserCodeSyntaxError', `${cause.name}: ${cause.message}`, cause);
    }
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
      throw new RuntimeError('Runtime.ImportModuleError', `Error: ${cause.message}`, cause);
    }
    // Whatever else the code threw while it loaded keeps its own name, as on Lambda.
    throw cause;
  }
}
