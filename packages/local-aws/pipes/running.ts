import type { Core } from '../core/cloud.ts';
import { bring } from '../core/delivery.ts';
import type { Outcome } from '../lambda/sources/outcome.ts';
import { type Poller, startPoller } from '../lambda/sources/poller.ts';
import type { SourceRecord } from '../lambda/sources/source.ts';
import { formatTrace, newTrace } from '../lambda/trace.ts';
import { type Bringing, hopOf, type Pipe } from './pipe.ts';
import { bringBatch } from './targets.ts';

/** Reads a pipe's source, and brings what its filters let through. */
export function startPipe(parts: Bringing, pipe: Pipe, isReady: () => boolean): Poller {
  const { core } = parts;
  const { arn, owner, settings, source } = pipe;
  const { Source, Target } = pipe.properties;
  return startPoller({
    clock: core.clock,
    source: source.open(Source, settings, pipe.session, { owner, id: arn }),
    kind: source.kind,
    settings,
    isReady,
    run: ({ records }) => bringBatch(parts, pipe, records),
    failed(records) {
      // Of a queue each has said so itself.
      if (source.kind === 'queue') return;
      const error = { code: 'BatchItemFailures', message: `${records.length} records were not taken` };
      const hop = { ...hopOf(pipe, records), kind: 'delivery' as const, action: 'batchItemFailures', to: Target };
      core.journal.record({ ...hop, outcome: 'error', error });
    },
    unwanted: unwantedBy(core, pipe),
    discarded: (what) => giveUp(core, pipe, what),
    processed: () => undefined,
  });
}

/** Of a stream, one in a second is written down for each field that decides: there may be a thousand. */
const SELDOM_MS = 1000;

function unwantedBy({ clock, journal }: Core, pipe: Pipe) {
  const lastMs = new Map<string, { atMs: number; since: number }>();
  return (record: SourceRecord, { field, reason }: { field?: string | undefined; reason: string }) => {
    const last = lastMs.get(field ?? '');
    if (last && pipe.source.kind === 'stream' && clock.now() - last.atMs < SELDOM_MS) {
      last.since += 1;
      return;
    }
    lastMs.set(field ?? '', { atMs: clock.now(), since: 0 });
    const { detail, ...hop } = hopOf(pipe, [record]);
    const missed = {
      ...hop,
      kind: 'no-match',
      action: 'FilterCriteria',
      to: pipe.properties.Target,
      outcome: 'ok',
    } as const;
    const others = last && last.since > 0 && { others: last.since };
    journal.record({ ...missed, detail: { ...detail, field, reason, ...others } }, { said: record.json });
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html */
async function giveUp(
  core: Core,
  pipe: Pipe,
  { records, condition }: NonNullable<Outcome['discarded']>,
): Promise<void> {
  const { Source, SourceParameters } = pipe.properties;
  const { detail, ...known } = hopOf(pipe, records);
  const hop = { ...known, kind: 'dead-letter' as const, detail: { ...detail, reason: condition } };
  const targetArn = SourceParameters?.KinesisStreamParameters?.DeadLetterConfig?.Arn;
  if (targetArn === undefined) {
    const error = { code: condition, message: `the pipe ${pipe.name} has no dead-letter queue` };
    core.journal.record({ ...hop, action: 'dropped', outcome: 'error', error });
    return;
  }
  const nowMs = core.clock.now();
  const letter = {
    context: { partnerResourceArn: pipe.arn, condition },
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    ...pipe.source.batchInfo?.(Source, records),
  };
  await bring(core, { ...hop, action: 'dead-letter', to: targetArn }, () => ({
    targetArn,
    payload: JSON.stringify(letter),
    principal: pipe.session(),
    traceHeader: records[0]?.traceHeader ?? formatTrace(newTrace(core.newId(), nowMs)),
  }));
}
