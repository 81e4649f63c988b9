import type { Kept } from '../core/carried.ts';
import type { Core, MessageAttribute } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import type { JournalEntry } from '../core/journal.ts';
import type { Taker } from '../core/service.ts';
import type { Queues } from '../sqs/queues.ts';
import { type AskedAt, askedIn } from './asked.ts';
import { lettersIn, type Redriven, redriveLetters, type ShownLetter } from './letters.ts';
import { sendAgain, sendable } from './sending.ts';
import { editedSaid, shownText } from './text.ts';

/** What went over with a hop, as it is shown. */
export interface ShownMessage {
  /** The number of its hop. */
  seq: number;
  /** The hop as the journal has it: its end, where it has ended. */
  hop: JournalEntry;
  body: string;
  isJson: boolean;
  isCut: boolean;
  attributes?: Record<string, string>;
  /** Why it cannot be sent again; left out where it can. */
  notSendable?: string;
}

/** What those make of a message who may take it. */
export interface Matching {
  /** ARN of what it comes to: a topic, bus, queue or stream. */
  at: string;
  takers: Taker[];
}

/** The last messages of each edge, and what can be done with them. */
export interface Messages {
  between(from: readonly string[], to: readonly string[]): ShownMessage[];
  /** `body`: what the message says by now; left out, it is as it was. Throws AwsError `NoSuchMessage`, `InvalidBody`. */
  matching(seq: number, body?: string): Matching[];
  /** Throws AwsError: `NoSuchMessage`, `InvalidBody`, `NotSendable`, and what the target says. */
  resend(seq: number, body?: string): Promise<void>;
  /** Throws AwsError `QueueDoesNotExist`. */
  letters(queueArn: string): ShownLetter[];
  /** Without ids all letters. Throws AwsError: `QueueDoesNotExist`, `NoSuchLetter`. */
  redrive(queueArn: string, ids?: readonly string[]): Promise<Redriven>;
}

export function createMessages(core: Core, { queues }: { queues: Queues }): Messages {
  const { messages } = core.journal;
  const find = (seq: number): Kept<JournalEntry> => {
    const found = messages.get(seq);
    if (!found) throw new AwsError('NoSuchMessage', `The message of hop ${seq} is not kept any more.`, { status: 404 });
    return found;
  };
  const takersAt = ({ at, message }: AskedAt): Matching => ({
    at,
    takers: core.services.all().flatMap(({ takersOf }) => takersOf?.(at, message) ?? []),
  });
  return {
    between: (from, to) => messages.between(from, to).map(shown),
    matching(seq, body) {
      const kept = find(seq);
      const said = body === undefined ? undefined : editedSaid(kept.carried.said, body);
      return askedIn(kept, said)
        .map(takersAt)
        .filter(({ takers }) => takers.length > 0);
    },
    resend: (seq, body) => sendAgain(core, find(seq), body),
    letters: (queueArn) => lettersIn(queues, queueArn),
    redrive: (queueArn, ids) => redriveLetters(core, queues, { queueArn, ids }),
  };
}

function shown(kept: Kept<JournalEntry>): ShownMessage {
  const { seq, entry: hop, carried, isCut } = kept;
  const able = sendable(kept);
  const { attributes = {} } = carried;
  return {
    seq,
    hop,
    ...shownText(carried.said),
    isCut,
    ...(Object.keys(attributes).length > 0 && { attributes: shownAttributes(attributes) }),
    ...('why' in able && { notSendable: able.why }),
  };
}

const shownAttributes = (attributes: Readonly<Record<string, string | MessageAttribute>>) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      const text = typeof value === 'string' ? value : (value.StringValue ?? value.BinaryValue ?? '');
      return [name, shownText(text).body];
    }),
  );
