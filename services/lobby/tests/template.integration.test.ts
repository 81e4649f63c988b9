import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { smartHomeEvents } from '@arcade/events/contracts/smart-home';
import { spaceInvadersEvents } from '@arcade/events/contracts/space-invaders';
import { compileService, grantsOf, type Template } from '@arcade/local-aws/testkit';
import { describe, expect, it } from '@jest/globals';
import { CLAIMED } from '../domain/claims.ts';
import { TOLD } from '../domain/sentences.ts';
import { SERVICE_FOLDER } from './aws.ts';

const compiled = async () => (await compileService(SERVICE_FOLDER, { stage: 'dev' })).template as unknown as Template;

/** Topics that carry one type of event, and are heard without a filter. */
const OF_ONE_TYPE: Readonly<Record<string, string>> = {
  'smart-home-outcomes': 'smart_home.directive_answered',
  'space-invaders-trials': 'space_invaders.trial_counted',
};

/** The types that topics and rules let through to a function. */
function typesFor({ Resources }: Template, logicalId: string): string[] {
  const isIt = (arn: { 'Fn::GetAtt'?: string[] }) => arn['Fn::GetAtt']?.[0] === logicalId;
  const types = Object.values(Resources).flatMap(({ Type, Properties }): string[] => {
    if (Type === 'AWS::SNS::Subscription' && isIt(Properties.Endpoint))
      return Properties.FilterPolicy?.type ?? [OF_ONE_TYPE[Properties.TopicArn.split(':').at(-1)]];
    if (Type !== 'AWS::Events::Rule' || !Properties.Targets.some(({ Arn }: { Arn: object }) => isIt(Arn))) return [];
    return Properties.EventPattern['detail-type'];
  });
  return [...new Set(types)].sort();
}

describe('the template', () => {
  it('lets through what grants.txt says, no less and no more', async () => {
    const granted = readFileSync(join(import.meta.dirname, 'grants.txt'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(grantsOf(await compiled())).toEqual(granted);
  });

  it('brings each function the events that it has contracts for, and no others', async () => {
    const template = await compiled();
    const typesOf = (contracts: readonly { type: string }[]) => contracts.map(({ type }) => type).sort();

    expect(typesFor(template, 'TellLambdaFunction')).toEqual(typesOf(TOLD));
    expect(typesFor(template, 'HonourLambdaFunction')).toEqual(typesOf(CLAIMED));
    const known = [...smartHomeEvents, ...spaceInvadersEvents].map(({ type }): string => type);
    expect(Object.values(OF_ONE_TYPE).filter((type) => !known.includes(type))).toEqual([]);
  });

  it('lets the serve come across of all strokes: no other invokes anything', async () => {
    const { Resources } = await compiled();

    for (const player of ['Ping', 'Pong']) {
      expect(Resources[`TellSnsSubscription${player}`]?.Properties).toMatchObject({
        FilterPolicyScope: 'MessageBody',
        FilterPolicy: { type: ['ping_pong.ball_hit'], detail: { stroke: [{ numeric: ['=', 1] }] } },
      });
    }
  });

  it('shows on its dashboard whatever its functions count', async () => {
    const report = readFileSync(join(SERVICE_FOLDER, 'report.ts'), 'utf8');
    const counted = report.match(/\b(Happenings|Records|Messages|Connections)[A-Z]\w+/g) ?? [];
    const { Resources } = await compiled();
    const shown = Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');

    expect(counted).toHaveLength(8);
    expect(counted.filter((metric) => !JSON.stringify(shown).includes(metric))).toEqual([]);
  });

  it('has a place for what each topic and each rule could not deliver', async () => {
    const { Resources } = await compiled();
    const givers = Object.entries(Resources).filter(([, { Type }]) =>
      ['AWS::SNS::Subscription', 'AWS::Events::Rule'].includes(Type),
    );
    const queue = { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] };

    expect(givers.length).toBeGreaterThan(8);
    for (const [id, { Properties }] of givers) {
      const places = Properties.Targets?.map(
        ({ DeadLetterConfig }: { DeadLetterConfig?: object }) => DeadLetterConfig,
      ) ?? [{ Arn: Properties.RedrivePolicy?.deadLetterTargetArn }];
      expect([id, places]).toEqual([id, [{ Arn: queue }]]);
    }
  });
});
