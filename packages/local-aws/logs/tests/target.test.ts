import { beforeEach, describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../../core/clock.ts';
import type { Core } from '../../core/cloud.ts';
import { createCore } from '../../core/core.ts';
import { ROOT, servicePrincipal } from '../../core/principal.ts';
import { Services } from '../../core/services.ts';
import { context, typeOf } from '../../core/tests/testCore.ts';
import { createIam } from '../../iam/index.ts';
import { createLogs, type Logs } from '../logs.ts';

const GROUP = '/aws/events/arcade';
const RULE = 'arn:aws:events:eu-west-1:000000000000:rule/arcade/audit';
const ARN = `arn:aws:logs:eu-west-1:000000000000:log-group:${GROUP}`;
const EVENT = '{"version":"0","id":"1","detail":{"gameId":"g"}}';

const statement = (more: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: 'arn:aws:logs:eu-west-1:000000000000:log-group:/aws/events/*:*',
  ...more,
});
const policyText = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

let core: Core;
let logs: Logs;

beforeEach(() => {
  const services = new Services();
  const clock = createVirtualClock();
  const iam = createIam({ clock, services });
  core = createCore({ clock, services, authorize: iam.authorize, seed: 1 });
  logs = createLogs(core);
  services.add(iam);
  services.add(logs);
});

const create = (type: string, properties: object) => {
  const found = typeOf(logs, type);
  return found.create(found.properties.parse(properties), context);
};
const allow = (...statements: object[]) =>
  create('AWS::Logs::ResourcePolicy', { PolicyName: 'events', PolicyDocument: policyText(...statements) });
const deliver = (payload = EVENT, targetArn = ARN) =>
  core.deliver({ targetArn, payload, principal: servicePrincipal('events.amazonaws.com', RULE) });

const ask = (operation: string) =>
  core.call({ service: 'logs', operation, input: { logGroupName: GROUP }, principal: ROOT });

describe('a log group as the target of a rule', () => {
  beforeEach(async () => {
    await create('AWS::Logs::LogGroup', { LogGroupName: GROUP, RetentionInDays: 7 });
  });

  it.each([ARN, `${ARN}:*`])('gets the event as it is, by %s', async (arn) => {
    await allow(statement());

    await deliver(EVENT, arn);

    expect(logs.lines(GROUP)).toEqual([EVENT]);
  });

  it('gets the lines of one rule in one stream', async () => {
    await allow(statement());

    await deliver();
    await deliver();

    const answer = await ask('DescribeLogStreams');
    expect(answer).toMatchObject({ logStreams: [{ logStreamName: expect.stringMatching(/^[0-9a-f-]{36}$/) }] });
    expect(logs.lines(GROUP)).toHaveLength(2);
  });

  it('gets the message that a transformer made, at its time', async () => {
    await allow(statement());

    await deliver('{"timestamp":"2029-12-31T00:00:00Z","message":"caught"}');
    await deliver('{"timestamp":5,"message":{"a":1}}');

    expect(await ask('FilterLogEvents')).toMatchObject({
      events: [
        { timestamp: Date.parse('2029-12-31T00:00:00Z'), message: 'caught' },
        { timestamp: 5, message: '{"a":1}' },
      ],
    });
  });

  it.each([
    ['there is no resource policy', undefined, 'logs:CreateLogStream'],
    ['it is for another group', statement({ Resource: `${ARN}-other:*` }), 'logs:CreateLogStream'],
    ['it does not allow the lines', statement({ Action: 'logs:CreateLogStream' }), 'logs:PutLogEvents'],
    ['it is for another service', statement({ Principal: { Service: 'delivery.logs.amazonaws.com' } }), 'logs:Create'],
    [
      'it is for another rule',
      statement({ Condition: { ArnEquals: { 'aws:SourceArn': `${RULE}-other` } } }),
      'logs:CreateLogStream',
    ],
  ])('gets nothing when %s', async (_case, policy, missing) => {
    if (policy) await allow(policy);

    await expect(deliver()).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: expect.stringContaining(missing),
    });
    expect(logs.lines(GROUP)).toEqual([]);
  });

  it('is refused when it is not there', async () => {
    await allow(statement());

    await expect(deliver(EVENT, `${ARN}-none`)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });
});

describe('a resource policy of CloudWatch Logs', () => {
  const parse = (PolicyDocument: unknown) =>
    typeOf(logs, 'AWS::Logs::ResourcePolicy').properties.safeParse({ PolicyName: 'events', PolicyDocument });

  it.each([
    ['an object', { Version: '2012-10-17', Statement: [] }, 'is the JSON text of a policy'],
    ['no JSON', '{', /./],
    ['a role', policyText(statement({ Principal: { AWS: '*' } })), 'it counts for services alone'],
    ['everybody', policyText(statement({ Principal: '*' })), 'it counts for services alone'],
    ['another action', policyText(statement({ Action: 'logs:GetLogEvents' })), 'not for logs:GetLogEvents'],
    ['no action', policyText(statement({ Action: [] })), 'Policy statement must contain actions'],
  ])('is refused with %s', (_case, text, message) => {
    expect(parse(text).error?.issues[0]?.message).toMatch(message);
  });

  it('is one of ten at the most, and counts no more once it is gone', async () => {
    const put = (PolicyName: string) =>
      create('AWS::Logs::ResourcePolicy', { PolicyName, PolicyDocument: policyText(statement()) });
    for (let number = 1; number <= 10; number += 1) await put(`policy-${number}`);
    await put('policy-1');
    await expect(put('policy-11')).rejects.toMatchObject({ code: 'LimitExceededException' });

    for (let number = 1; number <= 10; number += 1)
      await typeOf(logs, 'AWS::Logs::ResourcePolicy').remove(
        { physicalId: `policy-${number}`, attributes: {} },
        {},
        context,
      );

    await expect(deliver()).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });
});
