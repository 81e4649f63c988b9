import type { Core } from '../../core/cloud.ts';
import { bring } from '../../core/delivery.ts';
import { AwsError, NotSupportedError } from '../../core/errors.ts';
import type { Owner } from '../../core/store/index.ts';
import { traceRoot } from '../../core/trace.ts';
import { type AttemptParts, tryOnce } from '../attempt.ts';
import { isRecursiveLoop, RECURSION_MESSAGE } from '../recursion.ts';
import type { FunctionRegistry, LocalFunction } from '../registry.ts';
import type { InvocationResult } from '../runtime/runtime.ts';
import { formatTrace, newTrace, parseTrace } from '../trace.ts';
import type { Batch, Outcome } from './outcome.ts';
import { type Poller, type PollerParts, startPoller } from './poller.ts';
import { type MappingRequest, settingsOf } from './request.ts';
import type { MappingSettings, SourceRecord, SourceType } from './source.ts';

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
    const message =
      `An event source mapping with ${typeOf(sourceArn).kind === 'queue' ? 'SQS' : 'stream'} arn (" ${sourceArn} ") and ` +
      `function (" ${FunctionName} ") already exists. Please update or delete the existing mapping with UUID ${other.mapping.uuid}`;
    throw new AwsError('ResourceConflictException', message, { status: 409 });
  };

  const end = (uuid: string) => {
    mappings.get(uuid)?.poller?.close();
    mappings.delete(uuid);
  };

  const put = (input: MappingInput): Mapping => {
    const { uuid, request } = input;
    const { function: owner } = registry.find(request.FunctionName);
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

  const byHand = (owner: Owner) => core.store.collection<MappingRequest>(owner, 'lambda/mappings');
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
      if (found) byHand(found.owner).delete(uuid);
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

function pollerParts(
  parts: AttemptParts,
  registry: FunctionRegistry,
  mapping: Mapping,
  functionName: string,
  type: SourceType,
): Omit<PollerParts, 'isReady'> {
  const { core, iam } = parts;
  const { settings, request } = mapping;
  // Looked up each time: it may be gone, or run with another role.
  const owner = () => registry.get(functionName);
  return {
    clock: core.clock,
    kind: type.kind,
    settings,
    source: type.open(request.EventSourceArn, settings, () => iam.sessionOf(owner()?.roleArn ?? '', functionName)),
    run: (batch) => run(parts, registry, mapping, batch),
    processed(result) {
      mapping.lastProcessingResult = result;
    },
    failed(records) {
      core.journal.record({
        ...hopOf(mapping, records),
        kind: 'delivery',
        action: 'batchItemFailures',
        to: owner()?.arn ?? functionName,
        outcome: 'error',
        error: { code: 'BatchItemFailures', message: `${records.length} records were not handled` },
      });
    },
    async discarded(what, result) {
      const found = owner();
      if (found) await reportDiscarded(parts, found, mapping, type, what, result);
    },
  };
}

/** Runs the function with a batch, as Lambda does: synchronously, and in the trace of the first record that has one. */
async function run(
  parts: AttemptParts,
  registry: FunctionRegistry,
  { request: { EventSourceArn: sourceArn, FunctionName } }: Mapping,
  { records, failures }: Batch,
): Promise<InvocationResult | undefined> {
  const { core } = parts;
  const { function: owner, arn } = registry.find(FunctionName);
  const correlationId = records.find((record) => record.correlationId !== undefined)?.correlationId;
  const traceHeader = records.find((record) => record.traceHeader !== undefined)?.traceHeader;
  const trace = parseTrace(traceHeader) ?? newTrace(core.newId(), core.clock.now());
  const requestId = core.newId();
  const chain = { from: sourceArn, ...(correlationId !== undefined && { correlationId }) };
  if (isRecursiveLoop(owner, trace)) {
    core.journal.record({
      ...chain,
      kind: 'invocation',
      service: 'lambda',
      action: 'Invoke',
      to: owner.arn,
      traceId: trace.root,
      outcome: 'error',
      error: { code: 'RecursiveInvocationException', message: RECURSION_MESSAGE },
      detail: { requestId },
    });
    return undefined;
  }
  const outcome = await tryOnce(parts, {
    ...chain,
    function: owner,
    invokedArn: arn,
    requestId,
    payload: `{"Records":[${records.map(({ json }) => json).join(',')}]}`,
    trace,
    number: failures + 1,
    type: 'RequestResponse',
  });
  return outcome.kind === 'ran' ? outcome.result : undefined;
}

/** What all hops of some records say. */
function hopOf({ request }: Mapping, records: readonly SourceRecord[]) {
  const [first] = records;
  const traceId = traceRoot(first?.traceHeader);
  return {
    service: 'lambda',
    from: request.EventSourceArn,
    ...(first?.correlationId !== undefined && { correlationId: first.correlationId }),
    ...(traceId !== undefined && { traceId }),
    detail: { records: records.slice(0, 10).map(({ id }) => id), count: records.length },
  };
}

/** docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
async function reportDiscarded(
  parts: AttemptParts & { core: Core },
  owner: LocalFunction,
  mapping: Mapping,
  type: SourceType,
  { records, condition, invokeCount }: NonNullable<Outcome['discarded']>,
  result: InvocationResult | undefined,
): Promise<void> {
  const { core, iam } = parts;
  const hop = { ...hopOf(mapping, records), kind: 'dead-letter' as const };
  const targetArn = mapping.settings.onFailureArn;
  if (!targetArn) {
    const error = {
      code: condition,
      message: `the event source mapping of ${owner.name} has no on-failure destination`,
    };
    core.journal.record({ ...hop, action: 'dropped', outcome: 'error', error });
    return;
  }
  const record = {
    requestContext: {
      requestId: core.newId(),
      functionArn: owner.arn,
      condition,
      approximateInvokeCount: invokeCount,
    },
    ...(result && {
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: result.functionError ?? null },
    }),
    version: '1.0',
    timestamp: new Date(core.clock.now()).toISOString(),
    ...type.batchInfo?.(mapping.request.EventSourceArn, records),
  };
  await bring(core, { ...hop, action: 'on-failure', to: targetArn }, () => ({
    targetArn,
    payload: JSON.stringify(record),
    principal: iam.sessionOf(owner.roleArn, owner.name),
    traceHeader: formatTrace(parseTrace(records[0]?.traceHeader) ?? newTrace(core.newId(), core.clock.now())),
  }));
}
