import type { Core } from '../core/cloud.ts';
import type { Hop } from '../core/journal.ts';
import type { Principal } from '../core/principal.ts';
import { traceRoot } from '../core/trace.ts';
import type { Functions } from '../lambda/lambda.ts';
import type { MappingSettings, SourceRecord, SourceType } from '../lambda/sources/source.ts';
import type { PipeNames } from './input.ts';
import type { PipeProperties } from './pipeResource.ts';

/** A pipe that runs. */
export interface Pipe {
  name: string;
  arn: string;
  /** The stack that it belongs to. */
  owner: string;
  properties: PipeProperties;
  settings: MappingSettings;
  /** What reads its source. */
  source: SourceType;
  /** The pipe's role, as long as it trusts pipes. Throws AwsError. */
  session(): Principal;
}

/** What pipes bring things with. */
export interface Bringing {
  core: Core;
  functions: Pick<Functions, 'invoke'>;
}

/** What templates may name of it. */
export const namesOf = ({ arn, name, properties }: Pipe, receivedMs: number): PipeNames => ({
  pipeArn: arn,
  pipeName: name,
  sourceArn: properties.Source,
  targetArn: properties.Target,
  enrichmentArn: properties.Enrichment,
  receivedMs,
});

/** What all hops of some records say. */
export function hopOf({ arn }: Pick<Pipe, 'arn'>, records: readonly SourceRecord[]) {
  const traceId = traceRoot(records[0]?.traceHeader);
  const correlationId = chainOf(records);
  return {
    service: 'pipes',
    from: arn,
    ...(correlationId !== undefined && { correlationId }),
    ...(traceId !== undefined && { traceId }),
    detail: {
      ...(records.length === 1 && { messageId: records[0]?.id }),
      ...(records.length > 1 && { records: records.slice(0, 10).map(({ id }) => id), count: records.length }),
    },
  } satisfies Partial<Hop>;
}

/** Of the first that has one. */
export const chainOf = (records: readonly SourceRecord[]): string | undefined => {
  for (const { correlationId } of records) if (correlationId !== undefined) return correlationId;
  return undefined;
};
