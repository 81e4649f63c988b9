import { z } from 'zod';
import type { Operation } from '../../core/service.ts';
import { stackIdOf } from '../history.ts';
import { operation, readTemplate, templateInput, validationError } from './asked.ts';
import { type ApiParts, findStack, onStack, page, type StackView, templateOf, viewsOf } from './parts.ts';
import { STACK_TYPE } from './records.ts';

const one = z.strictObject({ StackName: z.string() });
const paged = { NextToken: z.string().optional() };
const ofStack = z.strictObject({ StackName: z.string(), ...paged });

/** What reads of stacks. */
export function describeOperations(parts: ApiParts): Record<string, Operation> {
  return {
    DescribeStacks: operation('DescribeStacks', {
      input: z.strictObject({ StackName: z.string().optional(), ...paged }),
      permissions: ({ StackName }) => onStack('DescribeStacks', StackName ?? '*'),
      run({ StackName, NextToken }) {
        const { items, ...more } = page(StackName ? [findStack(parts, StackName)] : viewsOf(parts), NextToken);
        return { Stacks: items.map((view) => shownStack(parts, view)), ...more };
      },
    }),
    ListStacks: operation('ListStacks', {
      input: z.strictObject({ StackStatusFilter: z.array(z.string()).optional(), ...paged }),
      permissions: () => [{ action: 'cloudformation:ListStacks', resource: '*' }],
      run({ StackStatusFilter: wanted, NextToken }) {
        const found = viewsOf(parts).filter(({ status }) => !wanted || wanted.includes(status));
        const { items, ...more } = page(found, NextToken);
        return { StackSummaries: items.map((view) => summary(parts, view)), ...more };
      },
    }),
    DescribeStackEvents: operation('DescribeStackEvents', {
      input: ofStack,
      permissions: ({ StackName }) => onStack('DescribeStackEvents', StackName),
      run({ StackName, NextToken }) {
        const { name, events } = findStack(parts, StackName);
        const { items, ...more } = page(events.toReversed(), NextToken);
        return { StackEvents: items.map((event) => shownEvent(name, event)), ...more };
      },
    }),
    DescribeStackResources: operation('DescribeStackResources', {
      input: z.strictObject({ StackName: z.string(), LogicalResourceId: z.string().optional() }),
      permissions: ({ StackName }) => onStack('DescribeStackResources', StackName),
      run({ StackName, LogicalResourceId: wanted }) {
        const view = findStack(parts, StackName);
        const resources = resourcesOf(parts, view).filter(({ logicalId }) => !wanted || logicalId === wanted);
        return {
          StackResources: resources.map(({ atMs, ...resource }) => ({
            ...ids(view.name),
            ...shownResource(resource),
            Timestamp: new Date(atMs),
          })),
        };
      },
    }),
    DescribeStackResource: operation('DescribeStackResource', {
      input: z.strictObject({ StackName: z.string(), LogicalResourceId: z.string() }),
      permissions: ({ StackName }) => onStack('DescribeStackResource', StackName),
      run({ StackName, LogicalResourceId: wanted }) {
        const view = findStack(parts, StackName);
        const found = resourcesOf(parts, view).find(({ logicalId }) => logicalId === wanted);
        if (!found) throw validationError(`Resource ${wanted} does not exist for stack ${StackName}`);
        const { atMs, ...resource } = found;
        return {
          StackResourceDetail: {
            ...ids(view.name),
            ...shownResource(resource),
            LastUpdatedTimestamp: new Date(atMs),
          },
        };
      },
    }),
    ListStackResources: operation('ListStackResources', {
      input: ofStack,
      permissions: ({ StackName }) => onStack('ListStackResources', StackName),
      run({ StackName, NextToken }) {
        const { items, ...more } = page(resourcesOf(parts, findStack(parts, StackName)), NextToken);
        return {
          StackResourceSummaries: items.map(({ atMs, ...resource }) => ({
            ...shownResource(resource),
            LastUpdatedTimestamp: new Date(atMs),
          })),
          ...more,
        };
      },
    }),
    ListExports: operation('ListExports', {
      input: z.strictObject(paged),
      permissions: () => [{ action: 'cloudformation:ListExports', resource: '*' }],
      run({ NextToken }) {
        const all = parts.stacks
          .list()
          .flatMap(({ stackId, exports }) =>
            Object.entries(exports).map(([Name, Value]) => ({ ExportingStackId: stackId, Name, Value })),
          );
        const { items, ...more } = page(all, NextToken);
        return { Exports: items, ...more };
      },
    }),
    GetTemplate: operation('GetTemplate', {
      input: one.extend({ TemplateStage: z.enum(['Original', 'Processed']).optional() }),
      permissions: ({ StackName }) => onStack('GetTemplate', StackName),
      run({ StackName }) {
        const { request } = findStack(parts, StackName);
        return {
          TemplateBody: request ? JSON.stringify(request.template) : '{}',
          StagesAvailable: ['Original', 'Processed'],
        };
      },
    }),
    ValidateTemplate: operation('ValidateTemplate', {
      input: z.strictObject(templateInput),
      permissions: () => [{ action: 'cloudformation:ValidateTemplate', resource: '*' }],
      run: async (input) => validated(parts, await readTemplate(parts, input)),
    }),
  };
}

/** Checks a template alone, as far as that goes without values for its parameters. */
function validated({ stacks }: ApiParts, template: Record<string, unknown>) {
  const read = templateOf({ name: 'template', status: '', events: [], outputs: {}, request: requestWith(template) });
  const definitions = Object.entries(read?.Parameters ?? {});
  // Where each parameter has its default, all can be checked; where not, the change set is.
  if (definitions.every(([, { Default }]) => Default !== undefined)) stacks.validate(template);
  const hasRoles = Object.values(read?.Resources ?? {}).some(({ Type }) => Type.startsWith('AWS::IAM::'));
  return {
    Description: read?.Description,
    Parameters: definitions.map(([ParameterKey, { Default, Description, NoEcho }]) => ({
      ParameterKey,
      DefaultValue: Default,
      NoEcho: String(NoEcho ?? false),
      Description,
    })),
    ...(hasRoles && {
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      CapabilitiesReason: 'The following resource(s) require capabilities: [AWS::IAM::Role]',
    }),
  };
}

const requestWith = (template: unknown) => ({ template, parameters: {}, hasUploadedCode: true, resources: new Map() });

const ids = (name: string) => ({ StackName: name, StackId: stackIdOf(name) });

function shownStack({ core }: ApiParts, view: StackView) {
  const { name, status, request, outputs } = view;
  const record = view.recorded?.record;
  const template = templateOf(view);
  return {
    ...ids(name),
    Description: template?.Description,
    Parameters: Object.entries(request?.parameters ?? {}).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: String(template?.Parameters[ParameterKey]?.NoEcho) === 'true' ? '****' : value,
    })),
    // Of what runs from its sources nobody has asked for its age.
    CreationTime: new Date(record?.createdMs ?? core.clock.now()),
    LastUpdatedTime: record?.updatedMs === undefined ? undefined : new Date(record.updatedMs),
    StackStatus: status,
    StackStatusReason: record?.reason,
    DisableRollback: false,
    EnableTerminationProtection: record?.isProtected ?? false,
    NotificationARNs: [],
    Capabilities: record?.capabilities ?? [],
    Tags: record?.tags ?? [],
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
    Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({
      OutputKey,
      OutputValue,
      Description: template?.Outputs[OutputKey]?.Description,
    })),
  };
}

function summary(parts: ApiParts, view: StackView) {
  const { StackId, StackName, CreationTime, LastUpdatedTime, StackStatus, StackStatusReason } = shownStack(parts, view);
  return { StackId, StackName, CreationTime, LastUpdatedTime, StackStatus, StackStatusReason };
}

function shownEvent(stack: string, event: StackView['events'][number]) {
  const { id, logicalId, type, physicalId, status, reason, atMs } = event;
  return {
    ...ids(stack),
    EventId: type === STACK_TYPE ? id : `${logicalId}-${id}`,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId ?? '',
    ResourceType: type,
    Timestamp: new Date(atMs),
    ResourceStatus: status,
    ResourceStatusReason: reason,
  };
}

interface Resource {
  logicalId: string;
  type: string;
  physicalId?: string;
  status: string;
  reason?: string;
}

/** The resources of a stack, with what happened to each last. */
function resourcesOf({ core }: ApiParts, { recorded, events, request }: StackView): (Resource & { atMs: number })[] {
  const latest = new Map(events.filter(({ type }) => type !== STACK_TYPE).map((event) => [event.logicalId, event]));
  const existing = [...(request?.resources.values() ?? [])].map(({ logicalId, type, provisioned: { physicalId } }) => ({
    status: 'CREATE_COMPLETE',
    atMs: recorded?.record.createdMs ?? core.clock.now(),
    ...latest.get(logicalId),
    logicalId,
    type: type.type,
    physicalId,
  }));
  const known = new Set(existing.map(({ logicalId }) => logicalId));
  const others = [...latest.values()].filter(
    ({ logicalId, status }) => !known.has(logicalId) && status !== 'DELETE_COMPLETE',
  );
  return [...existing, ...others].toSorted((left, right) => (left.logicalId < right.logicalId ? -1 : 1));
}

const shownResource = ({ logicalId, type, physicalId, status, reason }: Resource) => ({
  LogicalResourceId: logicalId,
  PhysicalResourceId: physicalId,
  ResourceType: type,
  ResourceStatus: status,
  ResourceStatusReason: reason,
  DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
});
