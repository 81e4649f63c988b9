import { expect, it } from '@jest/globals';
import { arnsIn } from '../arns.ts';

const resource = (logicalId: string, type: string, physicalId: string, arn: string) => ({
  ...{ logicalId, type, physicalId },
  attributes: { Arn: `arn:aws:events:eu-west-1:000000000000:${arn}` },
});

it('a bus is named by its rules too, whose deliveries go out from it; rules of other buses are not its own', () => {
  const resources = [
    resource('Bus', 'AWS::Events::EventBus', 'games', 'event-bus/games'),
    resource('Own', 'AWS::Events::Rule', 'games|own', 'rule/games/own'),
    resource('Default', 'AWS::Events::Rule', 'games', 'rule/games'),
    resource('Other', 'AWS::Events::Rule', 'audit|own', 'rule/audit/own'),
  ];

  const arnsOf = arnsIn({ stackName: 'stack', resources } as unknown as Parameters<typeof arnsIn>[0], () => undefined);

  expect(arnsOf('Bus').map((arn) => arn.split(':').at(-1))).toEqual(['event-bus/games', 'rule/games/own']);
});
