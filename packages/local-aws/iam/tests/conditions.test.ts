import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { servicePrincipal } from '../../core/principal.ts';
import { CONDITION_OPERATORS } from '../conditions.ts';
import { ask, policy, TOPIC } from './asking.ts';

type Values = Record<string, string | string[]>;

/** Whether a statement with this one condition applies to a request with these keys. */
function holds(operator: string, key: string, wanted: string | string[], conditions: Values = {}): boolean {
  const statement = {
    Effect: 'Allow' as const,
    Action: '*',
    Resource: '*',
    Condition: { [operator]: { [key]: wanted } },
  };
  return ask({ identity: [policy(statement)], conditions }).allowed;
}

describe('a condition', () => {
  it.each([
    ['StringEquals', 'a', { k: 'a' }, true],
    ['StringEquals', 'A', { k: 'a' }, false],
    ['StringEquals', ['b', 'a'], { k: 'a' }, true],
    ['StringEquals', 'a*', { k: 'ab' }, false],
    ['StringNotEquals', ['b', 'a'], { k: 'a' }, false],
    ['StringEqualsIgnoreCase', 'A', { k: 'a' }, true],
    ['StringNotEqualsIgnoreCase', 'A', { k: 'a' }, false],
    ['StringLike', 'a*c?', { k: 'abbbcd' }, true],
    ['StringNotLike', 'a*', { k: 'ab' }, false],
    ['ArnLike', 'arn:aws:sns:*:000000000000:r*', { k: TOPIC }, true],
    ['ArnEquals', 'arn:aws:sns:*:rallies', { k: TOPIC }, false],
    ['ArnNotLike', 'arn:aws:sns:*:*:*', { k: TOPIC }, false],
    ['NumericLessThan', '10', { k: '9' }, true],
    ['NumericLessThanEquals', '10', { k: '10' }, true],
    ['NumericGreaterThan', '10', { k: '9' }, false],
    ['NumericGreaterThanEquals', '10', { k: '10.0' }, true],
    ['NumericEquals', '10', { k: '1e1' }, true],
    ['NumericNotEquals', '10', { k: '10' }, false],
    ['NumericEquals', '0', { k: '' }, false],
    ['DateGreaterThan', '2030-01-01T00:00:00Z', { k: '2030-01-01T00:00:01Z' }, true],
    ['DateLessThan', '1893456000', { k: '2029-12-31T23:59:59Z' }, true],
    ['Bool', 'true', { k: 'TRUE' }, true],
    ['Bool', 'false', { k: 'true' }, false],
    ['IpAddress', '10.0.0.0/8', { k: '10.1.2.3' }, true],
    ['IpAddress', '10.0.0.0/8', { k: '11.1.2.3' }, false],
    ['IpAddress', ['10.0.0.0/33', '10.0.0.0/x', 'nowhere'], { k: '10.1.2.3' }, false],
    ['NotIpAddress', ['10.0.0.0/8', '::1/128'], { k: '::1' }, false],
    ['Null', 'true', {}, true],
    ['Null', 'false', {}, false],
    ['Null', 'false', { k: 'a' }, true],
  ])('%s %j with %j answers %s', (operator, wanted, keys, expected) => {
    expect(holds(operator, 'K', wanted, keys as unknown as Values)).toBe(expected);
  });

  it.each([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', ['a'], undefined, true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'a'], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c'], false],
    ['ForAnyValue:StringEquals', ['a'], undefined, false],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'a'], false],
    ['ForAnyValue:StringNotEquals', ['a'], ['b', 'a'], true],
  ])('%s %j with %j answers %s', (operator, wanted, values, expected) => {
    expect(holds(operator, 'k', wanted, values ? { k: values } : {})).toBe(expected);
  });

  it('that needs a key which the request lacks fails, but for negations and IfExists', () => {
    for (const operator of CONDITION_OPERATORS.filter((name) => name !== 'Null')) {
      const isNegation = operator.includes('Not');

      expect([operator, holds(operator, 'absent', '1')]).toEqual([operator, isNegation]);
      expect([operator, holds(`${operator}IfExists`, 'absent', '1')]).toEqual([operator, true]);
    }
  });

  it('of a negated operator is the opposite of the plain one, whatever a present key holds', () => {
    const pairs = CONDITION_OPERATORS.filter((name) => name.includes('Not')).map((name) => [
      name,
      name.replace('Not', ''),
    ]);
    const value = fc.oneof(fc.constantFrom('1', '2.5', 'a', 'A', 'a*', TOPIC, '10.0.0.1', '2030-01-01'), fc.string());
    fc.assert(
      fc.property(
        fc.constantFrom(...pairs),
        fc.array(value, { minLength: 1 }),
        value,
        ([not = '', plain = ''], wanted, found) => {
          const literal = wanted.map((text) => text.replaceAll('${', ''));
          expect(holds(not, 'k', literal, { k: found })).toBe(!holds(plain, 'k', literal, { k: found }));
        },
      ),
    );
  });

  it('sees who asks, when, and for which resource a service acts', () => {
    const forTopic = policy({
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
      Condition: { ArnEquals: { 'aws:SourceArn': TOPIC }, StringEquals: { 'AWS:SourceAccount': '000000000000' } },
    });
    const from = (sourceArn: string) =>
      ask({
        principal: servicePrincipal('sns.amazonaws.com', sourceArn),
        action: 'sqs:SendMessage',
        resource: [forTopic],
      });

    expect(from(TOPIC).allowed).toBe(true);
    expect(from(`${TOPIC}-too`).allowed).toBe(false);
    expect(holds('ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::000000000000:role/pong')).toBe(true);
    expect(holds('DateEquals', 'aws:CurrentTime', '2030-06-15T12:00:00Z')).toBe(true);
    expect(holds('Bool', 'aws:SecureTransport', 'true')).toBe(true);
  });
});
