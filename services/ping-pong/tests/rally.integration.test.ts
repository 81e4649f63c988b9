import { afterEach, describe, expect, it } from '@jest/globals';
import { type Watched, watch } from './aws.ts';
import { expectOneBall, expectScoreAnnounced } from './invariants.ts';

const running: Watched[] = [];
afterEach(async () => {
  for (const { aws } of running.splice(0)) await aws.stop();
});

async function play(...options: Parameters<typeof watch>): Promise<Watched> {
  const watched = await watch(...options);
  running.push(watched);
  return watched;
}

describe('a rally on SNS, Lambda and DynamoDB', () => {
  it('begins when the schedule fires, goes to and fro, and ends with a point that is announced', async () => {
    const { aws, match, balls, announcements } = await play(
      {},
      { params: { missProbability: '0.1', maxRalliesPerServe: '1' } },
    );

    await aws.advance(60_000);

    const state = await match();
    expect(balls.length).toBeGreaterThan(0);
    expectOneBall(balls);
    expectScoreAnnounced(announcements, state);
    expect(state.rally.inPlay).toBe(false);
  });
});
