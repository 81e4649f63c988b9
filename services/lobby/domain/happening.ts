import { createEvent, type EventOf } from '@arcade/events';
import { type Happening, happened } from '@arcade/events/contracts/lobby';
import { type Telling, wordsFor } from './sentences.ts';
import { blindId } from './words.ts';

/** What an event tells, as people are told of it: the same happening, whenever and wherever it is made. */
export function happeningOf(event: Telling): Happening {
  const { cabinet, sentence, facts, once = event.id } = wordsFor(event);
  return {
    happeningId: blindId(once),
    cabinet,
    about: event.type,
    sentence,
    atMs: Date.parse(event.time),
    chain: event.correlationId,
    facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Happening['facts'],
  };
}

/** What everybody is told: of the same chain as what it tells of. */
export function happenedOf(happening: Happening): EventOf<typeof happened> {
  const { happeningId, chain: correlationId, atMs: nowMs } = happening;
  return createEvent(happened, happening, { newId: () => `${happeningId}.told`, nowMs, correlationId });
}
