import { parseJson } from '../core/boundedJson.ts';
import { AwsError } from '../core/errors.ts';
import type { BatchResult } from '../lambda/sources/poller.ts';
import type { SourceRecord } from '../lambda/sources/source.ts';
import { formatTrace, newTrace } from '../lambda/trace.ts';
import { type Bringing, chainOf, hopOf, type Pipe } from './pipe.ts';

/** Lambda could not run it: that is no failure of the function's, and costs no retry. */
const NOT_RUN = /TooManyRequestsException|ServiceException/;

/**
 * Runs a function of a pipe (its target, or its enrichment) with the whole batch, as a list, and waits for the answer; one hop of the
 * journal. Undefined: Lambda could not run it now. Never throws.
 */
export async function invoked(
  { core, functions }: Bringing,
  pipe: Pipe,
  { functionArn, action }: { functionArn: string; action: 'deliver' | 'enrich' },
  inputs: readonly string[],
  records: readonly SourceRecord[],
): Promise<BatchResult | undefined> {
  const startedMs = core.clock.now();
  const hop = { ...hopOf(pipe, records), kind: 'delivery' as const, action, to: functionArn };
  const list = inputs.map(read);
  const said = JSON.stringify(list);
  const failed = (code: string, message: string) =>
    core.journal.record({ ...hop, outcome: 'error', error: { code, message } }, { said });
  try {
    const correlationId = chainOf(records);
    const traceHeader =
      records.find((record) => record.traceHeader)?.traceHeader ?? formatTrace(newTrace(core.newId(), startedMs));
    const result = await functions.invoke(functionArn, list, {
      principal: pipe.session(),
      traceHeader,
      ...(correlationId !== undefined && { correlationId }),
    });
    if (result.functionError) failed(result.functionError, 'the function has failed');
    else core.journal.record({ ...hop, outcome: 'ok', durationMs: core.clock.now() - startedMs }, { said });
    return result;
  } catch (thrown) {
    const { code, message } = thrown instanceof AwsError ? thrown : new AwsError('InternalFailure', String(thrown));
    failed(code, message);
    return NOT_RUN.test(code) ? undefined : { payload: 'null', functionError: 'Unhandled' };
  }
}

/** An input as the element of a list: JSON as what it says, a text as itself. */
export function read(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
