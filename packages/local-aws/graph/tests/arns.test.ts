import { expect, it } from '@jest/globals';
import { arnsIn } from '../arns.ts';

const arnsOfStack = (resources: readonly object[]) =>
  arnsIn({ stackName: 'stack', resources } as unknown as Parameters<typeof arnsIn>[0], () => undefined);

const resource = (logicalId: string, type: string, physicalId: string, arn: string) => ({
  ...{ logicalId, type, physicalId },
  attributes: { Arn: `arn:aws:${arn}` },
});

it('a bus is named by its rules too, whose deliveries go out from it; rules of other buses are not its own', () => {
  const events = 'events:eu-west-1:000000000000:';
  const arnsOf = arnsOfStack([
    resource('Bus', 'AWS::Events::EventBus', 'games', `${events}event-bus/games`),
    resource('Own', 'AWS::Events::Rule', 'games|own', `${events}rule/games/own`),
    resource('Default', 'AWS::Events::Rule', 'games', `${events}rule/games`),
    resource('Other', 'AWS::Events::Rule', 'audit|own', `${events}rule/audit/own`),
  ]);

  expect(arnsOf('Bus').map((arn) => arn.split(':').at(-1))).toEqual(['event-bus/games', 'rule/games/own']);
});

it('a log group is named by itself, and not only by all that is in it', () => {
  const group = 'logs:eu-west-1:000000000000:log-group:/aws/events/game';
  const arnsOf = arnsOfStack([resource('Audit', 'AWS::Logs::LogGroup', '/aws/events/game', `${group}:*`)]);

  expect([arnsOf('Audit'), arnsOf('Nothing')]).toEqual([[`arn:aws:${group}`], []]);
});

it('an identity pool is named by the sessions of the roles that it gives', () => {
  const role = resource('Gamer', 'AWS::IAM::Role', 'gamer', 'iam::000000000000:role/gamer');
  const pool = { logicalId: 'Pool', type: 'AWS::Cognito::IdentityPool', physicalId: 'eu-west-1:1', attributes: {} };

  expect(arnsOfStack([role, pool])('Pool')).toEqual([
    'arn:aws:sts::000000000000:assumed-role/gamer/CognitoIdentityCredentials',
  ]);
});

it('calls of services themselves are those of the REST API, in a stack that has a WebSocket API too', () => {
  const role = resource('Puts', 'AWS::IAM::Role', 'puts', 'iam::000000000000:role/puts');
  const api = (logicalId: string, type: string) => ({ logicalId, type, physicalId: logicalId, attributes: {} });
  const [rest, sockets] = [api('rest', 'AWS::ApiGateway::RestApi'), api('sockets', 'AWS::ApiGatewayV2::Api')];
  const session = 'arn:aws:sts::000000000000:assumed-role/puts/BackplaneAssumeRoleSession';

  expect(arnsOfStack([role, sockets, rest])('rest')).toContain(session);
  expect(arnsOfStack([role, sockets, rest])('sockets')).not.toContain(session);
  expect(arnsOfStack([role, sockets])('sockets')).toContain(session);
});

it('a parameter is named by its ARN, in which the slash in front is not doubled', () => {
  const parameter = { logicalId: 'Session', type: 'AWS::SSM::Parameter', physicalId: '/game/session', attributes: {} };

  expect(arnsOfStack([parameter])('Session')).toEqual(['arn:aws:ssm:eu-west-1:000000000000:parameter/game/session']);
});
