import { describe, expect, it } from '@jest/globals';
import { Invocations } from '../invocations.ts';
import { type Principal, ROOT } from '../principal.ts';

const run = (requestId: string, sessionName = 'ping') => ({
  requestId,
  segment: `segment-${requestId}`,
  roleArn: 'arn:aws:iam::000000000000:role/player',
  sessionName,
});
const session = (sessionName: string): Principal => ({
  kind: 'role',
  arn: `arn:aws:sts::000000000000:assumed-role/player/${sessionName}`,
  roleArn: 'arn:aws:iam::000000000000:role/player',
  sessionName,
});
const header = (requestId: string) => `Root=1-2-3;Parent=segment-${requestId};Sampled=0`;

describe('who has made a call', () => {
  it('is the invocation that its trace header names, among several of the same function', () => {
    const invocations = new Invocations();
    invocations.begin(run('a'));
    invocations.begin(run('b'));

    expect(invocations.madeBy(session('ping'), header('a'))).toBe('a');
    expect(invocations.madeBy(session('ping'), header('b'))).toBe('b');
  });

  it('is not an invocation of another function, nor one at all for who is no function', () => {
    const invocations = new Invocations();
    invocations.begin(run('a'));

    expect(invocations.madeBy(session('pong'), header('a'))).toBeUndefined();
    expect(invocations.madeBy(ROOT, header('a'))).toBeUndefined();
  });

  it('is without a header the only one of the function that runs, and nobody when several do', () => {
    const invocations = new Invocations();
    invocations.begin(run('a'));
    invocations.begin(run('c', 'pong'));
    expect(invocations.madeBy(session('ping'), undefined)).toBe('a');

    const ended = invocations.begin(run('b'));
    expect(invocations.madeBy(session('ping'), undefined)).toBeUndefined();

    ended();
    expect(invocations.madeBy(session('ping'), undefined)).toBe('a');
  });

  it('is for a call that was left on its way one that has ended, as long as not too many have', () => {
    const invocations = new Invocations();
    invocations.begin(run('a'))();
    expect(invocations.madeBy(session('ping'), header('a'))).toBe('a');
    expect(invocations.madeBy(session('ping'), undefined)).toBeUndefined();

    for (let count = 0; count < 1000; count += 1) invocations.begin(run(`later-${count}`))();
    expect(invocations.madeBy(session('ping'), header('a'))).toBeUndefined();
  });
});
