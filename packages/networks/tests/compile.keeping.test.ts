import { describe, expect, it } from '@jest/globals';
import { compile, func, http, key, open, overlay, queue, queued, secret, table, timer } from '../index.ts';
import { checkout, options, orders, pack, resourcesOf } from './support/compiling.ts';

describe('compile, of what is kept and who may do what', () => {
  it('takes the visibility that is said, and gives a queue that only keeps an alarm and no dead-letter queue', () => {
    const kept = queue('late', { keeps: true, retentionDays: 14 });
    const resources = resourcesOf(
      overlay(checkout.sends(kept), queue('orders', { visibilitySeconds: 20, delaySeconds: 3 }).triggers(pack)),
    );

    expect(resources.OrdersQueue?.Properties).toMatchObject({ VisibilityTimeout: 20, DelaySeconds: 3 });
    expect(resources.LateQueue?.Properties).not.toHaveProperty('RedrivePolicy');
    expect(Object.keys(resources).filter((id) => id.startsWith('Late'))).toEqual(['LateAlarm', 'LateQueue']);
    expect(resources.LateAlarm?.Properties).toMatchObject({
      Dimensions: [{ Value: { 'Fn::GetAtt': ['LateQueue', 'QueueName'] } }],
    });
  });

  it('keeps a precious table when its stack goes, with its past, encrypted, but not one that its first deployment takes back', () => {
    const { GrantsTable } = resourcesOf(overlay(table('grants', { partitionKey: 'account', precious: true })));

    expect(GrantsTable).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
      },
    });
    // Nothing could take back a table that is protected.
    expect(GrantsTable?.Properties).not.toHaveProperty('DeletionProtectionEnabled');
  });

  it('lets a function read a secret, and decrypt that parameter only', () => {
    const [given, named] = [secret('push'), secret('lwaClient', { parameter: '/elsewhere/lwa' })];
    const { functions, resources } = compile(overlay(checkout.reads(given), pack.reads(named)), options);
    const arn = {
      'Fn::Join': [
        ':',
        ...[['arn', { Ref: 'AWS::Partition' }, 'ssm', { Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }]].map(
          (parts) => [...parts, 'parameter/shop/dev/push'],
        ),
      ],
    };

    expect(resources.Resources).toEqual({});
    expect(functions.checkout?.environment).toEqual({ PUSH_SECRET_NAME: '/shop/dev/push' });
    expect(functions.packParcel?.environment).toEqual({ LWA_CLIENT_SECRET_NAME: '/elsewhere/lwa' });
    expect(functions.checkout?.iamRoleStatements).toEqual([
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt'],
        Resource: expect.anything(),
        Condition: {
          StringEquals: {
            'kms:EncryptionContext:PARAMETER_ARN': arn,
            'kms:ViaService': { 'Fn::Join': ['.', ['ssm', { Ref: 'AWS::Region' }, 'amazonaws.com']] },
          },
        },
      },
      { Effect: 'Allow', Action: ['ssm:GetParameter'], Resource: arn },
    ]);
  });

  it('lets a function encrypt or decrypt by a key that outlives its stack', () => {
    const grantKey = key('grantKey');
    const { functions, resources } = compile(overlay(checkout.writes(grantKey), pack.reads(grantKey)), options);
    const arn = { 'Fn::GetAtt': ['GrantKey', 'Arn'] };

    expect(functions.checkout?.iamRoleStatements).toEqual([
      { Effect: 'Allow', Action: ['kms:Encrypt'], Resource: arn },
    ]);
    expect(functions.packParcel).toMatchObject({
      environment: { GRANT_KEY_ARN: arn },
      iamRoleStatements: [{ Action: ['kms:Decrypt'], Resource: arn }],
    });
    expect(resources.Resources).toMatchObject({
      GrantKey: { Type: 'AWS::KMS::Key', DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' },
      GrantKeyAlias: { Properties: { AliasName: 'alias/shop-dev-grant-key', TargetKeyId: { Ref: 'GrantKey' } } },
    });
  });

  it('gives whoever writes a timer its group, role and target, and lets that role call the target only', () => {
    const { functions, resources } = compile(
      overlay(checkout.writes(timer('checks')), timer('checks').triggers(pack)),
      options,
    );
    const role = { 'Fn::GetAtt': ['ChecksTimerRole', 'Arn'] };

    expect(functions.checkout?.environment).toEqual({
      CHECKS_TIMER_GROUP_NAME: { Ref: 'ChecksTimer' },
      CHECKS_TIMER_ROLE_ARN: role,
      CHECKS_TIMER_TARGET_ARN: { 'Fn::Join': [':', expect.arrayContaining(['lambda', 'shop-dev-pack-parcel'])] },
    });
    expect(functions.checkout?.iamRoleStatements).toEqual([
      {
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: role,
        Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      },
      {
        Effect: 'Allow',
        Action: ['scheduler:CreateSchedule'],
        Resource: { 'Fn::Join': [':', expect.arrayContaining(['schedule/shop-dev-checks/*'])] },
      },
    ]);
    expect(resources.Resources.ChecksTimerRole).toMatchObject({
      Properties: {
        Policies: [
          {
            PolicyDocument: {
              Statement: [
                {
                  Action: 'lambda:InvokeFunction',
                  Resource: { 'Fn::Join': [':', expect.arrayContaining(['shop-dev-pack-parcel'])] },
                },
              ],
            },
          },
        ],
      },
    });
    expect(resources.Resources).toHaveProperty('PackParcelFailureQueue');
  });

  it("gives a function the address of its own stack's gateway, and no permission", () => {
    const route = { method: 'POST', path: '/changes' };
    const api = http('pushGateway');
    const { checkout: config } = compile(overlay(checkout.calls(api), api.triggers(pack, route)), options).functions;

    expect(config?.environment).toEqual({ PUSH_GATEWAY_API_URL: { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] } });
    expect(config?.iamRoleStatements).toEqual([]);
  });

  it('merges statements by hand with those of the edges, by resource and condition', () => {
    const files = 'arn:aws:s3:::files/*';
    const own = open.function('checkout', {
      statements: [
        { Action: ['s3:PutObject', 's3:GetObject'], Resource: [files, { 'Fn::GetAtt': ['OrdersQueue', 'Arn'] }] },
      ],
    });
    const other = open.function('checkout', { statements: [{ Action: 's3:DeleteObject', Resource: files }] });
    const of = overlay(checkout.sends(orders), orders.triggers(pack), own, other);

    expect(compile(of, options).functions.checkout?.iamRoleStatements).toEqual([
      { Effect: 'Allow', Action: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'], Resource: files },
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 'sqs:SendMessage'],
        Resource: { 'Fn::GetAtt': ['OrdersQueue', 'Arn'] },
      },
    ]);
  });

  it('leaves alarms to whoever else makes them, and memory to the template, where they are told to', () => {
    const of = overlay(queued(checkout, orders, pack), queue('late', { keeps: true }), open.function('large'), {
      node: func('large', { memoryMb: 1024 }).node,
    });
    const typesOf = (alarms: boolean) =>
      Object.values(compile(of, { ...options, alarms }).resources.Resources).map(
        (resource) => (resource as { Type: string }).Type,
      );

    expect(typesOf(true).filter((type) => type === 'AWS::CloudWatch::Alarm')).toHaveLength(2);
    expect(typesOf(false)).toEqual(typesOf(true).filter((type) => type !== 'AWS::CloudWatch::Alarm'));
    const { functions } = compile(of, { ...options, memorySize: 'as the param says' });
    expect([functions.checkout?.memorySize, functions.large?.memorySize]).toEqual(['as the param says', 1024]);
  });
});
