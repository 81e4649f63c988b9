import { z } from 'zod';
import { arnOf } from '../../core/arn.ts';
import { AwsError } from '../../core/errors.ts';
import type { Operation } from '../../core/service.ts';
import { stackIdOf } from '../history.ts';
import { operation, stackInput, validationError } from './asked.ts';
import { isUnchanged, refuseExisting, refuseOthers, wantedFor } from './change.ts';
import { changesOf, shownChanges } from './changes.ts';
import { type ApiParts, changeableStack, findStack, nameIn, onStack, refuseBusy } from './parts.ts';
import type { ChangeSet } from './records.ts';

/** AWS's own words, which osls looks for. */
const UNCHANGED =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

const named = { ChangeSetName: z.string(), StackName: z.string().optional() };
const setName = z
  .string()
  .regex(/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/, 'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*');

/** What prepares changes, shows them and has them carried out. */
export function changeSetOperations(parts: ApiParts): Record<string, Operation> {
  const { records, runs } = parts;
  return {
    CreateChangeSet: operation('CreateChangeSet', {
      input: z.strictObject({
        ...stackInput,
        ChangeSetName: setName,
        ChangeSetType: z.enum(['CREATE', 'UPDATE']).default('UPDATE'),
        Description: z.string().optional(),
      }),
      permissions: ({ StackName }) => onStack('CreateChangeSet', StackName),
      async run(input, context) {
        refuseOthers(context);
        return created(parts, input);
      },
    }),
    DescribeChangeSet: operation('DescribeChangeSet', {
      input: z.strictObject({ ...named, NextToken: z.string().optional() }),
      permissions: ({ StackName, ChangeSetName }) => onStack('DescribeChangeSet', StackName ?? ChangeSetName),
      run: (input) => shown(found(parts, input)),
    }),
    ListChangeSets: operation('ListChangeSets', {
      input: z.strictObject({ StackName: z.string(), NextToken: z.string().optional() }),
      permissions: ({ StackName }) => onStack('ListChangeSets', StackName),
      run({ StackName }) {
        const { name } = findStack(parts, StackName);
        return { Summaries: records.changeSetsOf(name).map(summary) };
      },
    }),
    DeleteChangeSet: operation('DeleteChangeSet', {
      input: z.strictObject(named),
      permissions: ({ StackName, ChangeSetName }) => onStack('DeleteChangeSet', StackName ?? ChangeSetName),
      run({ StackName, ChangeSetName }, context) {
        refuseOthers(context);
        if (StackName !== undefined) findStack(parts, StackName);
        const set = records.changeSet(StackName && nameIn(StackName), ChangeSetName);
        // To delete what is not there is no error.
        if (set) records.removeChangeSet(set.stack, set.name);
        return {};
      },
    }),
    ExecuteChangeSet: operation('ExecuteChangeSet', {
      input: z.strictObject({ ...named, ClientRequestToken: z.string().optional() }),
      permissions: ({ StackName, ChangeSetName }) => onStack('ExecuteChangeSet', StackName ?? ChangeSetName),
      run(input, context) {
        refuseOthers(context);
        const set = found(parts, input);
        if (set.executionStatus !== 'AVAILABLE') {
          const message = `ChangeSet [${set.id}] cannot be executed in its current status of [${set.status}]`;
          throw new AwsError('InvalidChangeSetStatus', message);
        }
        const stack = changeableStack(parts, set.stack);
        if (set.type === 'UPDATE') refuseBusy(stack);
        const { tags, capabilities, template, parameters } = set;
        // What was made of the stack as it was says nothing of what it will be.
        for (const { name } of records.changeSetsOf(set.stack)) records.removeChangeSet(set.stack, name);
        records.saveChangeSet({ ...set, executionStatus: 'EXECUTE_COMPLETE' });
        records.change(stack.recorded, { tags, capabilities });
        if (set.type === 'CREATE') runs.create(stack.recorded, { template, parameters });
        else runs.update(stack.recorded, { template, parameters });
        return {};
      },
    }),
  };
}

type Input = z.output<z.ZodObject<typeof stackInput>> & {
  ChangeSetName: string;
  ChangeSetType: 'CREATE' | 'UPDATE';
  Description?: string | undefined;
};

async function created(parts: ApiParts, input: Input): Promise<{ Id: string; StackId: string }> {
  const { core, records } = parts;
  const { ChangeSetName: name, ChangeSetType: type, Tags: tags, Capabilities: capabilities, Description } = input;
  const stack = nameIn(input.StackName);
  const isReviewed = records.get(stack)?.record.status === 'REVIEW_IN_PROGRESS';
  if (type === 'CREATE' && !isReviewed) refuseExisting(parts, stack);
  const before = type === 'UPDATE' ? changeableStack(parts, stack) : undefined;
  if (before) refuseBusy(before);
  if (records.changeSet(stack, name)) throw new AwsError('AlreadyExistsException', `ChangeSet ${name} already exists`);
  const { plan, template, parameters } = await wantedFor(parts, input, before);
  const hasChanges = !before || !isUnchanged(before, { template, parameters, tags });
  const set: ChangeSet = {
    stack,
    name,
    id: arnOf('cloudformation', `changeSet/${name}/${core.newId()}`),
    type,
    template,
    parameters,
    tags,
    capabilities,
    ...(Description !== undefined && { description: Description }),
    createdMs: core.clock.now(),
    ...(hasChanges
      ? { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' }
      : { status: 'FAILED', executionStatus: 'UNAVAILABLE', reason: UNCHANGED }),
    changes: shownChanges(changesOf(stack, before?.request, plan, parameters)),
  };
  if (type === 'CREATE' && !isReviewed)
    records.stackEvent(records.create(stack, { tags, capabilities }), 'REVIEW_IN_PROGRESS', 'User Initiated');
  records.saveChangeSet(set);
  return { Id: set.id, StackId: stackIdOf(stack) };
}

/** Throws AwsError ChangeSetNotFound. */
function found(
  parts: ApiParts,
  { StackName, ChangeSetName }: { StackName?: string | undefined; ChangeSetName: string },
): ChangeSet {
  if (StackName === undefined && !ChangeSetName.startsWith('arn:'))
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
  if (StackName !== undefined) findStack(parts, StackName);
  const set = parts.records.changeSet(StackName && nameIn(StackName), ChangeSetName);
  if (set) return set;
  throw new AwsError('ChangeSetNotFound', `ChangeSet [${ChangeSetName}] does not exist`, { status: 404 });
}

const summary = ({ stack, name, id, status, reason, executionStatus, createdMs, description }: ChangeSet) => ({
  StackId: stackIdOf(stack),
  StackName: stack,
  ChangeSetId: id,
  ChangeSetName: name,
  ExecutionStatus: executionStatus,
  Status: status,
  StatusReason: reason,
  CreationTime: new Date(createdMs),
  Description: description,
});

const shown = (set: ChangeSet) => ({
  ...summary(set),
  Parameters: Object.entries(set.parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  })),
  NotificationARNs: [],
  Capabilities: set.capabilities,
  Tags: set.tags,
  Changes: set.changes,
});
