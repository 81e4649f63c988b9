// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of Fn::Sub.
import { describe, expect, it } from '@jest/globals';
import { addRoutes } from '../api/routes.ts';
import type { Naming } from '../plugin/serverlessTypes.ts';
import type { Route } from '../settings.ts';
import { readSettings } from '../settings.ts';
import type { Template } from '../template.ts';

const normalizePath = (path: string) => path.replaceAll(/[^\w]/g, '');
const naming: Naming = {
  getApiGatewayName: () => 'invaders-dev',
  getRestApiLogicalId: () => 'Api',
  getStageLogicalId: () => 'Stage',
  getResourceLogicalId: (path) => `Resource${normalizePath(path)}`,
  getMethodLogicalId: (resource, method) => `Method${resource}${method}`,
  normalizePath,
};

const shots: Route = {
  action: 'kinesis:PutRecord',
  resource: { 'Fn::GetAtt': ['Shots', 'Arn'] },
  request: { 'Fn::Sub': '{"StreamName":"${Shots}"}' },
  responses: { 202: '{}', 400: '{"title":"Bad Request"}' },
};

function added(
  routes: Record<string, Route>,
  template: Template = { Resources: {} },
  origins = ['https://a.example'],
): Template {
  const cors = { origins, headers: ['Content-Type'] };
  addRoutes(template, routes, { naming, apiName: 'invaders-dev', endpointType: 'REGIONAL', stageName: 'dev', cors });
  return template;
}

describe('a route without a function', () => {
  it('makes the API when no function has a route, and all resources on its way', () => {
    const { Resources, Outputs } = added({ 'POST /v1/shots': shots });

    expect(Resources.Api?.Properties).toEqual({
      Name: 'invaders-dev',
      EndpointConfiguration: { Types: ['REGIONAL'] },
    });
    expect(Resources.Resourcev1?.Properties?.ParentId).toEqual({ 'Fn::GetAtt': ['Api', 'RootResourceId'] });
    expect(Resources.Resourcev1shots?.Properties).toMatchObject({ ParentId: { Ref: 'Resourcev1' }, PathPart: 'shots' });
    expect(Outputs?.ServiceEndpoint?.Value).toEqual({
      'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/dev',
    });
  });

  it('may be read by one origin, or by all where there are several', () => {
    const allowed = (origins: string[]) => JSON.stringify(added({ 'POST /shots': shots }, undefined, origins));

    expect(allowed(['https://a.example'])).toContain(
      `"method.response.header.Access-Control-Allow-Origin":"'https://a.example'"`,
    );
    expect(allowed(['https://a.example', 'https://b.example'])).toContain(
      `"method.response.header.Access-Control-Allow-Origin":"'*'"`,
    );
  });

  it('reaches the action with a role that may do nothing else', () => {
    const { Resources } = added({ 'POST /shots': shots });

    expect(Resources.MethodshotsPOST?.Properties?.Integration).toMatchObject({
      Type: 'AWS',
      Uri: { 'Fn::Sub': 'arn:${AWS::Partition}:apigateway:${AWS::Region}:kinesis:action/PutRecord' },
      Credentials: { 'Fn::GetAtt': ['MethodshotsPOSTRole', 'Arn'] },
      RequestTemplates: { 'application/json': shots.request },
      IntegrationResponses: [{ StatusCode: '202' }, { StatusCode: '400', SelectionPattern: '4\\d{2}' }],
    });
    expect(Resources.MethodshotsPOSTRole?.Properties?.Policies).toEqual([
      {
        PolicyName: 'route',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'kinesis:PutRecord', Resource: shots.resource }],
        },
      },
    ]);
  });

  it('tells the action in a header where the service takes it from there', () => {
    const { Resources } = added({ 'POST /captures': { ...shots, action: 'events:PutEvents' } });

    expect(Resources.MethodcapturesPOST?.Properties?.Integration).toMatchObject({
      RequestParameters: {
        'integration.request.header.X-Amz-Target': "'AWSEvents.PutEvents'",
        'integration.request.header.Content-Type': "'application/x-amz-json-1.1'",
      },
    });
  });

  it('adds its method to a preflight that is there', () => {
    const made = added({ 'POST /shots': shots });
    added({ 'GET /shots': { responses: { 200: '{}' } } }, made);

    expect(JSON.stringify(made.Resources.Methodshotsoptions)).toContain("'OPTIONS,POST,GET'");
  });

  it('is refused where a function has the same route, and where no way leads', () => {
    const made = added({ 'POST /shots': shots });

    expect(() => added({ 'POST /shots': shots }, made)).toThrow(
      "frame.routes has 'POST /shots', which a function has too",
    );
    expect(() => added({ 'POST /mails': { ...shots, action: 'ses:SendEmail' } })).toThrow(
      "frame.routes.POST /mails: no route leads to 'ses'; there are ways to dynamodb, events, firehose, kinesis, ssm, states",
    );
  });
});

describe('the settings', () => {
  it('take numbers that params give as texts, and refuse what is none', () => {
    const read = (rate: unknown) => readSettings({ throttle: { rate, burst: '20' } }, undefined).throttle;

    expect(read('50')).toEqual({ rate: 50, burst: 20 });
    expect(() => read('many')).toThrow("custom.frame.throttle.rate is 'many', which is no number above 0");
    expect(() => read(0)).toThrow("custom.frame.throttle.rate is '0', which is no number above 0");
  });

  it('know several origins, no topic, and a service without alarms', () => {
    const common = { cors: { origin: 'https://a.example, https://b.example' }, alarms: { topicArn: '' } };

    expect(readSettings(common, {})).toMatchObject({
      cors: { origins: ['https://a.example', 'https://b.example'], headers: [] },
      alarms: { topicArn: undefined },
    });
    expect(readSettings(common, { alarms: false }).alarms).toBeUndefined();
  });
});
