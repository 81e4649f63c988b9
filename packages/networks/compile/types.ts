import { NetworkError } from '../core/errors.ts';
import type { Json } from '../core/settings.ts';

/** Where a node that another stack holds is found. */
export interface Reference {
  readonly arn?: string;
  /** A table's stream, where it triggers something. */
  readonly streamArn?: string;
  /** A queue's URL. */
  readonly url?: string;
  /** A stream's, table's or bus's name, where its ARN will not do. */
  readonly name?: string;
}

export interface CompileOptions {
  /** Default: `${self:service}`, which Serverless fills in. */
  readonly service?: string;
  /** Default: `${sls:stage}`. */
  readonly stage?: string;
  /** Where a function's code is. Default: its own `handler`, or `handlers/<name>.handler`. */
  readonly handler?: (name: string) => string;
  /**
   * Where the open ends are. `params`: each in a param of its name, `${param:deferredQueueArn}` and
   * `${param:deferredQueueUrl}`. Without it, an open end is an error.
   */
  readonly imports?: 'params' | Readonly<Record<string, Reference>>;
  /** Nodes whose ARN (and URL) become outputs of the stack, for the imports of others. */
  readonly outputs?: readonly string[];
  /** Default 30. */
  readonly logRetentionDays?: number;
  /** What the alarms notify: ARNs. Default: nothing, the alarm only shows. */
  readonly alarmActions?: readonly Json[];
  /** `false`: none are made here, for a template whose alarms something else derives of its resources. Default `true`. */
  readonly alarms?: boolean;
  /** Of functions that do not say how much memory they have, as Serverless writes it: a param, say. Default 256. */
  readonly memorySize?: number | string;
}

export type Template = Record<string, Json>;

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: Json;
  readonly Condition?: Json;
}

/** A function as serverless.yml writes it. */
export interface FunctionConfig {
  readonly handler: string;
  readonly name: string;
  readonly description?: string;
  readonly timeout: number;
  readonly memorySize: number | string;
  readonly reservedConcurrency?: number;
  readonly recursiveLoop?: 'Allow' | 'Terminate';
  readonly logRetentionInDays: number;
  readonly environment: Readonly<Record<string, Json>>;
  readonly iamRoleStatements: readonly Statement[];
  readonly events: readonly Json[];
  readonly destinations?: Json;
}

/** What goes under `functions:` and `resources:`. */
export interface Compiled {
  readonly functions: Readonly<Record<string, FunctionConfig>>;
  readonly resources: {
    readonly Resources: Readonly<Record<string, Json>>;
    readonly Outputs: Readonly<Record<string, Json>>;
    /** What nodes are called, by logical id, where that does not say it; and the nodes of each theme. */
    readonly Metadata?: {
      readonly Names?: Readonly<Record<string, string>>;
      readonly Themes?: Readonly<Record<string, readonly string[]>>;
    };
  };
}

/** A network that has no template: an open end, an edge that is only drawn, a name that two things would get. */
export class CompileError extends NetworkError {
  override readonly name = 'CompileError';
}
