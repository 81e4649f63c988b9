import { structureIn } from '../core/boundedJson.ts';
import type { Asked, Kept } from '../core/carried.ts';
import type { Delivery, MessageAttribute } from '../core/cloud.ts';
import type { JournalEntry } from '../core/journal.ts';

type Attributes = Record<string, MessageAttribute>;

/** Messages as they stand in the input of a call, under AWS's names. */
interface SentInput {
  Message?: string;
  MessageBody?: string;
  MessageAttributes?: Attributes;
  Data?: string;
  Entries?: (SentInput & EventEntry)[];
  PublishBatchRequestEntries?: SentInput[];
  Records?: SentInput[];
}

interface EventEntry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  Resources?: string[];
}

/** A message, and the resource whose takers look at it. */
export interface AskedAt {
  at: string;
  message: Asked;
}

/**
 * The messages of a hop as filters and patterns look at them: in the sender, where that is a topic or a rule that has looked already, and in
 * what it was sent to. `said`: what it says, where that is another text by now.
 */
export function askedIn({ entry, carried }: Kept<JournalEntry>, said: string | object = carried.said): AskedAt[] {
  const { from, to } = entry;
  const isEdited = said !== carried.said;
  // What its sender looked at is not what was edited here.
  const before = carried.asked ?? (entry.kind === 'no-match' ? { ...carried, said } : undefined);
  const atSender = before && from !== undefined && !(isEdited && carried.asked) ? [{ at: from, message: before }] : [];
  const atTarget =
    to === undefined ? [] : receivedOf(carried.again, { ...carried, said }).map((message) => ({ at: to, message }));
  return [...atSender, ...atTarget];
}

function receivedOf(again: Kept<JournalEntry>['carried']['again'], message: Asked): Asked[] {
  if (again?.kind === 'delivery') return [broughtBy(again.delivery, message)];
  return again?.kind === 'call' && typeof message.said === 'object' ? sentBy(message.said) : [];
}

/** What a bus gets is an event, also where only its detail is brought. */
function broughtBy({ event }: Delivery, { said, attributes }: Asked): Asked {
  if (!event) return { said, attributes };
  const detail = typeof said === 'string' ? structureIn(said) : said;
  return { said: eventOf({ ...event, detail }) };
}

function sentBy(input: SentInput): Asked[] {
  const all = [input, ...(input.Entries ?? []), ...(input.PublishBatchRequestEntries ?? []), ...(input.Records ?? [])];
  return all.flatMap((one: SentInput & EventEntry): Asked[] => {
    const { Message, MessageBody, MessageAttributes: attributes, Data, Detail, Source, DetailType, Resources } = one;
    if (Detail !== undefined)
      return [
        {
          said: eventOf({ source: Source, detailType: DetailType, resources: Resources, detail: structureIn(Detail) }),
        },
      ];
    const text = Message ?? MessageBody ?? (Data === undefined ? undefined : Buffer.from(Data, 'base64').toString());
    return text === undefined ? [] : [{ said: text, attributes }];
  });
}

interface Told {
  source: string | undefined;
  detailType: string | undefined;
  resources?: readonly string[] | undefined;
  detail: unknown;
}

const eventOf = ({ source, detailType, resources = [], detail }: Told) => ({
  source,
  'detail-type': detailType,
  resources,
  detail,
});
