import { AwsError } from '../core/errors.ts';
import type { PolicyDocument, PolicyStatement } from '../core/service.ts';
import type { Owner } from '../core/store/index.ts';
import { functionArn, parseFunctionReference } from './names.ts';
import type { FunctionCode } from './runtime/runtime.ts';

/** What a template says of a function. */
export interface FunctionConfiguration {
  handler: string;
  runtime: string;
  roleArn: string;
  memoryMb: number;
  timeoutSeconds: number;
  description: string;
  /** The function's own variables, without those that Lambda adds. */
  variables: Record<string, string>;
  /** At the most so many invocations at once; 0 stops the function. */
  reservedConcurrency?: number;
  recursiveLoop: 'Allow' | 'Terminate';
  /** Where an event goes that failed all its attempts: ARN of a queue or topic. */
  deadLetterArn?: string;
}

/** How asynchronous invocations of a function (or of a version or alias) are treated. */
export interface InvokeConfig {
  maximumEventAgeSeconds?: number;
  maximumRetryAttempts?: number;
  onFailureArn?: string;
  onSuccessArn?: string;
}

/** A function that a template has made. */
export interface LocalFunction extends FunctionConfiguration {
  name: string;
  arn: string;
  /** Left out while nothing runs the function: its events wait. */
  code?: FunctionCode;
  /** Goes up with every change of code or configuration. */
  revision: number;
  lastModifiedMs: number;
  /** Statements of the function's resource policy, by their id; after a change `policy` is deleted. */
  statements: Map<string, PolicyStatement>;
  /** The policy as it was last asked for: the same object as long as nothing changes, so that it is compiled once. */
  policy?: PolicyDocument;
  /** By qualifier, `$LATEST` for the function itself. */
  invokeConfigs: Map<string, InvokeConfig>;
  /** Published versions: numbers as text. */
  versions: Set<string>;
  lastVersion: number;
  /** Version by alias. */
  aliases: Map<string, string>;
  /** The stack that it belongs to. */
  owner: Owner;
  /** Invocations under way. */
  running: number;
}

/** The functions of all stacks. */
export class FunctionRegistry {
  readonly #functions = new Map<string, LocalFunction>();
  readonly #now: () => number;

  /** `now` gives milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  create(name: string, configuration: FunctionConfiguration, owner: Owner): LocalFunction {
    if (this.#functions.has(name)) {
      throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, { status: 409 });
    }
    const created: LocalFunction = {
      ...configuration,
      name,
      arn: functionArn(name),
      revision: 1,
      lastModifiedMs: this.#now(),
      statements: new Map(),
      invokeConfigs: new Map(),
      versions: new Set(),
      lastVersion: 0,
      aliases: new Map(),
      owner,
      running: 0,
    };
    this.#functions.set(name, created);
    return created;
  }

  /** Replaces the configuration; code, policy and versions stay. */
  configure(name: string, configuration: FunctionConfiguration): LocalFunction {
    const { function: found } = this.find(name);
    delete found.reservedConcurrency;
    delete found.deadLetterArn;
    Object.assign(found, configuration);
    this.touch(found);
    return found;
  }

  /** Notes that code or configuration changed. */
  touch(changed: LocalFunction): void {
    changed.revision += 1;
    changed.lastModifiedMs = this.#now();
  }

  remove(name: string): void {
    this.#functions.delete(name);
  }

  get(name: string): LocalFunction | undefined {
    return this.#functions.get(name);
  }

  list(): LocalFunction[] {
    return [...this.#functions.values()];
  }

  /**
   * Finds a function by name, ARN or partial ARN, each with or without a version or alias.
   * Throws AwsError ResourceNotFoundException (404), also for a version or alias that does not exist.
   */
  find(reference: string): { function: LocalFunction; qualifier: string; arn: string } {
    const { name, qualifier: given } = parseFunctionReference(reference);
    const qualifier = given ?? '$LATEST';
    const found = this.#functions.get(name);
    const isKnown =
      qualifier === '$LATEST' || found?.versions.has(qualifier) === true || found?.aliases.has(qualifier) === true;
    if (!found || !isKnown) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${functionArn(name, given)}`, {
        status: 404,
        fields: { Type: 'User' },
      });
    }
    return { function: found, qualifier, arn: qualifier === '$LATEST' ? found.arn : functionArn(name, qualifier) };
  }
}

/** The version that an ARN of the function stands for: what it names, or what its alias does. */
export function versionOf(owner: LocalFunction, arn: string): string {
  const { qualifier = '$LATEST' } = parseFunctionReference(arn);
  return owner.aliases.get(qualifier) ?? qualifier;
}

/** The function's resource policy; undefined when it has no statement. */
export function resourcePolicyOf(owner: LocalFunction): PolicyDocument | undefined {
  if (owner.statements.size === 0) return undefined;
  owner.policy ??= { Version: '2012-10-17', Statement: [...owner.statements.values()] };
  return owner.policy;
}
