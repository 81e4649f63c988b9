import type { Archive } from '../lambda/code/uploads.ts';
import type { CodeOptions } from './codes.ts';
import type { Watch } from './deployment.ts';
import type { Plan } from './plan.ts';
import type { Scope } from './resolver.ts';
import type { FunctionCodes, ResourceState, StackDescription, StackState } from './state.ts';

/** What is deployed. */
export interface DeployRequest {
  /** Letters, digits and hyphens, beginning with a letter. */
  stackName: string;
  /** A CloudFormation template, as parsed JSON. */
  template: unknown;
  /** Values of the template's parameters. */
  parameters?: Record<string, string>;
  /** Where functions' code runs, by logical id or function name. */
  functions?: FunctionCodes;
  /** The code is what the template names in S3. */
  hasUploadedCode?: boolean;
  /** Hears what happens, while it happens. */
  watch?: StackWatch;
}

/** Hears what happens to a stack. */
export interface StackWatch {
  resource: Watch;
  /** What the stack is about to do, in CloudFormation's statuses. How it came out, the promise says. */
  stack(status: string, reason?: string): void;
}

/** A stack, as it was asked for. */
export interface StackRequest extends Pick<StackState, 'template' | 'parameters' | 'hasUploadedCode'> {
  resources: ReadonlyMap<string, Pick<ResourceState, 'logicalId' | 'type' | 'properties' | 'provisioned'>>;
}

/** The stacks of this local-aws. */
export interface Stacks {
  /**
   * Creates the stack, or changes it to what the template says. All or nothing: on failure the state is as before, and
   * the error names what is wrong (TemplateError lists every problem that was found before anything was created).
   */
  deploy(request: DeployRequest): Promise<StackDescription>;
  /**
   * Removes a stack and its resources, but for those with DeletionPolicy Retain. Throws AwsError when it does not
   * exist, or another stack uses its exports, and when not all can be removed (a bucket that is not empty): what is left stays its own.
   */
  remove(stackName: string, watch?: StackWatch): Promise<void>;
  /**
   * Says where the code of a stack's functions runs from now on; those that are not named have none, and their events wait.
   * Throws AwsError when there is no such stack or function.
   */
  place(stackName: string, functions: FunctionCodes): Promise<void>;
  list(): StackDescription[];
  get(stackName: string): StackDescription | undefined;
  /** The template of a stack as it was given, the same object until another is deployed. */
  templateOf(stackName: string): unknown;
  /** Checks what is to be deployed, as far as it can be before anything exists. Throws TemplateError, AwsError. */
  check(request: DeployRequest): Plan;
  /** Checks a template alone: what other stacks export does not matter, nor which stack it is for. Throws TemplateError. */
  validate(template: unknown): Plan;
  /** Whether there is such a stack, also one of an earlier run that could not be brought back. */
  has(stackName: string): boolean;
  /** The uploaded code of all stacks. */
  archives(): Archive[];
  /** What a stack was asked for with. */
  requestOf(stackName: string): StackRequest | undefined;
  /** Brings back the stacks that were kept on disk. Gives the errors of those that could not be. */
  restore(): Promise<{ stackName: string; error: Error }[]>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

export interface StacksOptions extends CodeOptions {
  /** Reads `{{resolve:secretsmanager:...}}`; without it, dynamic references are refused. */
  resolveDynamic?: NonNullable<Scope['resolveDynamic']>;
}
