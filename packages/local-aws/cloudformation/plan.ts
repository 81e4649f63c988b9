import { LOCAL_ACCOUNT, LOCAL_REGION } from '../core/arn.ts';
import type { AnyResourceType } from '../core/resource.ts';
import { checkProperties } from './checkProperties.ts';
import { topologicalOrder } from './graph.ts';
import { inertType, isInert } from './inert.ts';
import { refuseUnreadable, TextBudget } from './limits.ts';
import { resolveParameters } from './parameters.ts';
import { hasPending, pending } from './pending.ts';
import { didYouMean, Problems } from './problems.ts';
import { checkReferences } from './references.ts';
import { Resolver, type Scope } from './resolver.ts';
import {
  checkConditionNames,
  dependsOn,
  hasLanguageExtensions,
  parseTemplate,
  type ResourceDefinition,
  type Template,
} from './template.ts';

/** A resource that the template wants, its references found. */
export interface PlannedResource {
  logicalId: string;
  definition: ResourceDefinition;
  type: AnyResourceType;
  dependencies: readonly string[];
}

/** A template that was checked as far as it can be before anything exists. */
export interface Plan {
  template: Template;
  /** The resources whose conditions are true, each after those it depends on. */
  resources: PlannedResource[];
  /** Names of other stacks' exports that are used. */
  imports: ReadonlySet<string>;
  /** A scope for resolving once resources exist; problems go to `problems`, and `text` is what may be made. */
  scope(problems: Problems, lookUp: Pick<Scope, 'ref' | 'getAtt'>, text?: TextBudget): Scope;
}

/** What planning needs to know of the world. */
export interface PlanContext {
  stackName: string;
  stackId: string;
  types: ReadonlyMap<string, AnyResourceType>;
  /** The value that another stack exports under the name. */
  importValue(name: string): string | undefined;
  /** The stack that exports the name already, if it is another one. */
  exporter(name: string): string | undefined;
  resolveDynamic?: Scope['resolveDynamic'];
}

/**
 * Checks a template whole, before anything is created: parameters, conditions, references, cycles, resource types, and
 * properties as far as they are known. Throws TemplateError that lists all problems.
 */
export function planStack(input: unknown, parameters: Record<string, string>, context: PlanContext): Plan {
  refuseUnreadable(context.stackName, input);
  const template = parseTemplate(context.stackName, input);
  const problems = new Problems(context.stackName);
  checkConditionNames(template, problems);
  const values = resolveParameters(template, parameters, problems);
  const imports = new Set<string>();
  const planning = new TextBudget();
  const scope: Plan['scope'] = (found, lookUp, text = planning) => ({
    text,
    template,
    parameters: values,
    pseudo: pseudoParameters(context),
    languageExtensions: hasLanguageExtensions(template),
    importValue(name) {
      imports.add(name);
      return context.importValue(name);
    },
    ...dynamicOf(context, text === planning),
    problems: found,
    ...lookUp,
  });

  const conditions = new Resolver(scope(problems, {}));
  const isWanted = ({ Condition }: { Condition?: string | undefined }) =>
    Condition === undefined ||
    !Object.hasOwn(template.Conditions, Condition) ||
    conditions.condition(Condition, Condition);
  const wanted = new Map(Object.entries(template.Resources).filter(([, definition]) => isWanted(definition)));
  const planned = new Map<string, PlannedResource>();
  for (const [logicalId, definition] of wanted) {
    planned.set(logicalId, planResource({ logicalId, definition, wanted, context, scope, problems }));
  }
  checkReferences(template, problems);
  checkOutputs(template, { isWanted, wanted, context, scope, problems });
  problems.throwIfAny();

  const sorted = topologicalOrder([...planned.keys()], (id) => planned.get(id)?.dependencies ?? []);
  if ('cycle' in sorted) problems.add(`the resources depend on each other in a circle: ${sorted.cycle.join(' -> ')}`);
  problems.throwIfAny();
  const resources = ('order' in sorted ? sorted.order : []).flatMap((id) => planned.get(id) ?? []);
  return { template, resources, imports, scope };
}

/** What is secret is not looked at before it is needed: what is wrong with a plan says what it has seen. */
function dynamicOf({ resolveDynamic }: PlanContext, isPlanning: boolean): Pick<Scope, 'resolveDynamic'> {
  if (!resolveDynamic) return {};
  const hidden: typeof resolveDynamic = (service, key) =>
    resolveDynamic(service, key) === undefined ? undefined : pending(`${service}:${key}`);
  return { resolveDynamic: isPlanning ? hidden : resolveDynamic };
}

interface Planning {
  wanted: ReadonlyMap<string, ResourceDefinition>;
  context: PlanContext;
  scope: Plan['scope'];
  problems: Problems;
}

function planResource(planning: Planning & { logicalId: string; definition: ResourceDefinition }): PlannedResource {
  const { logicalId, definition, wanted, context, scope, problems } = planning;
  const dependencies = new Set<string>();
  const lookUp = (id: string, what: string) => {
    if (!wanted.has(id)) return undefined;
    dependencies.add(id);
    return pending(what);
  };
  const resolver = new Resolver(
    scope(problems, { ref: (id) => lookUp(id, id), getAtt: (id, attribute) => lookUp(id, `${id}.${attribute}`) }),
  );
  const place = placeOf(logicalId, definition.Type);
  const properties = resolver.resolve(definition.Properties ?? {}, `${place}: Properties`);
  for (const id of dependsOn(definition)) {
    if (wanted.has(id)) dependencies.add(id);
    else checkDependsOn(place, id, resolver.scope.template, problems);
  }
  const type = findType(definition.Type, context.types);
  if (!type) {
    const hint = didYouMean(definition.Type, context.types.keys());
    problems.add(`${place}: the resource type ${definition.Type} is not supported by local-aws${hint}`);
    return { logicalId, definition, type: inertType(definition.Type), dependencies: [...dependencies] };
  }
  const checked = checkProperties(type.properties, properties);
  if (!checked.ok) for (const problem of checked.problems) problems.add(`${place}: ${problem}`);
  return { logicalId, definition, type, dependencies: [...dependencies] };
}

function checkDependsOn(place: string, id: string, template: Template, problems: Problems): void {
  const known = Object.keys(template.Resources);
  if (known.includes(id)) return;
  problems.add(`${place}: DependsOn names ${id}, which is not a resource of the template${didYouMean(id, known)}`);
}

/** The type that executes a resource. An inert one does nothing. */
function findType(type: string, types: ReadonlyMap<string, AnyResourceType>): AnyResourceType | undefined {
  return isInert(type) ? inertType(type) : types.get(type);
}

function checkOutputs(
  template: Template,
  { isWanted, wanted, context, scope, problems }: Planning & { isWanted(output: { Condition?: string }): boolean },
): void {
  const resolver = new Resolver(
    scope(problems, {
      ref: (id) => (wanted.has(id) ? pending(id) : undefined),
      getAtt: (id, attribute) => (wanted.has(id) ? pending(`${id}.${attribute}`) : undefined),
    }),
  );
  for (const [name, output] of Object.entries(template.Outputs)) {
    if (!isWanted(output.Condition === undefined ? {} : { Condition: output.Condition })) continue;
    resolver.text(output.Value, `Outputs.${name}.Value`);
    if (!output.Export) continue;
    const exportName = resolver.text(output.Export.Name, `Outputs.${name}.Export.Name`);
    const exporter = hasPending(exportName) ? undefined : context.exporter(exportName);
    if (exporter !== undefined) {
      problems.add(`Outputs.${name}: the stack '${exporter}' exports '${exportName}' already`);
    }
  }
}

/** How a resource is named in messages: `Table (AWS::DynamoDB::Table)`. */
export function placeOf(logicalId: string, type: string): string {
  return `${logicalId} (${type})`;
}

function pseudoParameters({ stackName, stackId }: PlanContext): Record<string, string | string[]> {
  return {
    'AWS::AccountId': LOCAL_ACCOUNT,
    'AWS::NotificationARNs': [],
    'AWS::Partition': 'aws',
    'AWS::Region': LOCAL_REGION,
    'AWS::StackId': stackId,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
}
