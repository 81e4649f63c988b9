import { HttpProblem } from '@arcade/lambda';

/** For a serve while a ball is in play. */
export const ballInPlay = (rally: number, strokes: number) =>
  new HttpProblem(409, {
    type: 'urn:arcade:ping-pong:ball-in-play',
    title: 'A ball is in play',
    detail: `Rally ${rally} is being played, ${strokes} strokes so far.`,
    extra: { rally, strokes },
  });
