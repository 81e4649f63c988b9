import { HttpProblem } from '@arcade/lambda';
import { MOST_HAPPENINGS } from './schemas.ts';

/** For whoever asks for more than there is. */
export const beyondTheFeed = () =>
  new HttpProblem(400, {
    type: 'urn:arcade:lobby:beyond-the-feed',
    detail: `The feed is the last ${MOST_HAPPENINGS} happenings.`,
  });
