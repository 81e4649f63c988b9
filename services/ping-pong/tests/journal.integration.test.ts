import type { JournalEntry } from '@arcade/local-aws';
import { writesOf } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Watched, watch } from './aws.ts';

/** Every message comes twice, the second time later: in the thick of the rally, or after it. */
const TWICE = {
  seed: 7,
  rules: [{ match: { service: 'sns' }, duplicate: 1, delay: { probability: 1, maxMs: 2000 } }],
};

let played: Watched;
let hops: JournalEntry[];
beforeAll(async () => {
  const settings = { MISS_PROBABILITY: '0', MAX_STROKES: '12', MAX_RALLIES_PER_SERVE: '1' };
  played = await watch({ faults: TWICE }, { settings });
  await played.aws.advance(60_000);
  hops = played.aws.cloud.journal.ended();
});
afterAll(() => played.aws.stop());

it('shows by its calls that a player to whom a ball comes again writes nothing', () => {
  const invocations = hops.filter(({ kind }) => kind === 'invocation');
  const again = invocations.filter(({ detail }) => detail?.copy === 2);
  const first = invocations.filter(({ from, detail }) => from?.includes(':sns:') && detail?.copy === undefined);

  expect(again.length).toBeGreaterThan(10);
  expect(again.flatMap(({ requestId = '' }) => writesOf(hops, requestId))).toEqual([]);
  // Nor would it say so of one that plays.
  expect(first.filter(({ requestId = '' }) => writesOf(hops, requestId).length > 0).length).toBeGreaterThan(10);
});

it('names nothing that is not a node of the service’s graph, whose nodes have the ARNs of what runs', async () => {
  const answer = await fetch(`${played.aws.endpoint}/_local/graph/ping-pong`);
  const { nodes } = (await answer.json()) as { nodes: { id: string; arns: string[] }[] };
  const arns = nodes.flatMap((node) => node.arns);

  const named = hops.flatMap(({ kind, from = '', to = '' }) => (kind === 'provision' ? [] : [from, to]));
  const known = (arn: string) =>
    arns.some((one) => arn === one || arn.startsWith(`${one}/`) || arn.startsWith(`${one}:`));

  expect(arns).toContain('arn:aws:lambda:eu-west-1:000000000000:function:ping-pong-local-ping');
  expect([...new Set(named)].filter((name) => name.startsWith('arn:') && !known(name))).toEqual([]);
  expect((await fetch(`${played.aws.endpoint}/_local/graph/chess`)).status).toBe(404);
});
