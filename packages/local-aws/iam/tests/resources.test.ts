import { beforeEach, describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../../core/clock.ts';
import type { Provisioned, ResourceContext } from '../../core/resource.ts';
import type { PolicyDocument } from '../../core/service.ts';
import { createIam, type Iam } from '../index.ts';

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] }, Action: ['sts:AssumeRole'] }],
};
const allow = (Action: string, Resource = '*'): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

let iam: Iam;
beforeEach(() => {
  iam = createIam({ clock: createVirtualClock() });
});

const contextOf = (logicalId: string): ResourceContext => ({
  stackName: 'tests',
  logicalId,
  generateName: () => `tests-${logicalId}-0123456789ab`,
});

const typeOf = (type: string) => {
  const found = iam.resources.find((candidate) => candidate.type === `AWS::IAM::${type}`);
  if (!found) throw new Error(`no ${type}`);
  return found;
};

const create = (type: string, properties: object, logicalId = type): Promise<Provisioned> =>
  typeOf(type).create(typeOf(type).properties.parse(properties), contextOf(logicalId));

const createRole = (more: object = {}) => create('Role', { AssumeRolePolicyDocument: TRUST, ...more });

/** Whether the role may; asked as one of its sessions. */
function may(role: Provisioned, action: string, resource = 'arn:x'): boolean {
  try {
    iam.authorize(iam.sessionOf(role.attributes.Arn ?? '', 'test'), { action, resource });
    return true;
  } catch {
    return false;
  }
}

describe('AWS::IAM::Role', () => {
  it('is known by name and ARN, with its path', async () => {
    expect(await createRole({ Path: '/arcade/' })).toMatchObject({
      physicalId: 'tests-Role-0123456789ab',
      attributes: { Arn: 'arn:aws:iam::000000000000:role/arcade/tests-Role-0123456789ab' },
    });
  });

  it('may what its inline, managed and attached policies say, as long as they are there', async () => {
    const managed = await create('ManagedPolicy', { PolicyDocument: allow('sqs:SendMessage') });
    const role = await createRole({
      Policies: [{ PolicyName: 'inline', PolicyDocument: allow('sns:Publish') }],
      ManagedPolicyArns: [managed.physicalId, 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    });
    const attachment = { PolicyName: 'more', PolicyDocument: allow('dynamodb:GetItem'), Roles: [role.physicalId] };
    const attached = await create('Policy', attachment);

    const actions = ['sns:Publish', 'sqs:SendMessage', 'logs:PutLogEvents', 'dynamodb:GetItem', 'dynamodb:PutItem'];
    expect(actions.map((action) => may(role, action))).toEqual([true, true, true, true, false]);

    await typeOf('Policy').remove(attached, attachment, contextOf('Policy'));
    expect(may(role, 'dynamodb:GetItem')).toBe(false);
  });

  it('changes in place', async () => {
    const role = await createRole({ Policies: [{ PolicyName: 'inline', PolicyDocument: allow('sns:Publish') }] });
    const properties = typeOf('Role').properties.parse({ AssumeRolePolicyDocument: TRUST });
    expect(may(role, 'sns:Publish')).toBe(true);

    await typeOf('Role').update(role, properties, {}, contextOf('Role'));

    expect(may(role, 'sns:Publish')).toBe(false);
  });

  it('gives the same credentials each time, and none once it is gone', async () => {
    const role = await createRole();
    const arn = role.attributes.Arn ?? '';

    const { accessKeyId } = iam.credentialsFor(arn, 'pong');
    expect(iam.credentialsFor(arn, 'pong').accessKeyId).toBe(accessKeyId);
    expect(iam.credentialsFor(arn, 'ping').accessKeyId).not.toBe(accessKeyId);
    expect(iam.principalOf(accessKeyId)).toMatchObject({ roleArn: arn, sessionName: 'pong' });

    await typeOf('Role').remove(role, {}, contextOf('Role'));
    expect(iam.principalOf(accessKeyId)).toBeUndefined();
    expect(() => iam.credentialsFor(arn, 'pong')).toThrow(/cannot be found/);
  });

  it('has credentials that do not follow from its name', async () => {
    const arn = (await createRole({ RoleName: 'umpire' })).attributes.Arn ?? '';
    const { accessKeyId, secretAccessKey, sessionToken } = iam.credentialsFor(arn, 'pong');
    iam = createIam({ clock: createVirtualClock() });
    await createRole({ RoleName: 'umpire' });

    const other = iam.credentialsFor(arn, 'pong');

    expect(accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(other.accessKeyId).not.toBe(accessKeyId);
    expect(other.secretAccessKey).not.toBe(secretAccessKey);
    expect(other.sessionToken).not.toBe(sessionToken);
  });

  it('is taken on by the services that it trusts, and by no others', async () => {
    const arn = (await createRole()).attributes.Arn ?? '';

    expect(() => iam.assertTrust(arn, 'lambda.amazonaws.com')).not.toThrow();
    expect(() => iam.assertTrust(arn, 'events.amazonaws.com')).toThrow(/cannot be assumed by events.amazonaws.com/);
  });

  it('does not take the name of another role', async () => {
    await createRole({ RoleName: 'umpire' });

    const second = create('Role', { AssumeRolePolicyDocument: TRUST, RoleName: 'umpire' }, 'Other');

    await expect(second).rejects.toMatchObject({ code: 'EntityAlreadyExists' });
  });

  it.each([
    ['a boundary, which would not be evaluated', { PermissionsBoundary: 'arn:x' }, /PermissionsBoundary/],
    [
      'a misspelt effect',
      { Policies: [{ PolicyName: 'x', PolicyDocument: { Statement: { Effect: 'Alow', Action: '*' } } }] },
      /Effect/,
    ],
    [
      'a statement with both actions and their opposite',
      {
        Policies: [
          { PolicyName: 'x', PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', NotAction: '*' } } },
        ],
      },
      /Syntax errors in policy/,
    ],
  ])('refuses %s', (_what, properties, message) => {
    expect(() => typeOf('Role').properties.parse({ AssumeRolePolicyDocument: TRUST, ...properties })).toThrow(message);
  });

  it('has no more policies than IAM takes, inline and attached together', async () => {
    const long = (letters: number) => allow('sns:Publish', `arn:aws:sns:*:*:${'a'.repeat(letters)}`);
    const inline = (letters: number) => ({ Policies: [{ PolicyName: 'p', PolicyDocument: long(letters) }] });
    const role = await createRole(inline(6_000));
    const attach = (letters: number) =>
      create('Policy', { PolicyName: 'more', PolicyDocument: long(letters), Roles: [role.physicalId] });

    const tooMuch = 'Maximum policy size of 10240 bytes exceeded for role tests-Role-0123456789ab';
    await expect(createRole(inline(10_240))).rejects.toMatchObject({ code: 'LimitExceeded', message: tooMuch });
    await expect(attach(5_000)).rejects.toThrow(tooMuch);
    await attach(4_000);
    await attach(4_001);
    await expect(createRole(inline(6_200))).rejects.toThrow(tooMuch);
    await expect(create('ManagedPolicy', { PolicyDocument: long(6_144) })).rejects.toThrow(
      'Cannot exceed quota for PolicySize: 6144',
    );
    const Statement = Array.from({ length: 30 }, () => TRUST.Statement[0]);
    await expect(createRole({ AssumeRolePolicyDocument: { ...TRUST, Statement } })).rejects.toThrow(
      'Cannot exceed quota for ACLSizePerRole: 2048',
    );
  });

  it('refuses an AWS managed policy whose content it does not know, by name', async () => {
    const created = createRole({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] });

    await expect(created).rejects.toThrow(/'arn:aws:iam::aws:policy\/AdministratorAccess'/);
  });
});
