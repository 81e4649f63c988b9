import { describe, expect, it } from '@jest/globals';
import {
  bus,
  check,
  external,
  func,
  key,
  type Network,
  open,
  overlay,
  queue,
  type Rule,
  schedule,
  secret,
  skill,
  timer,
  topic,
} from '../index.ts';

const rulesOf = (of: Network): Rule[] => check(of).map(({ rule }) => rule);
const sentencesOf = (of: Network): string[] => check(of).map(({ sentence }) => sentence);

const entry = func('entry', { timeoutSeconds: 8 });
const clock = schedule('clock', { expression: 'rate(1 minute)' });

/** A line whose reader may take so long; by default a message is shown again as soon as its time is over. */
const line = (name: string, settings: { delaySeconds?: number; visibilitySeconds?: number } = {}) =>
  queue(name, { fifo: true, visibilitySeconds: 2, ...settings });

interface Timing {
  readonly within?: number;
  readonly processorSeconds?: number;
  readonly answersVisible?: number;
  readonly deadline?: Network;
}

/** A skill whose answers go two lines further: two functions of two seconds each. */
const answering = ({ within = 6, processorSeconds = 2, answersVisible = 2, deadline = overlay() }: Timing = {}) =>
  overlay(
    skill('voice').triggers(entry),
    entry.publishes(topic('directives', { fifo: true })),
    topic('directives', { fifo: true }).sends(line('work', { visibilitySeconds: processorSeconds }), {
      filter: { api: ['sync'] },
    }),
    line('work', { visibilitySeconds: processorSeconds }).triggers(
      func('process', { timeoutSeconds: processorSeconds }),
    ),
    func('process', { timeoutSeconds: processorSeconds }).sends(line('answers', { visibilitySeconds: answersVisible })),
    line('answers', { visibilitySeconds: answersVisible }).triggers(func('tell', { timeoutSeconds: 2 })),
    func('tell', { timeoutSeconds: 2 }).calls(external('gateway'), { withinSeconds: within }),
    deadline,
  );

/** Whoever has heard nothing for so long is told by this, whatever happens to the others. */
const givingUp = (delaySeconds: number): Network =>
  overlay(
    open.topic('directives').sends(line('deadlines', { delaySeconds })),
    line('deadlines', { delaySeconds }).triggers(func('giveUp', { timeoutSeconds: 1 })),
    func('giveUp', { timeoutSeconds: 1 }).sends(open.queue('answers')),
  );

describe('check, of the time that a message takes', () => {
  it('is content when all ways are short enough, with one failure too', () => {
    expect(check(answering())).toEqual([]);
    expect(check(answering({ deadline: givingUp(3) }))).toEqual([]);
  });

  it('adds up timeouts and delays along the slowest way, and says where the time goes', () => {
    expect(sentencesOf(answering({ within: 3 }))).toEqual([
      'What "entry" sends may take 4 s to "gateway" (2 s for "process", 2 s for "tell"), and 3 s are allowed: shorten a timeout or a delay.',
    ]);
    expect(sentencesOf(answering({ deadline: givingUp(4) }))).toEqual([
      'What "entry" sends may take 7 s to "gateway" (4 s for "deadlines", 1 s for "giveUp", 2 s for "tell"), and 6 s are allowed: shorten a timeout or a delay.',
    ]);
  });

  it('adds the time for which a batch is gathered', () => {
    const slow = overlay(
      skill('voice').triggers(entry),
      entry.sends(queue('work')),
      queue('work').triggers(func('tell', { timeoutSeconds: 2 }), { windowSeconds: 5 }),
      func('tell', { timeoutSeconds: 2 }).calls(external('gateway'), { withinSeconds: 6 }),
    );

    expect(rulesOf(slow)).toEqual(['too-slow']);
    expect(sentencesOf(slow)[0]).toContain('may take 7 s');
  });

  it('adds up once more with one failure: a message comes back when its visibility is over', () => {
    expect(sentencesOf(answering({ answersVisible: 3 }))).toEqual([
      'If "tell" fails once, what "entry" sends takes up to 7 s to "gateway", and 6 s are allowed: shorten the visibility of "answers", or give the message another way.',
    ]);
  });

  it('is content with a failure that another way makes good, if the message takes it too', () => {
    const slowToProcess = { processorSeconds: 3, within: 7 };
    const filtered = overlay(
      open.topic('directives').sends(line('deadlines'), { filter: { api: ['push'] } }),
      line('deadlines').triggers(func('giveUp', { timeoutSeconds: 1 })),
      func('giveUp', { timeoutSeconds: 1 }).sends(open.queue('answers')),
    );

    expect(rulesOf(answering(slowToProcess))).toEqual(['too-slow-once-more']);
    expect(rulesOf(answering({ ...slowToProcess, deadline: givingUp(3) }))).toEqual([]);
    expect(rulesOf(answering({ ...slowToProcess, deadline: filtered }))).toEqual(['too-slow-once-more']);
  });

  it('takes the minute into account after which an asynchronous function runs again', () => {
    const told = overlay(
      skill('voice').triggers(entry),
      entry.publishes(bus('events')),
      bus('events').triggers(func('tell', { timeoutSeconds: 2 }), { pattern: { source: ['a'] } }),
      func('tell', { timeoutSeconds: 2 }).calls(external('gateway'), { withinSeconds: 6 }),
    );

    expect(rulesOf(told)).toEqual(['too-slow-once-more']);
    expect(sentencesOf(told)[0]).toContain('62 s');
  });

  it('follows neither a bounded way back, nor what goes outside, nor a timer', () => {
    const again = func('process', { timeoutSeconds: 2, recursiveLoop: 'Allow' });
    const later = func('later', { timeoutSeconds: 900 });
    const more = overlay(
      open.function('process').sends(open.queue('work'), { bound: 'three times' }),
      open.function('process').writes(timer('checks')),
      timer('checks').triggers(later),
      later.sends(open.queue('answers')),
    );
    const looping = (withinSeconds: number) =>
      overlay(
        overlay(
          skill('voice').triggers(entry),
          entry.sends(line('work')),
          line('work').triggers(again),
          again.sends(line('answers')),
          line('answers').triggers(func('tell', { timeoutSeconds: 2, recursiveLoop: 'Allow' })),
          func('tell', { timeoutSeconds: 2, recursiveLoop: 'Allow' }).calls(external('gateway'), { withinSeconds }),
        ),
        more,
      );

    expect(check(looping(6))).toEqual([]);
    expect(rulesOf(looping(3))).toEqual(['too-slow']);
  });
});

describe('check, of queues and timers', () => {
  const read = (visibilitySeconds: number) =>
    overlay(
      clock.sends(queue('jobs', { visibilitySeconds })),
      queue('jobs', { visibilitySeconds }).triggers(func('pack', { timeoutSeconds: 5 })),
    );

  it('finds a message that would be shown again while its function still runs', () => {
    expect(sentencesOf(read(4))).toEqual([
      'AWS refuses to let "jobs" trigger "pack": a message is hidden for 4 s, and the function may take 5 s. Set visibilitySeconds to 5 or more.',
    ]);
    expect(check(read(5))).toEqual([]);
  });

  it('finds a queue that only keeps and is read all the same, and misses no reader of one that is not', () => {
    const kept = overlay(clock.sends(queue('late', { keeps: true })));

    expect(check(kept)).toEqual([]);
    expect(rulesOf(overlay(kept, open.queue('late').triggers(func('pack'))))).toEqual(['queue-kept-and-read']);
  });

  it('gives a queue that only keeps no name for dead letters that could collide', () => {
    const two = overlay(clock.sends(queue('late', { keeps: true })), queue('lateDeadLetters').triggers(func('pack')));

    expect(rulesOf(overlay(two, clock.sends(queue('lateDeadLetters'))))).toEqual([]);
  });

  it('finds a timer that triggers nothing, or more than one function', () => {
    const ask = func('ask');
    const timing = (...to: string[]) =>
      overlay(
        clock.triggers(ask),
        ask.writes(timer('checks')),
        ...to.map((name) => timer('checks').triggers(func(name))),
      );

    expect(rulesOf(timing('one'))).toEqual([]);
    expect(rulesOf(timing())).toEqual(['timer-target']);
    expect(rulesOf(timing('one', 'other'))).toEqual(['timer-target']);
  });

  it('finds secrets and keys that nobody uses', () => {
    expect(sentencesOf(overlay(secret('pushSecret'), key('grantKey')))).toEqual([
      'Nothing uses the key "grantKey": let a function read it, or leave it out.',
      'Nothing uses the secret "pushSecret": let a function read it, or leave it out.',
    ]);
  });
});

describe('check, of contracts', () => {
  const [placed, sent, news] = ['shop.order_placed.v1', 'shop.order_sent.v1', topic('news')];
  const [pack, tell] = [func('pack'), func('tell')];
  const jobs = queue('jobs');

  it.each<[string, Network, boolean]>([
    [
      'one on both sides',
      overlay(pack.sends(jobs, { contract: placed }), jobs.triggers(tell, { contract: placed })),
      true,
    ],
    [
      'another version',
      overlay(pack.sends(jobs, { contract: placed }), jobs.triggers(tell, { contract: 'shop.order_placed.v2' })),
      false,
    ],
    [
      'a reader that takes more',
      overlay(pack.sends(jobs, { contract: placed }), jobs.triggers(tell, { contract: [placed, sent] })),
      true,
    ],
    [
      'a reader that takes less',
      overlay(pack.sends(jobs, { contract: [placed, sent] }), jobs.triggers(tell, { contract: placed })),
      false,
    ],
    ['a reader that says nothing', overlay(pack.sends(jobs, { contract: placed }), jobs.triggers(tell)), true],
    ['a sender that says nothing', overlay(pack.sends(jobs), jobs.triggers(tell, { contract: placed })), true],
    [
      'two that filter, and take all between them',
      overlay(
        pack.publishes(news, { contract: [placed, sent] }),
        news.triggers(tell, { contract: placed, filter: { type: ['placed'] } }),
        news.triggers(func('other'), { contract: sent, filter: { type: ['sent'] } }),
      ),
      true,
    ],
    [
      'two that take all, and one of them not this',
      overlay(
        pack.publishes(news, { contract: placed }),
        news.triggers(tell, { contract: placed }),
        news.triggers(func('other'), { contract: sent }),
      ),
      false,
    ],
    [
      'one that filters, and leaves something',
      overlay(
        pack.publishes(news, { contract: [placed, sent] }),
        news.triggers(tell, { contract: placed, filter: { type: ['placed'] } }),
      ),
      false,
    ],
    [
      'a timer',
      overlay(pack.writes(timer('checks'), { contract: placed }), timer('checks').triggers(tell, { contract: sent })),
      false,
    ],
  ])('%s', (_what, of, isMet) => {
    expect(rulesOf(overlay(clock.triggers(pack), of))).toEqual(isMet ? [] : ['contract-unmet']);
  });

  it('names both ends', () => {
    const two = overlay(
      clock.triggers(pack),
      pack.sends(jobs, { contract: placed }),
      jobs.triggers(tell, { contract: sent }),
    );

    expect(sentencesOf(two)).toEqual([
      '"pack sends jobs" says shop.order_placed.v1, and "jobs triggers tell" takes shop.order_sent.v1: let both ends of "jobs" speak of one contract.',
    ]);
  });
});
