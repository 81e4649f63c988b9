import { askedHandler } from '@arcade/lambda';
import { messageIdIn } from '../domain/directive.ts';
import { answer } from '../domain/entry.ts';
import { reportAnswer } from '../report.ts';
import { entry } from '../wiring.ts';

const parts = entry();

/** Answers Alexa: what is known at once, or that the answer will follow. */
export const handler = askedHandler(
  async (event) => {
    const message = await answer(parts, event);
    reportAnswer(message);
    return message;
  },
  { correlationIdOf: messageIdIn },
);
