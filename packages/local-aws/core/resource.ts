import { z } from 'zod';
import type { PolicyStatement } from './service.ts';

/** What a resource's own code knows of the stack that it is in. */
export interface ResourceContext {
  stackName: string;
  logicalId: string;
  /** Makes a physical name where the template gives none: `<stack>-<logicalId>-<12 characters>`, stable per stack and id. */
  generateName(options?: { maxLength?: number; suffix?: string }): string;
}

/** A provisioned resource: what `Ref` and `Fn::GetAtt` give. */
export interface Provisioned {
  /** What `Ref` resolves to. */
  physicalId: string;
  /** What `Fn::GetAtt` resolves to, by attribute (`Arn`, `TopicName`, `StreamArn`). */
  attributes: Record<string, string>;
}

/** A resource that exists, as the other resources of its stack see it. */
export interface ExistingResource {
  logicalId: string;
  type: { type: string };
  /** As its type's schema gave them. */
  properties: unknown;
  provisioned: Provisioned;
}

/** A message's way that a resource sets up: who will bring something to what. */
export interface Edge {
  targetArn: string;
  /** Either a service that acts for one of its resources (the target's own policy must allow it) ... */
  service?: { name: string; sourceArn: string };
  /** ... or a role. */
  roleArn?: string;
  /** What must be allowed; left out, it is what the target's service asks for deliveries. */
  actions?: readonly string[];
}

/** Statements that a resource adds to the policy of another: those of a queue policy, of a Lambda permission. */
export interface Grant {
  /** The ARN, physical id or name of what it is for; an ARN's beginning and `*` for all that begin so. */
  target: string;
  statements: readonly PolicyStatement[];
}

/**
 * A CloudFormation resource type that local-aws executes.
 *
 * `properties` is a zod schema in which every object is strict (`z.strictObject`): a property that it does not name is
 * refused with its path, so nothing can be stored and not done. Properties that mean nothing on a laptop (tags, log
 * retention) stand in the schema, wrapped in `inert(...)`.
 */
export interface ResourceType<Properties = unknown> {
  /** `AWS::SNS::Topic` */
  type: string;
  properties: z.ZodType<Properties>;
  /** Properties whose change makes CloudFormation replace the resource. */
  replaceOn?: readonly string[];
  /** Creates it. Throws AwsError. */
  create(properties: Properties, context: ResourceContext): Promise<Provisioned>;
  /**
   * For types whose state is kept: takes over what an earlier run has left to this stack, and makes it what `properties`
   * say; undefined when there is nothing. It may be called again. Types without it are created anew after a restart; what they
   * have kept in the store, `create` finds: also when an earlier try to bring the stack back was undone.
   */
  adopt?(properties: Properties, context: ResourceContext): Promise<Provisioned | undefined>;
  /** Changes it in place. */
  update(
    current: Provisioned,
    properties: Properties,
    previous: Properties,
    context: ResourceContext,
  ): Promise<Provisioned>;
  /** Removes it. */
  remove(current: Provisioned, properties: Properties, context: ResourceContext): Promise<void>;
  /** For types whose state is kept: the stack lets go of it, and it stays, the account's from now on (`DeletionPolicy`). */
  retain?(current: Provisioned): Promise<void>;
  /** The ways that it sets up, so that a missing permission fails the deployment; `all` is where what it refers to is found. */
  edges?(resource: ExistingResource & { properties: Properties }, all: readonly ExistingResource[]): Edge[];
  /** What it lets others do to other resources. */
  grants?(resource: ExistingResource & { properties: Properties }): Grant[];
}

/** A resource type with its properties' type forgotten, as the registry holds it. */
// biome-ignore lint/suspicious/noExplicitAny: the registry checks properties against the type's own schema before each call.
export type AnyResourceType = ResourceType<any>;

/**
 * A property that has no behaviour on a laptop: it is accepted, and listed once at start together with `reason`.
 *
 * @example
 * z.strictObject({ LogGroupName: z.string(), RetentionInDays: inert('logs are kept until --fresh') })
 */
export function inert(reason: string) {
  return z.unknown().meta({ inert: reason }).optional();
}
