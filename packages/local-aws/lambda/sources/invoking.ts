import type { Core } from '../../core/cloud.ts';
import { bring } from '../../core/delivery.ts';
import { traceRoot } from '../../core/trace.ts';
import { type AttemptParts, tryOnce } from '../attempt.ts';
import { sessionNameOf } from '../functionIam.ts';
import { isRecursiveLoop, RECURSION_MESSAGE } from '../recursion.ts';
import type { FunctionRegistry, LocalFunction } from '../registry.ts';
import type { InvocationResult } from '../runtime/runtime.ts';
import { formatTrace, newTrace, parseTrace } from '../trace.ts';
import type { Mapping } from './mappings.ts';
import type { Batch, Outcome } from './outcome.ts';
import type { BatchResult, PollerParts } from './poller.ts';
import type { SourceRecord, SourceType } from './source.ts';

/** What a poller works with for one mapping: how its function is run, and what is written down. */
export function pollerParts(
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
    source: type.open(
      request.EventSourceArn,
      settings,
      () => iam.sessionOf(owner()?.roleArn ?? '', sessionNameOf(functionName)),
      { owner: mapping.owner, id: mapping.uuid },
    ),
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
    unwanted(record, { field, reason }) {
      const { detail, ...hop } = hopOf(mapping, [record]);
      const missed = { ...hop, kind: 'no-match', action: 'FilterCriteria', outcome: 'ok' } as const;
      const to = owner()?.arn ?? functionName;
      core.journal.record({ ...missed, to, detail: { ...detail, field, reason } }, { said: record.json });
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
    const hop = { kind: 'invocation', service: 'lambda', action: 'Invoke', to: owner.arn } as const;
    const end = core.journal.begin({ ...chain, ...hop, traceId: trace.root, requestId });
    end({ outcome: 'error', error: { code: 'RecursiveInvocationException', message: RECURSION_MESSAGE } });
    return undefined;
  }
  const outcome = await tryOnce(parts, {
    ...chain,
    function: owner,
    invokedArn: arn,
    requestId,
    payload: `{"Records":[${records.map(({ json }) => json).join(',')}]}`,
    trace,
    // A queue counts itself how often it has handed a message out.
    number: Math.max(failures + 1, ...records.map(({ receives = 1 }) => receives)),
    type: 'RequestResponse',
    detail: { count: records.length, ...(records[0]?.lane !== undefined && { lane: records[0].lane }) },
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
  result: BatchResult | undefined,
): Promise<void> {
  const { core, iam } = parts;
  const { detail, ...known } = hopOf(mapping, records);
  const hop = { ...known, kind: 'dead-letter' as const, detail: { ...detail, reason: condition } };
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
    principal: iam.sessionOf(owner.roleArn, sessionNameOf(owner.name)),
    traceHeader: formatTrace(parseTrace(records[0]?.traceHeader) ?? newTrace(core.newId(), core.clock.now())),
  }));
}
