import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { servicePrincipal } from '../../core/principal.ts';
import type { PolicyStatement } from '../../core/service.ts';
import { compilePolicy } from '../compile.ts';
import { ask, PONG, policy, TOPIC } from './asking.ts';

const allow = (more: Partial<PolicyStatement> = {}): PolicyStatement => ({
  Effect: 'Allow',
  Action: 'sns:Publish',
  Resource: TOPIC,
  ...more,
});
/** A policy variable. */
const variable = (inner: string) => `\${${inner}}`;
const SNS = servicePrincipal('sns.amazonaws.com', TOPIC);

describe('evaluation within one account', () => {
  it('says no where nothing says yes, and whose policy is missing', () => {
    expect(ask({})).toEqual({ allowed: false, explicit: false, by: 'identity' });
    expect(ask({ principal: SNS })).toEqual({ allowed: false, explicit: false, by: 'resource' });
  });

  it('takes the yes of either the role or the resource', () => {
    const named = allow({ Principal: { AWS: PONG.kind === 'role' ? PONG.roleArn : '' } });

    expect(ask({ identity: [policy(allow())] })).toEqual({ allowed: true, by: 'identity' });
    expect(ask({ resource: [policy(named)] })).toEqual({ allowed: true, by: 'resource' });
  });

  it('lets a service in by the resource alone', () => {
    const forSns = allow({ Principal: { Service: 'sns.amazonaws.com' } });

    expect(ask({ principal: SNS, resource: [policy(forSns)] }).allowed).toBe(true);
    expect(ask({ principal: SNS, identity: [policy(allow())] }).allowed).toBe(false);
    expect(ask({ principal: servicePrincipal('events.amazonaws.com', 'x'), resource: [policy(forSns)] }).allowed).toBe(
      false,
    );
  });

  it("passes a yes for the account on to the role's own policies, but holds a no for the account against all in it", () => {
    const account = { AWS: 'arn:aws:iam::000000000000:root' };

    expect(ask({ resource: [policy(allow({ Principal: account }))] }).allowed).toBe(false);
    expect(
      ask({ identity: [policy(allow())], resource: [policy(allow({ Principal: account, Effect: 'Deny' }))] }),
    ).toEqual({ allowed: false, explicit: true, by: 'resource' });
  });

  it.each([
    ['nothing', [], 'resource'],
    ['the account', [allow({ Principal: { AWS: 'arn:aws:iam::000000000000:root' } })], undefined],
    [
      'the account, for something else',
      [allow({ Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'sns:Subscribe' })],
      'resource',
    ],
    ['somebody else', [allow({ Principal: { AWS: 'arn:aws:iam::000000000000:role/ping' } })], 'resource'],
    ['the role itself', [allow({ Principal: { AWS: PONG.kind === 'role' ? PONG.roleArn : '' } })], undefined],
  ])("counts a role's yes only as far as a resource that decides lets in %s", (_whom, statements, refusedBy) => {
    const decision = ask({ identity: [policy(allow())], resource: [policy(...statements)], resourceDecides: true });

    expect(decision.allowed ? undefined : decision.by).toBe(refusedBy);
  });

  it.each([
    ['sns:*', TOPIC, true],
    ['SNS:publish', TOPIC, true],
    ['sns:Pub*h', TOPIC, true],
    ['sns:Publis?', TOPIC, true],
    ['sns:Publish?', TOPIC, false],
    ['*', '*', true],
    ['sns:Publish', 'arn:aws:sns:*:*:rallies', true],
    ['sns:Publish', 'arn:aws:sns:eu-west-1:000000000000:RALLIES', false],
    ['sns:Publish', 'arn:aws:sns:eu-west-1:000000000000:ral', false],
    ['sns:Publish', 'arn.aws:sns:eu-west-1:000000000000:rallies', false],
  ])('for the action %s on %s answers %s', (Action, Resource, allowed) => {
    expect(ask({ identity: [policy(allow({ Action, Resource }))] }).allowed).toBe(allowed);
  });

  it('understands NotAction and NotResource', () => {
    const { Action: _action, ...others } = allow();
    const { Resource: _resource, ...elsewhere } = allow();

    expect(ask({ identity: [policy({ ...others, NotAction: 'sns:Delete*' })] }).allowed).toBe(true);
    expect(ask({ identity: [policy({ ...others, NotAction: 'sns:P*' })] }).allowed).toBe(false);
    expect(ask({ identity: [policy({ ...elsewhere, NotResource: '*:scores' })] }).allowed).toBe(true);
    expect(ask({ identity: [policy({ ...elsewhere, NotResource: TOPIC })] }).allowed).toBe(false);
  });

  it('puts what variables stand for in their place, literally', () => {
    const own = policy(
      allow({ Resource: `arn:aws:sns:eu-west-1:${variable('aws:PrincipalAccount')}:${variable('aws:Owner')}-*` }),
    );
    const on = 'arn:aws:sns:eu-west-1:000000000000:a*-x';

    expect(ask({ identity: [own], on, conditions: { 'aws:Owner': 'a*' } }).allowed).toBe(true);
    expect(ask({ identity: [own], on: on.replace('a*', 'ab'), conditions: { 'aws:Owner': 'a*' } }).allowed).toBe(false);
    expect(ask({ identity: [own], on }).allowed).toBe(false);
    expect(ask({ identity: [policy(allow({ Resource: variable("aws:Nobody, '*'") }))] }).allowed).toBe(false);
    expect(
      ask({ identity: [policy(allow({ Resource: variable("aws:Nobody, 'q'") + variable('*') }))], on: 'q*' }).allowed,
    ).toBe(true);
  });

  it('leaves variables alone in policies that are older than variables', () => {
    const { Version: _version, ...old } = policy(allow({ Resource: variable('aws:PrincipalAccount') }));

    expect(ask({ identity: [old], on: '000000000000' }).allowed).toBe(false);
    expect(ask({ identity: [old], on: variable('aws:PrincipalAccount') }).allowed).toBe(true);
  });

  it.each([
    ['an operator that is not evaluated', policy(allow({ Condition: { BinaryEquals: { a: 'b' } } })), /'BinaryEquals'/],
    [
      'a condition key that no request has',
      policy(allow({ Condition: { 'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['name'] } } })),
      /'dynamodb:Attributes'/,
    ],
    [
      'a principal of a kind that is not evaluated',
      policy(allow({ Principal: { CanonicalUser: 'x' } })),
      /'CanonicalUser'/,
    ],
  ])('refuses a policy with %s', (_what, document, message) => {
    expect(() => compilePolicy(document)).toThrow(message);
  });
});

describe('laws of evaluation', () => {
  const word = fc.constantFrom('sns:Publish', 'sns:Subscribe', 'sqs:SendMessage', 'sns:*', '*', 'sqs:S*');
  const place = fc.constantFrom(TOPIC, 'arn:aws:sns:eu-west-1:000000000000:scores', '*', 'arn:aws:sns:*');
  const statement = fc.record({
    Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    Action: fc.array(word, { minLength: 1, maxLength: 2 }),
    Resource: fc.array(place, { minLength: 1, maxLength: 2 }),
  });
  const statements = fc.array(statement, { maxLength: 5 });
  const question = fc.record({
    action: fc.constantFrom('sns:Publish', 'sqs:SendMessage'),
    on: fc.constantFrom(TOPIC, 'arn:x'),
  });

  it('does not depend on the order of statements, nor on how they are spread over policies', () => {
    fc.assert(
      fc.property(statements, question, (all, asked) => {
        const together = ask({ identity: [policy(...all)], ...asked });
        const apart = ask({ identity: all.toReversed().map((one) => policy(one)), ...asked });
        expect(apart).toEqual(together);
      }),
    );
  });

  it('never turns a no into a yes by adding a Deny, nor a yes into a no by adding an Allow', () => {
    fc.assert(
      fc.property(statements, statement, question, (all, added, asked) => {
        const before = ask({ identity: [policy(...all)], ...asked }).allowed;
        const after = ask({ identity: [policy(...all, added)], ...asked }).allowed;
        if (added.Effect === 'Deny') expect(after && !before).toBe(false);
        else expect(before && !after).toBe(false);
      }),
    );
  });

  it('answers no to everything once everything is denied', () => {
    fc.assert(
      fc.property(statements, question, (all, asked) => {
        const denyAll = { Effect: 'Deny' as const, Action: '*', Resource: '*' };
        expect(ask({ identity: [policy(...all, denyAll)], ...asked }).allowed).toBe(false);
        expect(
          ask({ identity: [policy(...all)], resource: [policy({ ...denyAll, Principal: '*' })], ...asked }).allowed,
        ).toBe(false);
      }),
    );
  });
});
