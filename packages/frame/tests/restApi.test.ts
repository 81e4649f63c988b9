import { describe, expect, it } from '@jest/globals';
import { addGatewayResponses } from '../api/gatewayResponses.ts';
import { deployRestApi, throttleStages } from '../api/restApi.ts';
import { FrameError } from '../errors.ts';
import { ofType, type Template, type TemplateResource } from '../template.ts';

const RestApiId = { Ref: 'Api' };

const method = (functionId: string, more: object = {}): TemplateResource => ({
  Type: 'AWS::ApiGateway::Method',
  Properties: {
    RestApiId,
    HttpMethod: 'GET',
    AuthorizationType: 'NONE',
    ResourceId: { Ref: 'Games' },
    Integration: { Uri: { 'Fn::Sub': `\${${functionId}.Arn}` } },
    ...more,
  },
});

/** What osls makes of a function with one route, but for what is put in its place. */
const template = (changes: Template['Resources'] = {}): Template => ({
  Resources: {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'mafia-dev' } },
    Games: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId, PathPart: 'games', ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] } },
    },
    GamesGet: method('ListLambdaFunction'),
    ListLambdaFunction: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'mafia-dev-list', Code: { S3Key: 'one' }, MemorySize: 256 },
    },
    ApiGatewayDeployment1795281906717: {
      Type: 'AWS::ApiGateway::Deployment',
      Properties: { RestApiId, StageName: 'dev' },
      DependsOn: ['GamesGet'],
    },
    ...changes,
  },
});

function deployed(changes?: Template['Resources'], redeploy = ''): Template {
  const made = template(changes);
  deployRestApi(made, { api: 'Api', stageName: 'dev', stageId: 'Stage', redeploy });
  return made;
}

const deploymentId = (of: Template) => ofType(of, 'AWS::ApiGateway::Deployment').map(([id]) => id);

describe('the deployment of a REST API', () => {
  it('is the same one while the API is the same, in whatever order it was written', () => {
    const { Games, Api, ...others } = template().Resources as Record<string, TemplateResource>;
    const turned: Template = {
      Resources: { ...others, Games: Games as TemplateResource, Api: Api as TemplateResource },
    };
    deployRestApi(turned, { api: 'Api', stageName: 'dev', stageId: 'Stage', redeploy: '' });

    expect(deploymentId(turned)).toEqual(deploymentId(deployed()));
    expect(deploymentId(turned)).toHaveLength(1);
  });

  it('stays when a function’s code or memory changes', () => {
    const Properties = { FunctionName: 'mafia-dev-list', Code: { S3Key: 'two' }, MemorySize: 512 };

    expect(deploymentId(deployed({ ListLambdaFunction: { Type: 'AWS::Lambda::Function', Properties } }))).toEqual(
      deploymentId(deployed()),
    );
  });

  it.each<[string, Template['Resources']]>([
    ['a method’s integration', { GamesGet: method('OtherLambdaFunction') }],
    ['a method that osls knows nothing of', { ByHand: method('ListLambdaFunction', { HttpMethod: 'POST' }) }],
    [
      'the API',
      { Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'mafia-dev', BinaryMediaTypes: ['*/*'] } } },
    ],
    [
      'the name of the function that it calls',
      { ListLambdaFunction: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'mafia-dev-all' } } },
    ],
    ['a gateway response', { Refused: { Type: 'AWS::ApiGateway::GatewayResponse', Properties: { RestApiId } } }],
  ])('is another one when %s changes', (_, changes) => {
    expect(deploymentId(deployed(changes))).not.toEqual(deploymentId(deployed()));
  });

  it('is another one when one asks for it', () => {
    expect(deploymentId(deployed({}, 'again'))).not.toEqual(deploymentId(deployed()));
  });

  it('waits for every part that it takes a picture of', () => {
    const made = deployed({ ByHand: method('ListLambdaFunction', { HttpMethod: 'POST' }) });

    expect(made.Resources[deploymentId(made)[0] ?? '']?.DependsOn).toEqual(['ByHand', 'Games', 'GamesGet']);
  });

  it('has a stage beside it, for which waits what waited for the deployment', () => {
    const plan = { Type: 'AWS::ApiGateway::UsagePlan', DependsOn: 'ApiGatewayDeployment1795281906717' };
    const made = deployed({ Plan: plan });

    expect(made.Resources.Stage?.Properties).toEqual({
      RestApiId,
      DeploymentId: { Ref: deploymentId(made)[0] },
      StageName: 'dev',
    });
    expect(made.Resources.Plan?.DependsOn).toBe('Stage');
  });

  it('is refused for an API without a route', () => {
    expect(() => {
      const made = template();
      delete made.Resources.GamesGet;
      deployRestApi(made, { api: 'Api', stageName: 'dev', stageId: 'Stage', redeploy: '' });
    }).toThrow(FrameError);
  });
});

describe('throttles', () => {
  const throttle = { rate: 50, burst: 100 };

  it('stand on stages of all kinds, and leave what a template says itself', () => {
    const made = deployed({
      Http: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'HttpApi' } } },
      Own: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { DefaultRouteSettings: { ThrottlingRateLimit: 7 } } },
    });
    throttleStages(made, { throttle, throttles: {}, routes: [] });

    expect(made.Resources.Stage?.Properties?.MethodSettings).toEqual([
      { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    ]);
    expect(made.Resources.Http?.Properties?.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 50,
      ThrottlingBurstLimit: 100,
    });
    expect(made.Resources.Own?.Properties?.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 7,
      ThrottlingBurstLimit: 100,
    });
  });

  it('are refused for a route that is not there', () => {
    const asked = { throttle, throttles: { 'POST /gmaes': throttle }, routes: ['GET /games', 'POST /games'] };

    expect(() => throttleStages(deployed(), asked)).toThrow(
      "frame.throttles has 'POST /gmaes', which is no route of an API: GET /games, POST /games",
    );
  });

  it('of a route of an HTTP API stand on its stage, which waits for that route; what is said there stays', () => {
    const route = (api: string, RouteKey: string) => ({
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: { ApiId: { Ref: api }, RouteKey },
    });
    const stage = (properties: object = {}) => ({
      Type: 'AWS::ApiGatewayV2::Stage',
      DependsOn: 'Log',
      Properties: { ApiId: { Ref: 'Homes' }, ...properties },
    });
    const made = deployed({
      New: route('Homes', 'POST /homes'),
      Show: route('Homes', 'GET /homes/{homeId}'),
      Sockets: route('Room', '$connect'),
      Stage2: stage(),
      Own: stage({ RouteSettings: { 'POST /homes': { ThrottlingRateLimit: 1 } } }),
      Other: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Room' } } },
    });

    throttleStages(made, { throttle, throttles: { 'POST /homes': { rate: 2, burst: 20 } }, routes: [] });

    const { Stage2, Own, Other, Stage } = made.Resources;
    expect(Stage2?.Properties?.RouteSettings).toEqual({
      'POST /homes': { ThrottlingRateLimit: 2, ThrottlingBurstLimit: 20 },
    });
    expect(Stage2?.DependsOn).toEqual(['Log', 'New']);
    expect(Own?.Properties?.RouteSettings).toEqual({ 'POST /homes': { ThrottlingRateLimit: 1 } });
    expect([Other?.Properties?.RouteSettings, Other?.DependsOn]).toEqual([undefined, undefined]);
    // It is no route of the REST API.
    expect(Stage?.Properties?.MethodSettings).toHaveLength(1);
  });
});

describe('gateway responses', () => {
  const typesOf = (made: Template) =>
    ofType(made, 'AWS::ApiGateway::GatewayResponse').map(([, { Properties }]) => Properties?.ResponseType);
  const added = (changes?: Template['Resources'], origins = ['https://a.example']) => {
    const made = template(changes);
    addGatewayResponses(made, { api: 'Api', cors: { origins, headers: [] } });
    return made;
  };
  const OPEN = [
    'DEFAULT_4XX',
    'DEFAULT_5XX',
    'INTEGRATION_TIMEOUT',
    'REQUEST_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
    'THROTTLED',
  ];

  it('are those that the API can give', () => {
    const signed = { GamesGet: method('ListLambdaFunction', { AuthorizationType: 'AWS_IAM' }) };
    const keyed = {
      GamesGet: method('ListLambdaFunction', { ApiKeyRequired: true, RequestValidatorId: { Ref: 'V' } }),
    };

    expect(typesOf(added())).toEqual([...OPEN, 'MISSING_AUTHENTICATION_TOKEN']);
    expect(typesOf(added(signed))).toEqual([...OPEN, 'UNAUTHORIZED', 'ACCESS_DENIED']);
    expect(typesOf(added(keyed))).toEqual([
      ...OPEN,
      'MISSING_AUTHENTICATION_TOKEN',
      'BAD_REQUEST_BODY',
      'BAD_REQUEST_PARAMETERS',
      'INVALID_API_KEY',
      'QUOTA_EXCEEDED',
    ]);
  });

  it('leave one that the service has itself', () => {
    const Own = { Type: 'AWS::ApiGateway::GatewayResponse', Properties: { RestApiId, ResponseType: 'THROTTLED' } };

    expect(typesOf(added({ Own })).filter((type) => type === 'THROTTLED')).toHaveLength(1);
  });

  it('are read by one origin, or by all where there are several', () => {
    const header = (made: Template) => made.Resources.ApiThrottled?.Properties?.ResponseParameters;
    const readBy = (origin: string) =>
      expect.objectContaining({ 'gatewayresponse.header.Access-Control-Allow-Origin': `'${origin}'` });

    expect(header(added())).toEqual(readBy('https://a.example'));
    expect(header(added({}, ['https://a.example', 'https://b.example']))).toEqual(readBy('*'));
  });

  it('are JSON once the variable is replaced', () => {
    for (const [, { Properties = {} }] of ofType(added(), 'AWS::ApiGateway::GatewayResponse')) {
      const { 'application/json': text = '' } = Properties.ResponseTemplates as Record<string, string>;

      expect(JSON.parse(text.replace('$context.error.messageString', '"why"'))).toMatchObject({ type: 'about:blank' });
    }
  });
});
