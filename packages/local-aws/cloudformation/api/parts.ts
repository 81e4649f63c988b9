import type { Permission } from '../../core/service.ts';
import { stackIdOf } from '../history.ts';
import type { StackRequest, Stacks } from '../stacks.ts';
import { parseTemplate } from '../template.ts';
import type { TemplateSource } from './asked.ts';
import { noSuchStack, validationError } from './asked.ts';
import type { Recorded, StackEvent } from './records.ts';
import type { RunParts, Runs } from './runs.ts';

/** What CloudFormation's operations work with. */
export interface ApiParts extends RunParts, TemplateSource {
  stacks: Stacks;
  runs: Runs;
}

/** The name in a stack's ARN, or the name that it is. */
export const nameIn = (nameOrId: string): string =>
  /^arn:aws:cloudformation:.*:stack\/([^/]+)\//.exec(nameOrId)?.[1] ?? nameOrId;

/** The permission for an operation on a stack. */
export const onStack = (action: string, nameOrId: string): Permission[] => [
  { action: `cloudformation:${action}`, resource: stackIdOf(nameIn(nameOrId)) },
];

/** A stack, whoever has deployed it. */
export interface StackView {
  name: string;
  status: string;
  events: readonly StackEvent[];
  /** Left out for one that was not deployed by this API: of those that run from their sources. */
  recorded?: Recorded;
  /** Left out while it is made, and where it was not. */
  request?: StackRequest;
  outputs: Record<string, string>;
}

/** All stacks. */
export function viewsOf({ stacks, records }: ApiParts): StackView[] {
  const names = new Set([
    ...records.all().map(({ record }) => record.name),
    ...stacks.list().map(({ stackName }) => stackName),
  ]);
  return [...names].flatMap((name) => viewOf({ stacks, records }, name) ?? []);
}

function viewOf({ stacks, records }: Pick<ApiParts, 'stacks' | 'records'>, name: string): StackView | undefined {
  const request = stacks.requestOf(name);
  const stack = stacks.get(name);
  const recorded = request && !request.hasUploadedCode ? undefined : records.get(name);
  if (!stack && !recorded) return undefined;
  return {
    name,
    status: recorded?.record.status ?? stack?.status ?? '',
    events: recorded?.events ?? [],
    ...(recorded && { recorded }),
    ...(request && { request }),
    outputs: stack?.outputs ?? {},
  };
}

/** A stack by its name or id; by its id also one that is gone. Throws AwsError. */
export function findStack(parts: ApiParts, nameOrId: string): StackView {
  const found = viewOf(parts, nameIn(nameOrId));
  if (found) return found;
  const gone = parts.records.gone(nameOrId);
  if (!gone) throw noSuchStack(nameOrId);
  const { name, status } = gone.record;
  return { name, status, events: gone.events, recorded: gone, outputs: {} };
}

/**
 * A stack that this API may change. Throws AwsError: others are what their sources say, and would be again with the next change of a file.
 */
export function changeableStack(parts: ApiParts, nameOrId: string): StackView & { recorded: Recorded } {
  const name = nameIn(nameOrId);
  const found = viewOf(parts, name);
  if (!found) throw noSuchStack(nameOrId);
  const { recorded } = found;
  if (recorded) return { ...found, recorded };
  throw validationError(
    `Stack [${name}] runs from its sources (npm start, sls offline), which would change it back: deploy another stage`,
  );
}

/** Throws AwsError while something is under way, and after what only a removal mends. */
export function refuseBusy({ name, status }: StackView): void {
  const isStuck = ['ROLLBACK_COMPLETE', 'DELETE_FAILED', 'REVIEW_IN_PROGRESS'].includes(status);
  if (!isStuck && !status.endsWith('_IN_PROGRESS')) return;
  throw validationError(`Stack:${stackIdOf(name)} is in ${status} state and can not be updated.`);
}

/** The template of a stack, read. */
export function templateOf({ name, request }: StackView) {
  return request && parseTemplate(name, request.template);
}

/** What a page of a list has at most. */
const PAGE = 100;

/** A page of a list, and where the next begins. Throws AwsError. */
export function page<Item>(items: readonly Item[], token: string | undefined): { items: Item[]; NextToken?: string } {
  const from = token === undefined ? 0 : Number(token);
  if (!Number.isSafeInteger(from) || from < 0) throw validationError('NextToken is invalid');
  const next = from + PAGE;
  return { items: items.slice(from, next), ...(next < items.length && { NextToken: String(next) }) };
}
