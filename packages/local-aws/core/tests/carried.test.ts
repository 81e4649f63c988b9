import { describe, expect, it } from '@jest/globals';
import { type KeepingLimits, KeptMessages } from '../carried.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:shots';
const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:inbox';
const OTHER = 'arn:aws:sqs:eu-west-1:000000000000:inbox-2';

function kept(limits: Partial<KeepingLimits> = {}) {
  const messages = new KeptMessages<{ seq: number; from?: string; to?: string; outcome?: string }>(limits);
  let seq = 0;
  const keep = (said: string | object, from = TOPIC, to = QUEUE) => {
    seq += 1;
    messages.keep({ seq, from, to }, { said });
    return seq;
  };
  const between = (from = TOPIC, to = QUEUE) => messages.between([from], [to]).map(({ carried }) => carried.said);
  return { messages, keep, between };
}

describe('the messages that are kept', () => {
  it('are the last of each edge, the newest first', () => {
    const { messages, keep, between } = kept({ ofEdge: 2 });
    for (const said of ['one', 'two', 'three']) keep(said);
    expect(messages.get(1)).toBeUndefined();
    keep('elsewhere', TOPIC, OTHER);

    expect(between()).toEqual(['three', 'two']);
    expect(between(TOPIC, OTHER)).toEqual(['elsewhere']);
    expect(between(QUEUE, TOPIC)).toEqual([]);
  });

  it('are found by what an ARN continues in after / or :, and by nothing else', () => {
    const { messages, keep } = kept();
    keep('of a stage', `${TOPIC}/local`);
    keep('of a version', TOPIC, `${QUEUE}:1`);
    keep('of another', TOPIC, OTHER);

    expect(messages.between([TOPIC], [QUEUE]).map(({ carried }) => carried.said)).toEqual([
      'of a version',
      'of a stage',
    ]);
  });

  it('are few in all, and little text: the oldest go first, whichever edge they are of', () => {
    const some = kept({ messages: 2 });
    for (const [said, to] of [
      ['a', QUEUE],
      ['b', OTHER],
      ['c', QUEUE],
    ] as const)
      some.keep(said, TOPIC, to);
    expect([some.between(), some.between(TOPIC, OTHER)]).toEqual([['c'], ['b']]);

    const small = kept({ characters: 60 });
    for (const said of ['x'.repeat(30), 'y'.repeat(30), 'z']) small.keep(said);
    expect(small.between()).toEqual(['z', 'y'.repeat(30)].slice(0, small.between().length));
    expect(small.between().join('').length).toBeLessThanOrEqual(60);
  });

  it('that are too long are cut, and an object that is too large is left out whole', () => {
    const { messages, keep } = kept({ longest: 5000 });
    const long = keep('x'.repeat(6000));
    const large = keep({ items: Array.from({ length: 100 }, () => 'x'.repeat(100)) });

    expect(messages.get(long)).toMatchObject({ isCut: true, carried: { said: 'x'.repeat(4000) } });
    expect(messages.get(large)).toMatchObject({ isCut: true, carried: { said: '' } });
    expect(messages.get(long)?.carried.again).toBeUndefined();
  });

  it('tell how their hop has ended', () => {
    const { messages, keep } = kept();
    const seq = keep('one');

    messages.ended(seq, { seq: 9, from: TOPIC, to: QUEUE, outcome: 'error' });
    messages.ended(77, { seq: 10 });

    expect(messages.get(seq)).toMatchObject({ seq, entry: { seq: 9, outcome: 'error' } });
  });
});
