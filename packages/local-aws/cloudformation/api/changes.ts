import { member } from '../names.ts';
import type { Plan, PlannedResource } from '../plan.ts';
import { isSameJson } from '../sameJson.ts';
import type { StackRequest } from '../stacks.ts';
import { parseTemplate, type ResourceDefinition } from '../template.ts';

/** What becomes of one resource. */
export interface ResourceChange {
  action: 'Add' | 'Modify' | 'Remove';
  logicalId: string;
  type: string;
  physicalId?: string;
  /** The names of its properties that are said otherwise; with a change of its references alone, none. */
  properties: string[];
  isReplaced: boolean;
}

/**
 * What carrying out a plan changes, as far as the templates say it: a resource that only refers to one that changes is not told of, which
 * AWS does (`Evaluation: Dynamic`).
 */
export function changesOf(
  stackName: string,
  before: StackRequest | undefined,
  plan: Plan,
  parameters: Record<string, string>,
): ResourceChange[] {
  const old = before ? parseTemplate(stackName, before.template).Resources : {};
  const changed = changedParameters(before?.parameters ?? {}, parameters);
  const kept = plan.resources.flatMap((planned): ResourceChange[] => {
    const { logicalId, definition } = planned;
    const existing = before?.resources.get(logicalId);
    if (!existing) return [{ ...named(planned), action: 'Add', properties: [], isReplaced: false }];
    const properties = changedProperties(old[logicalId], definition, changed);
    if (properties.length === 0) return [];
    const { physicalId } = existing.provisioned;
    const isReplaced = properties.some((name) => planned.type.replaceOn?.includes(name));
    return [{ ...named(planned), action: 'Modify', physicalId, properties, isReplaced }];
  });
  const wanted = new Set(plan.resources.map(({ logicalId }) => logicalId));
  const removed = [...(before?.resources.values() ?? [])]
    .filter(({ logicalId }) => !wanted.has(logicalId))
    .map(
      ({ logicalId, type, provisioned: { physicalId } }): ResourceChange => ({
        action: 'Remove',
        logicalId,
        type: type.type,
        physicalId,
        properties: [],
        isReplaced: false,
      }),
    );
  return [...kept, ...removed];
}

/** Changes as `DescribeChangeSet` shows them. */
export function shownChanges(changes: readonly ResourceChange[]) {
  return changes.map(({ action, logicalId, type, physicalId, properties, isReplaced }) => ({
    Type: 'Resource',
    ResourceChange: {
      Action: action,
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      Replacement: action === 'Modify' ? (isReplaced ? 'True' : 'False') : undefined,
      Scope: action === 'Modify' ? ['Properties'] : [],
      Details: properties.map((Name) => ({
        Target: { Attribute: 'Properties', Name },
        Evaluation: 'Static',
        ChangeSource: 'DirectModification',
      })),
    },
  }));
}

const named = ({ logicalId, definition }: PlannedResource) => ({ logicalId, type: definition.Type });

function changedParameters(before: Record<string, string>, after: Record<string, string>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]);
}

function changedProperties(
  before: ResourceDefinition | undefined,
  after: ResourceDefinition,
  parameters: readonly string[],
): string[] {
  const names = new Set([...Object.keys(before?.Properties ?? {}), ...Object.keys(after.Properties ?? {})]);
  return [...names].filter((name) => {
    const value = member(after.Properties, name);
    if (!isSameJson(member(before?.Properties, name), value)) return true;
    const text = JSON.stringify(value) ?? '';
    return parameters.some((parameter) => text.includes(`{"Ref":"${parameter}"}`) || text.includes(`\${${parameter}}`));
  });
}
