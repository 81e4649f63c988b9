import { describe, expect, it } from '@jest/globals';
import { callerIn } from '../websocket/requestAuthorizer.ts';

const METHOD_ARN = 'arn:aws:execute-api:eu-west-1:000000000000:abc123/dev/$connect';

const policy = (more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: METHOD_ARN, ...more }],
});
const decide = (answer: unknown) => callerIn(JSON.stringify(answer), METHOD_ARN, 0);
const statusOf = (answer: unknown) => {
  try {
    decide(answer);
    return 'in';
  } catch (error) {
    return (error as { status: number }).status;
  }
};

describe("an authorizer's answer", () => {
  it.each<[title: string, answer: unknown, outcome: 'in' | number]>([
    ['the method of the handshake', { principalId: 'ann', policyDocument: policy() }, 'in'],
    [
      'all methods by wildcards',
      {
        principalId: 'ann',
        policyDocument: policy({ Action: 'execute-api:*', Resource: 'arn:aws:execute-api:*:*:abc123/*' }),
      },
      'in',
    ],
    ['a Deny', { principalId: 'ann', policyDocument: policy({ Effect: 'Deny' }) }, 403],
    [
      'a Deny beside an Allow',
      {
        principalId: 'ann',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [...policy().Statement, ...policy({ Effect: 'Deny', Resource: '*' }).Statement],
        },
      },
      403,
    ],
    [
      'an Allow of another stage',
      { principalId: 'ann', policyDocument: policy({ Resource: METHOD_ARN.replace('/dev/', '/prod/') }) },
      403,
    ],
    ['an Allow of another action', { principalId: 'ann', policyDocument: policy({ Action: 'lambda:Invoke' }) }, 403],
    ['no principal', { policyDocument: policy() }, 500],
    ['no policy', { principalId: 'ann' }, 500],
    ['a policy without statements', { principalId: 'ann', policyDocument: { Version: '2012-10-17' } }, 500],
    ['a context with a list', { principalId: 'ann', policyDocument: policy(), context: { groups: ['gamer'] } }, 500],
    ['nothing', null, 500],
  ])('of %s', (_title, answer, outcome) => {
    expect(statusOf(answer)).toBe(outcome);
  });

  it('is who calls: its context, and who the principal is', () => {
    expect(
      decide({
        principalId: 'ann',
        policyDocument: policy(),
        context: { name: 'Ann', level: 7, principalId: 'bob', isGuest: false },
      }),
    ).toEqual({ name: 'Ann', level: 7, isGuest: false, principalId: 'ann' });
  });
});
