import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { definitionOf, unwrap } from '../../cloudformation/coerce.ts';
import { type Cloud, createCloud, createVirtualClock } from '../../index.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await createCloud({ port: 0, clock: createVirtualClock() });
});
afterAll(() => cloud.close());

/** All properties of a schema, at any depth: `Integration.Credentials`. Those that do nothing on a laptop are left out. */
function propertiesOf(schema: z.core.$ZodType, path = '', seen = new Set<z.core.$ZodType>()): string[] {
  const inner = unwrap(schema);
  if (seen.has(inner)) return [];
  const within = new Set([...seen, inner]);
  const definition = definitionOf(inner);
  if (definition.type === 'array') return propertiesOf(definition.element, path, within);
  if (definition.type === 'record') return propertiesOf(definition.valueType, path, within);
  if (definition.type === 'union') return definition.options.flatMap((option) => propertiesOf(option, path, within));
  if (definition.type !== 'object') return [];
  return Object.entries(definition.shape).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return unwrap(member)._zod.def.type === 'unknown' ? [] : [at, ...propertiesOf(member, at, within)];
  });
}

/** What AWS asks `iam:PassRole` for, of the services that are here: what makes or changes something that has a role. */
const PASSING =
  /^(CreateFunction|UpdateFunctionConfiguration|PutRule|PutTargets|PutIntegration|UpdateIntegration|CreateIntegration|CreateApi|UpdateApi|ImportApi|PutRestApi|ImportRestApi|UpdateAccount|PutDataProtectionPolicy|CreateStack|UpdateStack|CreateChangeSet|ExecuteChangeSet|PassRole|PutRolePolicy|CreateSchedule|UpdateSchedule|CreateRole|AttachRolePolicy)$/;

describe('roles that are handed to a service', () => {
  it('are those of this list, which ask whether the role trusts the service, and no others', () => {
    const handed = cloud.core.services.all().flatMap(({ resources }) =>
      resources.flatMap(({ type, properties }) =>
        propertiesOf(properties)
          .filter((path) => /(Role|RoleArn|RoleARN|(?<!Allow)Credentials|CredentialsArn)$/.test(path))
          .map((path) => `${type} ${path}`),
      ),
    );

    expect([...new Set(handed)].sort()).toEqual([
      'AWS::ApiGateway::Method Integration.Credentials',
      'AWS::ApiGatewayV2::Authorizer AuthorizerCredentialsArn',
      'AWS::Cognito::IdentityPoolRoleAttachment RoleMappings.RulesConfiguration.Rules.RoleARN',
      'AWS::Cognito::UserPoolGroup RoleArn',
      'AWS::Events::Rule Targets.RoleArn',
      'AWS::KinesisFirehose::DeliveryStream ExtendedS3DestinationConfiguration.RoleARN',
      'AWS::KinesisFirehose::DeliveryStream KinesisStreamSourceConfiguration.RoleARN',
      'AWS::Lambda::Function Role',
      'AWS::Pipes::Pipe RoleArn',
      'AWS::Scheduler::Schedule Target.RoleArn',
    ]);
  });

  it('are handed over by templates and by schedules, for none of which the open key is enough', () => {
    const services = cloud.core.services.all();
    const passing = services.flatMap(({ operations = {}, changing }) =>
      Object.keys(operations)
        .filter((operation) => PASSING.test(operation))
        .map((operation) => [operation, changing?.has(operation)]),
    );

    expect(passing).toEqual([
      ['CreateChangeSet', true],
      ['ExecuteChangeSet', true],
      ['CreateStack', true],
      ['UpdateStack', true],
      ['CreateSchedule', true],
      ['UpdateSchedule', true],
    ]);
  });

  it.each<[string, string, object, RegExp]>([
    [
      'a rule',
      'AWS::Events::Rule',
      { ScheduleExpression: 'rate(1 minute)', RoleArn: 'arn:x' },
      /Properties\.RoleArn is not supported by local-aws/,
    ],
    [
      'an integration of an HTTP API',
      'AWS::ApiGatewayV2::Integration',
      { ApiId: 'a', IntegrationType: 'AWS_PROXY', CredentialsArn: 'arn:x' },
      /Properties\.CredentialsArn is not supported by local-aws/,
    ],
  ])('that %s names are refused by name', async (_what, Type, Properties, expected) => {
    const deployed = cloud.stacks.deploy({ stackName: 'test', template: { Resources: { It: { Type, Properties } } } });

    await expect(deployed).rejects.toThrow(expected);
  });
});
