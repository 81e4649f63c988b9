import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withoutLineage } from '../../core/trace.ts';
import { formatTrace, newTrace, nextTrace, parseTrace, timesInvoked } from '../trace.ts';

const ID = '5f2b8f2e-9d1c-4a53-8f0e-0123456789ab';
const PING = 'arn:aws:lambda:eu-west-1:000000000000:function:ping';
const PONG = 'arn:aws:lambda:eu-west-1:000000000000:function:pong';

describe('a trace header', () => {
  it('begins a chain with a root that carries the time', () => {
    const trace = newTrace(ID, Date.parse('2030-01-01T00:00:00Z'));

    expect(trace.root).toBe('1-70dbd880-5f2b8f2e9d1c4a538f0e0123');
    expect(trace.lineage.size).toBe(0);
  });

  it('counts the invocations of each function of the chain by itself', () => {
    let trace = newTrace(ID, 0);
    for (const arn of [PING, PONG, PING]) trace = nextTrace(trace, arn, ID);

    expect(timesInvoked(trace, PING)).toBe(2);
    expect(timesInvoked(trace, PONG)).toBe(1);
    expect(trace.root).toBe(newTrace(ID, 0).root);
  });

  it('comes back from its text as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(PING, PONG)), (arns) => {
        let trace = newTrace(ID, 0);
        for (const arn of arns) trace = nextTrace(trace, arn, ID);

        expect(parseTrace(formatTrace(trace))).toEqual(trace);
      }),
    );
  });

  it.each([undefined, '', 'nonsense', 'Parent=1;Sampled=1'])('is none when there is no root: %p', (header) => {
    expect(parseTrace(header)).toBeUndefined();
  });

  it('takes what other senders write, without a lineage', () => {
    expect(parseTrace('Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;Lineage=what')).toEqual({
      root: '1-5759e988-bd862e3fe1be46a994272793',
      lineage: new Map(),
    });
  });

  it('loses its lineage and nothing else where a service does not hand that on', () => {
    expect(withoutLineage('Root=1-2-3;Parent=4;Sampled=0;Lineage=a87bd80c:1|68fd508a:5')).toBe(
      'Root=1-2-3;Parent=4;Sampled=0',
    );
    expect(withoutLineage('Lineage=a87bd80c:1;Root=1-2-3')).toBe(';Root=1-2-3');
    expect(withoutLineage('Root=1-2-3')).toBe('Root=1-2-3');
  });
});
