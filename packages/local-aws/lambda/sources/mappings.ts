import { z } from 'zod';
import { AwsError, NotSupportedError } from '../../core/errors.ts';
import { kind, type Owner } from '../../core/store/index.ts';
import type { AttemptParts } from '../attempt.ts';
import type { FunctionRegistry, LocalFunction } from '../registry.ts';
import { pollerParts } from './invoking.ts';
import { type Poller, startPoller } from './poller.ts';
import { type MappingRequest, settingsOf } from './request.ts';
import type { MappingSettings, SourceType } from './source.ts';

/** An event source mapping. */
export interface Mapping extends MappingInput {
  settings: MappingSettings;
  /** How the latest reading went. */
  lastProcessingResult: string;
  lastModifiedMs: number;
}

/** What a mapping is made from. */
export interface MappingInput {
  uuid: string;
  /** The stack that it belongs to. */
  owner: Owner;
  request: MappingRequest;
}

/** Those that were changed by hand. */
const BY_HAND = kind<MappingRequest>('lambda/mappings', z.looseObject({}));

/** All event source mappings, each with its poller while it is enabled. */
export interface Mappings {
  /** The kind of the source of this ARN. Throws NotSupportedError when nothing reads it. */
  typeOf(sourceArn: string): SourceType;
  /** Makes one as a template wants it, or as it was changed since by an earlier run's `changeByHand`. Throws AwsError. */
  create(input: MappingInput): Mapping;
  /** Changes one as its template wants it. Throws AwsError. */
  change(input: MappingInput): Mapping;
  /** Changes one until its template changes, over restarts too. Throws AwsError. */
  changeByHand(uuid: string, request: Partial<MappingRequest>): Mapping;
  remove(uuid: string): void;
  /** Throws AwsError ResourceNotFoundException (404). */
  get(uuid: string): Mapping;
  list(): Mapping[];
  /** The function may run now: its sources are looked at again. */
  wake(functionName: string): void;
  /** All stacks are there: reading begins. */
  resume(): void;
  close(): void;
}

/** Makes the event source mappings; `types` are the kinds of sources by the service in their ARNs. */
export function createMappings(
  parts: AttemptParts,
  registry: FunctionRegistry,
  types: Readonly<Record<string, SourceType>>,
): Mappings {
  const { core } = parts;
  let isResumed = false;
  const mappings = new Map<string, { mapping: Mapping; functionName: string; poller?: Poller }>();

  const typeOf = (sourceArn: string): SourceType => {
    const service = sourceArn.split(':')[2] ?? '';
    const type = types[service];
    if (!type)
      throw new NotSupportedError(`'${sourceArn}' as an event source`, `It reads ${Object.keys(types).join(', ')}`);
    return type;
  };

  const checkOthers = ({ uuid, request }: MappingInput, owner: LocalFunction) => {
    const { EventSourceArn: sourceArn, FunctionName } = request;
    const other = [...mappings.values()].find(
      ({ mapping, functionName }) =>
        mapping.uuid !== uuid && mapping.request.EventSourceArn === sourceArn && functionName === owner.name,
    );
    if (!other) return;
    const what =
      typeOf(sourceArn).kind === 'queue'
        ? `An event source mapping with SQS arn (" ${sourceArn} ") and function (" ${FunctionName} ") already exists.`
        : `The event source arn (" ${sourceArn} ") and function (" ${FunctionName} ") provided mapping already exists.`;
    const message = `${what} Please update or delete the existing mapping with UUID ${other.mapping.uuid}`;
    throw new AwsError('ResourceConflictException', message, { status: 409 });
  };

  const end = (uuid: string) => {
    mappings.get(uuid)?.poller?.close();
    mappings.delete(uuid);
  };

  const put = (input: MappingInput): Mapping => {
    const { uuid, request } = input;
    const { function: owner } = functionOf(registry, request.FunctionName);
    const type = typeOf(request.EventSourceArn);
    const settings = settingsOf(type, request);
    checkOthers(input, owner);
    type.check(request.EventSourceArn, settings, owner.timeoutSeconds);
    end(uuid);
    const mapping = {
      ...input,
      settings,
      lastProcessingResult: 'No records processed',
      lastModifiedMs: core.clock.now(),
    };
    const isReady = () => isResumed && registry.get(owner.name)?.code !== undefined;
    const poller =
      request.Enabled && startPoller({ ...pollerParts(parts, registry, mapping, owner.name, type), isReady });
    mappings.set(uuid, { mapping, functionName: owner.name, ...(poller && { poller }) });
    return mapping;
  };

  const byHand = (owner: Owner) => core.store.collection(owner, BY_HAND);
  const get = (uuid: string): Mapping => {
    const found = mappings.get(uuid)?.mapping;
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
      status: 404,
      fields: { Type: 'User' },
    });
  };

  return {
    typeOf,
    get,
    create: (input) => put({ ...input, request: byHand(input.owner).get(input.uuid) ?? input.request }),
    change(input) {
      const mapping = put(input);
      byHand(input.owner).delete(input.uuid);
      return mapping;
    },
    changeByHand(uuid, changes) {
      const { owner, request } = get(uuid);
      const mapping = put({ uuid, owner, request: { ...request, ...changes } });
      byHand(owner).put(uuid, mapping.request);
      return mapping;
    },
    remove(uuid) {
      const found = mappings.get(uuid)?.mapping;
      end(uuid);
      if (!found) return;
      const { owner, request } = found;
      byHand(owner).delete(uuid);
      typeOf(request.EventSourceArn).forget?.({ owner, id: uuid });
    },
    list: () => [...mappings.values()].map(({ mapping }) => mapping),
    wake(functionName) {
      for (const entry of mappings.values()) if (entry.functionName === functionName) entry.poller?.wake();
    },
    resume() {
      isResumed = true;
      for (const { poller } of mappings.values()) poller?.wake();
    },
    close() {
      for (const uuid of [...mappings.keys()]) end(uuid);
    },
  };
}

function functionOf(registry: FunctionRegistry, reference: string) {
  try {
    return registry.find(reference);
  } catch (cause) {
    const code = 'InvalidParameterValueException';
    throw new AwsError(code, 'Function does not exist', { fields: { Type: 'User' }, cause });
  }
}
