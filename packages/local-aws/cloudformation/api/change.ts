import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import type { CallContext, Operation } from '../../core/service.ts';
import { stackIdOf } from '../history.ts';
import { isSameJson } from '../sameJson.ts';
import {
  checkCapabilities,
  flag,
  operation,
  parametersIn,
  readTemplate,
  stackInput,
  validationError,
} from './asked.ts';
import { type ApiParts, changeableStack, findStack, nameIn, onStack, refuseBusy, type StackView } from './parts.ts';
import { readStackPolicy } from './stackPolicy.ts';

const ofStack = { StackName: z.string() };
const token = { ClientRequestToken: z.string().optional() };

/** A refusal for all but the laptop's owner, whatever their roles say: nobody else deploys here. */
export function refuseOthers({ principal }: CallContext): void {
  if (principal.kind === 'root') return;
  throw new AwsError('AccessDenied', "Only the laptop's owner deploys to local-aws: no role may, whatever it allows", {
    status: 403,
  });
}

/** What makes stacks, changes and removes them without a change set. */
export function changeOperations(parts: ApiParts): Record<string, Operation> {
  const { records, runs } = parts;
  return {
    CreateStack: operation('CreateStack', {
      input: z.strictObject({
        ...stackInput,
        OnFailure: z.enum(['ROLLBACK', 'DELETE']).default('ROLLBACK'),
        EnableTerminationProtection: flag,
      }),
      permissions: ({ StackName }) => onStack('CreateStack', StackName),
      async run(input, context) {
        refuseOthers(context);
        const {
          StackName: name,
          Tags: tags,
          Capabilities: capabilities,
          OnFailure,
          EnableTerminationProtection,
        } = input;
        refuseExisting(parts, name);
        const wanted = await wantedFor(parts, input);
        const recorded = records.create(name, { tags, capabilities });
        records.change(recorded, { isProtected: EnableTerminationProtection });
        runs.create(recorded, wanted, OnFailure);
        return { StackId: stackIdOf(name) };
      },
    }),
    UpdateStack: operation('UpdateStack', {
      input: z.strictObject({ ...stackInput, StackPolicyBody: z.string().optional(), UsePreviousTemplate: flag }),
      permissions: ({ StackName }) => onStack('UpdateStack', StackName),
      async run(input, context) {
        refuseOthers(context);
        const { Tags: tags, Capabilities: capabilities, StackPolicyBody: policy } = input;
        const stack = changeableStack(parts, input.StackName);
        refuseBusy(stack);
        const wanted = await wantedFor(parts, input, stack);
        if (isUnchanged(stack, { ...wanted, tags })) throw validationError('No updates are to be performed.');
        if (policy !== undefined) readStackPolicy(policy);
        records.change(stack.recorded, { tags, capabilities, ...(policy !== undefined && { policy }) });
        runs.update(stack.recorded, wanted);
        return { StackId: stackIdOf(stack.name) };
      },
    }),
    DeleteStack: operation('DeleteStack', {
      input: z.strictObject({ ...ofStack, ...token }),
      permissions: ({ StackName }) => onStack('DeleteStack', StackName),
      run({ StackName }, context) {
        refuseOthers(context);
        // To remove what is not there is no error.
        if (!records.get(nameIn(StackName)) && !parts.stacks.get(nameIn(StackName))) return;
        const { name, status, recorded } = changeableStack(parts, StackName);
        if (recorded.record.isProtected) {
          const how = 'must first be disabled';
          throw validationError(`Stack [${name}] cannot be deleted while TerminationProtection is enabled: it ${how}`);
        }
        if (status === 'DELETE_IN_PROGRESS') return;
        if (status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS')
          throw validationError(`Stack:${stackIdOf(name)} is in ${status} state and can not be deleted.`);
        runs.remove(recorded);
      },
    }),
    ...guardOperations(parts),
  };
}

/** What protects stacks. */
function guardOperations(parts: ApiParts): Record<string, Operation> {
  const { records } = parts;
  return {
    UpdateTerminationProtection: operation('UpdateTerminationProtection', {
      input: z.strictObject({ ...ofStack, EnableTerminationProtection: z.stringbool() }),
      permissions: ({ StackName }) => onStack('UpdateTerminationProtection', StackName),
      run({ StackName, EnableTerminationProtection: isProtected }, context) {
        refuseOthers(context);
        const { name, recorded } = changeableStack(parts, StackName);
        records.change(recorded, { isProtected });
        return { StackId: stackIdOf(name) };
      },
    }),
    SetStackPolicy: operation('SetStackPolicy', {
      input: z.strictObject({ ...ofStack, StackPolicyBody: z.string() }),
      permissions: ({ StackName }) => onStack('SetStackPolicy', StackName),
      run({ StackName, StackPolicyBody: policy }, context) {
        refuseOthers(context);
        const { recorded } = changeableStack(parts, StackName);
        readStackPolicy(policy);
        records.change(recorded, { policy });
      },
    }),
    GetStackPolicy: operation('GetStackPolicy', {
      input: z.strictObject(ofStack),
      permissions: ({ StackName }) => onStack('GetStackPolicy', StackName),
      run: ({ StackName }) => ({ StackPolicyBody: findStack(parts, StackName).recorded?.record.policy }),
    }),
  };
}

/** Throws AwsError when there is a stack of that name already. */
export function refuseExisting({ records, stacks }: ApiParts, name: string): void {
  if (records.get(name) || stacks.has(name))
    throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
}

type Input = z.output<z.ZodObject<typeof stackInput>> & { UsePreviousTemplate?: boolean };

/** What a request wants a stack to be, checked as far as can be before anything exists. Throws AwsError, TemplateError. */
export async function wantedFor(parts: ApiParts, input: Input, before?: StackView) {
  const { Parameters: given, Capabilities: capabilities, UsePreviousTemplate: stays } = input;
  const request = before?.request;
  const template = stays && request ? (request.template as Record<string, unknown>) : await readTemplate(parts, input);
  const parameters = parametersIn(given, request);
  const plan = parts.stacks.check({ stackName: nameIn(input.StackName), template, parameters });
  checkCapabilities(plan.resources, capabilities);
  return { template, parameters, plan };
}

/** Whether a stack is all that is wanted already. */
export function isUnchanged(
  { request, recorded }: Pick<StackView, 'request' | 'recorded'>,
  wanted: { template: unknown; parameters: Record<string, string>; tags: readonly object[] },
): boolean {
  if (!request) return false;
  const before = [request.template, request.parameters, recorded?.record.tags ?? []];
  return isSameJson(before, [wanted.template, wanted.parameters, wanted.tags]);
}
