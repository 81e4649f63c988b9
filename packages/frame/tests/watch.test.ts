// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of Fn::Sub.
import { describe, expect, it } from '@jest/globals';
import { ofType, type Template, type TemplateResource } from '../template.ts';
import { addAlarms } from '../watch/alarms.ts';
import { metricProblems } from '../watch/check.ts';
import { addDashboard } from '../watch/dashboard.ts';
import { EMITTED, whyNeverEmitted } from '../watch/metrics.ts';
import { watchedIn } from '../watch/watched.ts';

const invokedBy = (id: string, Principal: string): TemplateResource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { FunctionName: { 'Fn::GetAtt': [id, 'Arn'] }, Principal },
});
const readBy = (id: string, source: string, more: object = {}): TemplateResource => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { FunctionName: { Ref: id }, EventSourceArn: { 'Fn::GetAtt': [source, 'Arn'] }, ...more },
});

/** One of each kind. */
const template = (): Template => ({
  Resources: {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'all-dev' } },
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'dev' } },
    Http: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
    HttpStage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Http' }, StageName: '$default' } },
    Socket: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'WEBSOCKET' } },
    SocketStage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Socket' }, StageName: 'dev' } },
    Shown: { Type: 'AWS::Lambda::Function' },
    ShownPermission: invokedBy('Shown', 'apigateway.amazonaws.com'),
    Hit: { Type: 'AWS::Lambda::Function' },
    HitPermission: invokedBy('Hit', 'sns.amazonaws.com'),
    Score: { Type: 'AWS::Lambda::Function' },
    ScoreSource: readBy('Score', 'Shots', { StartingPosition: 'LATEST' }),
    ScoreQueue: readBy('Score', 'Orders'),
    Orders: { Type: 'AWS::SQS::Queue' },
    Dead: { Type: 'AWS::SQS::Queue' },
    Shots: { Type: 'AWS::Kinesis::Stream' },
    Archive: { Type: 'AWS::KinesisFirehose::DeliveryStream' },
    Sorted: {
      Type: 'AWS::KinesisFirehose::DeliveryStream',
      Properties: { ExtendedS3DestinationConfiguration: { DynamicPartitioningConfiguration: { Enabled: true } } },
    },
    Redrive: { Type: 'AWS::SQS::Queue' },
    Pipe: { Type: 'AWS::Pipes::Pipe', Properties: { Source: { 'Fn::GetAtt': ['Redrive', 'Arn'] } } },
    Plans: { Type: 'AWS::Scheduler::ScheduleGroup' },
    Spawn: { Type: 'AWS::Lambda::Function' },
    Plan: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: { Target: { Arn: { 'Fn::GetAtt': ['Spawn', 'Arn'] } } },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'all' } },
    Capture: { Type: 'AWS::Events::Rule', Properties: { Name: 'capture', EventBusName: { Ref: 'Bus' } } },
    Notify: { Type: 'AWS::Events::Rule', Properties: { Name: 'notify', EventBusName: { Ref: 'Bus' } } },
    Nameless: { Type: 'AWS::Events::Rule', Properties: { EventBusName: { Ref: 'Bus' } } },
    Alarms: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { source: ['aws.cloudwatch'] } } },
    Daily: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 day)' } },
    Games: { Type: 'AWS::DynamoDB::Table', Properties: { GlobalSecondaryIndexes: [{ IndexName: 'Latest' }] } },
  },
});

function watched(topicArn?: string): Template {
  const made = template();
  const all = watchedIn(made);
  addAlarms(made, all, topicArn);
  const domain = { widgets: [{ title: 'Strokes', metrics: ['Strokes'] }], namespace: 'Arcade/All', service: 'all' };
  addDashboard(made, { name: 'all-dev', domain, watched: all });
  return made;
}

function metricsOf({ Resources }: Template, id: string): { MetricStat?: object }[] {
  return (Resources[id]?.Properties?.Metrics ?? []) as { MetricStat?: object }[];
}

describe('what is watched', () => {
  it('is each kind of resource, by what goes wrong with it', () => {
    expect(ofType(watched(), 'AWS::CloudWatch::Alarm').map(([id]) => id)).toEqual([
      'StageFailsAlarm',
      'HttpStageFailsAlarm',
      'SocketStageFailsAlarm',
      'HitFailsAlarm',
      'HitIsThrottledAlarm',
      'ScoreFailsAlarm',
      'ScoreIsThrottledAlarm',
      'ScoreIsLateAlarm',
      'OrdersIsLateAlarm',
      'DeadHoldsMessagesAlarm',
      'ShotsIsThrottledAlarm',
      'ArchiveIsLateAlarm',
      'SortedIsLateAlarm',
      'SortedIsCrowdedAlarm',
      'RedriveIsLateAlarm',
      'PipeFailsAlarm',
      'PlansFailsAlarm',
      'SpawnFailsAlarm',
      'SpawnIsThrottledAlarm',
      'BusFailsAlarm',
      'BusIsThrottledAlarm',
      'BusIsLateAlarm',
      'AlarmsFailsAlarm',
      'GamesIsThrottledAlarm',
    ]);
  });

  it('is emitted by AWS, all of it', () => {
    expect(metricProblems(watched())).toEqual([]);
  });

  it('counts the throttled requests of a table and of its indexes, each under its own dimensions', () => {
    const Metrics = metricsOf(watched(), 'GamesIsThrottledAlarm');

    expect(Metrics).toHaveLength(5);
    expect(Metrics[2]).toMatchObject({
      MetricStat: {
        Metric: {
          MetricName: 'ReadThrottleEvents',
          Dimensions: [
            { Name: 'TableName', Value: { Ref: 'Games' } },
            { Name: 'GlobalSecondaryIndexName', Value: 'Latest' },
          ],
        },
      },
      ReturnData: false,
    });
    expect(Metrics[4]).toEqual({ Id: 'all', Expression: 'SUM(METRICS())', ReturnData: true });
  });

  it('takes the slowest rule of a bus, by bus and rule, and a percentile as what CloudWatch calls an extended statistic', () => {
    const Metrics = metricsOf(watched(), 'BusIsLateAlarm');
    expect(Metrics.at(-1)).toEqual({ Id: 'all', Expression: 'MAX(METRICS())', ReturnData: true });
    expect(Metrics.map(({ MetricStat }) => MetricStat)).toEqual([
      ...['capture', 'notify'].map((Value) => ({
        Metric: {
          Namespace: 'AWS/Events',
          MetricName: 'IngestionToInvocationCompleteLatency',
          Dimensions: [
            { Name: 'EventBusName', Value: { Ref: 'Bus' } },
            { Name: 'RuleName', Value },
          ],
        },
        Stat: 'p99',
        Period: 300,
      })),
      undefined,
    ]);

    const made = template();
    delete made.Resources.Notify;
    addAlarms(made, watchedIn(made), undefined);
    const alone = made.Resources.BusIsLateAlarm?.Properties;
    expect(alone).toMatchObject({ ExtendedStatistic: 'p99', Threshold: 10_000 });
    expect(alone).not.toHaveProperty('Statistic');
  });

  it('says on the dashboard, once, why there is no line for Events', () => {
    const body = watched().Resources.Dashboard?.Properties?.DashboardBody as { 'Fn::Sub': string };
    const { widgets } = JSON.parse(body['Fn::Sub']) as { widgets: { type: string; properties: object }[] };

    expect(widgets.filter(({ type }) => type === 'text').map(({ properties }) => properties)).toEqual([
      { markdown: expect.stringContaining("**Events** counts partners' events only") },
    ]);
    expect(body['Fn::Sub']).toContain('"MatchedEvents","EventBusName","${Bus}","RuleName","capture"');
    expect(whyNeverEmitted('AWS/Events', 'Events', ['EventBusName'])).toContain(
      'by EventSourceName, not by EventBusName',
    );
  });

  it('has no more than ten metrics in an alarm, which is CloudWatch’s limit', () => {
    const made = template();
    const indexes = Array.from({ length: 6 }, (_, index) => ({ IndexName: `Index${index}` }));
    made.Resources.Games = { Type: 'AWS::DynamoDB::Table', Properties: { GlobalSecondaryIndexes: indexes } };
    addAlarms(made, watchedIn(made), undefined);

    const counts = ['GamesIsThrottledAlarm', 'GamesIsThrottled2Alarm'].map(
      (id) => metricsOf(made, id).filter(({ MetricStat }) => MetricStat).length,
    );
    expect(counts).toEqual([10, 4]);
  });

  it('rings at the topic that the params name, and nowhere without', () => {
    const actions = (made: Template) => made.Resources.StageFailsAlarm?.Properties?.AlarmActions;

    expect(actions(watched('arn:aws:sns:eu-west-1:0:alarms'))).toEqual(['arn:aws:sns:eu-west-1:0:alarms']);
    expect(actions(watched())).toBeUndefined();
  });

  it('leaves an alarm and a dashboard that the service has under the same name', () => {
    const made = template();
    const own = { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmDescription: 'own' } };
    const ownDashboard = { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardBody: '{"widgets":[]}' } };
    Object.assign(made.Resources, { StageFailsAlarm: own, Dashboard: ownDashboard });
    addAlarms(made, watchedIn(made), undefined);
    addDashboard(made, { name: 'all-dev', domain: undefined, watched: watchedIn(made) });

    expect(made.Resources.StageFailsAlarm).toEqual(own);
    expect(made.Resources.Dashboard).toEqual(ownDashboard);
  });

  it('is drawn in one widget for each kind of metric, the service’s own first', () => {
    const body = watched().Resources.Dashboard?.Properties?.DashboardBody as { 'Fn::Sub': string };
    const { widgets } = JSON.parse(body['Fn::Sub']) as {
      widgets: { properties: { title: string; metrics: unknown[][] } }[];
    };
    const byTitle = Object.fromEntries(widgets.map(({ properties }) => [properties.title, properties.metrics]));

    expect(widgets[0]?.properties.title).toBe('Strokes');
    expect(byTitle.Strokes).toEqual([['Arcade/All', 'Strokes', 'service', 'all', { stat: 'Sum' }]]);
    expect(byTitle['Duration (p99): functions']).toHaveLength(4);
    expect(byTitle['Dead letters: dead letters']).toEqual([
      ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', '${Dead.QueueName}', { stat: 'Maximum' }],
    ]);
  });
});

describe('the table of what AWS emits', () => {
  it('names a page of AWS for each namespace', () => {
    for (const { page } of Object.values(EMITTED)) expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/);
  });

  it.each([
    ['AWS/DynamoDB', 'ThrottledRequests', ['TableName'], 'by TableName and Operation, not by TableName'],
    ['AWS/DynamoDB', 'UserErrors', ['TableName'], 'by no dimension, not by TableName'],
    ['AWS/Lambda', 'Erors', ['FunctionName'], 'AWS emits no AWS/Lambda Erors that is known here'],
    ['AWS/Lambdas', 'Errors', ['FunctionName'], 'nothing is known of the namespace AWS/Lambdas'],
    ['Arcade/Mafia', 'TurnsPlayed', ['stage'], 'is written by service, not by stage'],
  ])('finds that %s %s by %j never has data', (namespace, metric, dimensions, why) => {
    expect(whyNeverEmitted(namespace, metric, dimensions)).toContain(why);
  });

  it('takes dimensions in any order', () => {
    expect(whyNeverEmitted('AWS/ApiGateway', '5XXError', ['Stage', 'ApiName'])).toBeUndefined();
    expect(whyNeverEmitted('Arcade/Mafia', 'TurnsPlayed', ['service'])).toBeUndefined();
  });
});
