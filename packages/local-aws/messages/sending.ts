import type { Again, Kept } from '../core/carried.ts';
import type { Core } from '../core/cloud.ts';
import { bring } from '../core/delivery.ts';
import { AwsError } from '../core/errors.ts';
import type { JournalEntry } from '../core/journal.ts';
import { ROOT } from '../core/principal.ts';
import { isObject } from './opened.ts';
import { editedSaid } from './text.ts';

/** Whether it can be sent once more, and where not, why. What was given up is redriven instead. */
export function sendable({ entry, carried, isCut }: Kept<JournalEntry>): { again: Again } | { why: string } {
  if (isCut) return { why: 'It was too long to be kept whole.' };
  if (entry.kind === 'dead-letter') return { why: 'It was given up: what is in the queue can be redriven.' };
  if (!carried.again) return { why: 'It is no message: what it asks for may have changed since.' };
  return { again: carried.again };
}

/**
 * Sends a message once more, as the laptop's owner, on the way on which it went: as it was, or with `body` for what `shownText` shows of it.
 * It belongs to the chain that it belonged to. Throws AwsError: `InvalidBody`, `NotSendable`, and what its target says.
 */
export async function sendAgain(core: Core, kept: Kept<JournalEntry>, body: string | undefined): Promise<void> {
  const able = sendable(kept);
  if ('why' in able) throw new AwsError('NotSendable', able.why, { status: 409 });
  const { seq, entry, carried } = kept;
  const said = body === undefined ? carried.said : editedSaid(carried.said, body);
  const { from, to, correlationId } = entry;
  const known = { principal: ROOT, again: { seq, from }, ...(body === undefined && { correlationId }) };
  const { again } = able;
  switch (again.kind) {
    case 'call': {
      const { service, operation, traceHeader } = again;
      if (destinationOf(said) !== destinationOf(carried.said))
        throw new AwsError('InvalidBody', 'It goes where it went: only what it says can be edited.');
      const input = unlikeBefore(said as object, () => core.newId());
      await core.call({ service, operation, input, traceHeader, ...known });
      return;
    }
    case 'invocation': {
      const { functionArn: FunctionName, type: InvocationType, traceHeader } = again;
      const input = { FunctionName, InvocationType, Payload: textOf(said) };
      // The invocation itself is the hop.
      await core.call({ service: 'lambda', operation: 'Invoke', input, traceHeader, hop: false, ...known });
      return;
    }
    case 'delivery': {
      const { deduplicationId, ...delivery } = again.delivery;
      const { service, traceId, requestId } = entry;
      const chain = {
        ...(correlationId !== undefined && { correlationId }),
        ...(traceId !== undefined && { traceId }),
      };
      const hop = { kind: 'delivery' as const, service, action: 'deliver', ...chain, detail: { resent: seq } };
      const ends = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      const madeBy = requestId === undefined ? {} : { requestId };
      const refusal = await bring(core, { ...hop, ...ends, ...madeBy }, () => ({
        ...delivery,
        payload: textOf(said),
        ...(deduplicationId !== undefined && { deduplicationId: core.newId() }),
      }));
      if (refusal) throw new AwsError(refusal.code, refusal.message, { status: 409 });
    }
  }
}

const DESTINATION = /^(TopicArn|TargetArn|QueueUrl|StreamName|StreamARN|DeliveryStreamName|EventBusName)$/;

/** Where a call sends to. What was hidden of its message must not be sent to another, who could read it there. */
const destinationOf = (input: unknown): string =>
  JSON.stringify(input, (name, value: unknown) => {
    const isKept = name === '' || /^\d+$/.test(name) || name === 'Entries' || DESTINATION.test(name);
    return isKept ? value : undefined;
  });

const textOf = (said: string | object): string => (typeof said === 'string' ? said : JSON.stringify(said));

/** FIFO topics and queues take the same message once in five minutes: this is meant to be another one. */
function unlikeBefore(input: unknown, newId: () => string): object {
  if (Array.isArray(input)) return input.map((one) => (isObject(one) ? unlikeBefore(one, newId) : one));
  const entries = Object.entries(input as object).map(([name, value]) => {
    if (Array.isArray(value)) return [name, unlikeBefore(value, newId)];
    return name === 'MessageDeduplicationId' ? [name, newId()] : [name, value];
  });
  const renewed = Object.fromEntries(entries) as Record<string, unknown>;
  const isByContent = renewed.MessageGroupId !== undefined && renewed.MessageDeduplicationId === undefined;
  const arn = String(renewed.TopicArn ?? renewed.QueueUrl ?? '');
  return isByContent && arn.endsWith('.fifo') ? { ...renewed, MessageDeduplicationId: newId() } : renewed;
}
