import { HttpProblem } from '@arcade/lambda';

/** For a request that no authorizer has let through: who throws is known by verified claims only. */
export const nobodyKnown = () => new HttpProblem(401, { detail: 'Nothing verified says who throws.' });
