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

  const FAILED = JSON.stringify({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: 'Something went wrong on our side.',
  });
  it.each([
    [
      'all failures',
      { 202: '{}' },
      [
        ['202', undefined, '{}'],
        ['500', '[45]\\d{2}', FAILED],
      ],
    ],
    [
      'those of its own',
      { 202: '{}', 400: 'a' },
      [
        ['202', undefined, '{}'],
        ['400', '4\\d{2}', 'a'],
        ['500', '5\\d{2}', FAILED],
      ],
    ],
    [
      'those of the service',
      { 202: '{}', 503: 'b' },
      [
        ['202', undefined, '{}'],
        ['503', '[45]\\d{2}', 'b'],
      ],
    ],
    [
      'none',
      { 202: '{}', 400: 'a', 503: 'b' },
      [
        ['202', undefined, '{}'],
        ['400', '4\\d{2}', 'a'],
        ['503', '5\\d{2}', 'b'],
      ],
    ],
  ] as [string, Record<string, string>, unknown[]][])(
    'lets no failure look like a success: of %s it says itself that something went wrong',
    (_what, responses, wanted) => {
      const { Resources } = added({ 'POST /shots': { ...shots, responses } });
      const { Integration, MethodResponses } = (Resources.MethodshotsPOST?.Properties ?? {}) as {
        Integration: { IntegrationResponses: Record<string, Record<string, string>>[] };
        MethodResponses: Record<string, unknown>[];
      };
      const answers = Integration.IntegrationResponses;
      const type = 'method.response.header.Content-Type';

      expect(
        answers.map((one) => [one.StatusCode, one.SelectionPattern, one.ResponseTemplates?.['application/json']]),
      ).toEqual(wanted);
      expect(answers.map((one) => one.ResponseParameters?.[type])).toEqual([
        undefined,
        ...wanted.slice(1).map(() => "'application/problem+json'"),
      ]);
      expect(MethodResponses.at(-1)).toEqual({
        StatusCode: answers.at(-1)?.StatusCode,
        ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': true, [type]: true },
      });
    },
  );

  it('has the parameters of its query asked for, with and without a body that is checked', () => {
    const model = { type: 'object' };
    const query = ['sessionId'];
    const { Resources } = added({ 'POST /shots': { ...shots, query }, 'PUT /shots': { ...shots, query, model } });

    expect(Resources.MethodshotsPOST?.Properties).toMatchObject({
      RequestParameters: { 'method.request.querystring.sessionId': true },
      RequestValidatorId: { Ref: 'ApiQueryValidator' },
    });
    expect(Resources.ApiQueryValidator?.Properties).toEqual({
      RestApiId: { Ref: 'Api' },
      ValidateRequestParameters: true,
    });
    expect(Resources.ApiQueryBodyValidator?.Properties).toEqual({
      RestApiId: { Ref: 'Api' },
      ValidateRequestParameters: true,
      ValidateRequestBody: true,
    });
  });

  it('has bodies checked against its model, by one validator for all routes', () => {
    const model = { type: 'object', required: ['fakemonId'] };
    const { Resources } = added({ 'POST /shots': { ...shots, model }, 'PUT /shots': { ...shots, model } });

    expect(Resources.MethodshotsPOST?.Properties).toMatchObject({
      RequestModels: { 'application/json': { Ref: 'MethodshotsPOSTModel' } },
      RequestValidatorId: { Ref: 'ApiBodyValidator' },
    });
    expect(Resources.MethodshotsPUT?.Properties?.RequestValidatorId).toEqual({ Ref: 'ApiBodyValidator' });
    expect(Resources.ApiBodyValidator?.Properties).toEqual({ RestApiId: { Ref: 'Api' }, ValidateRequestBody: true });
    expect(Resources.MethodshotsPOSTModel?.Properties).toEqual({
      RestApiId: { Ref: 'Api' },
      ContentType: 'application/json',
      Schema: { $schema: 'http://json-schema.org/draft-04/schema#', ...model },
    });
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

  it('have pages send the header of a token where there is an authorizer, and refuse one that would let in anybody', () => {
    const cors = { origin: 'https://a.example', headers: ['Content-Type'] };
    const pool = { userPoolArn: 'arn:pool', clientId: { Ref: 'Client' } };

    expect(readSettings({ cors }, { authorizer: pool })).toMatchObject({
      cors: { headers: ['Content-Type', 'Authorization'] },
      authorizer: { ...pool, open: [] },
    });
    expect(readSettings({ cors }, {})).toMatchObject({ cors: { headers: ['Content-Type'] }, authorizer: undefined });
    expect(() => readSettings({}, { authorizer: { ...pool, clientId: '' } })).toThrow(
      'frame.authorizer.clientId is empty: it comes from the stack that has the user pool',
    );
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
