import { fileURLToPath } from 'node:url';
import { createVirtualClock, type VirtualClock } from '../../core/clock.ts';
import { type Cloud, createCloud } from '../../create.ts';

type Json = Record<string, unknown>;
type Resources = Record<string, { Type: string; Properties?: Json; DependsOn?: string[] }>;

/** A REST API behind the front door, with the functions of `functions.mjs`. */
export interface TestApi {
  cloud: Cloud;
  clock: VirtualClock;
  apiId: string;
  /** `http://127.0.0.1:<port>/_api/<id>/dev` */
  url: string;
  /** Deploys another version. */
  redeploy(methods: TestMethod[], more?: TestApiOptions): Promise<void>;
  close(): Promise<void>;
}

/** A method of the API: a path of the template's own spelling and the method's properties. */
export interface TestMethod {
  path: string;
  method: string;
  properties: Json;
}

export interface TestApiOptions {
  /** Further resources. */
  resources?: Resources;
  /** Properties of the RestApi. */
  api?: Json;
  /** Where the permission of API Gateway goes: a SourceArn after the API's id. None leaves the permission out. */
  permission?: string | null;
  /** Properties of the Deployment. */
  deployment?: Json;
}

const FUNCTIONS = ['echo', 'answer', 'mapped', 'image'];
const file = fileURLToPath(new URL('./functions.mjs', import.meta.url));

export async function startApi(methods: TestMethod[], options: TestApiOptions = {}): Promise<TestApi> {
  const clock = createVirtualClock();
  const cloud = await createCloud({ port: 0, clock, pages: [4000] });
  const deploy = (version: number, ...[some, more = {}]: [TestMethod[], TestApiOptions?]) =>
    cloud.stacks.deploy({
      stackName: 'arcade',
      template: templateOf(version, some, more),
      functions: Object.fromEntries(FUNCTIONS.map((name) => [name, { kind: 'bundle', file, handler: name }])),
    });
  let version = 1;
  try {
    const { outputs } = await deploy(version, methods, options);
    const apiId = outputs.ApiId as string;
    return {
      cloud,
      clock,
      apiId,
      url: `${cloud.endpoint}/_api/${apiId}/dev`,
      async redeploy(some, more) {
        version += 1;
        await deploy(version, some, more);
      },
      close: () => cloud.close(),
    };
  } catch (error) {
    await cloud.close();
    throw error;
  }
}

/** `AWS_PROXY` to a function. */
export function proxyTo(name: string, more: Json = {}): Json {
  return { Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: uriOf(name) }, ...more };
}

/** `AWS` to the function `mapped`; every status gets a method response with the headers that are mapped. */
export function mappedTo(integration: { IntegrationResponses: Json[] } & Json, more: Json = {}): Json {
  const responses = integration.IntegrationResponses.map(({ StatusCode, ResponseParameters = {} }) => ({
    StatusCode,
    ResponseParameters: Object.fromEntries(Object.keys(ResponseParameters as Json).map((name) => [name, true])),
  }));
  return {
    Integration: { Type: 'AWS', IntegrationHttpMethod: 'POST', Uri: uriOf('mapped'), ...integration },
    MethodResponses: responses,
    ...more,
  };
}

export function uriOf(name: string) {
  const parts = ['arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/', { 'Fn::GetAtt': [name, 'Arn'] }];
  return { 'Fn::Join': ['', [...parts, '/invocations']] };
}

const API_ID = { Ref: 'Api' };

function templateOf(
  version: number,
  methods: TestMethod[],
  { resources = {}, api = {}, permission = '/*/*', deployment = {} }: TestApiOptions,
) {
  const all: Resources = {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] }, Action: ['sts:AssumeRole'] },
          ],
        },
      },
    },
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'arcade', ...api } },
    ...resources,
  };
  for (const name of FUNCTIONS) {
    all[name] = {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: name,
        Handler: `functions.${name}`,
        Runtime: 'nodejs24.x',
        Code: { S3Bucket: 'code', S3Key: 'code.zip' },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Timeout: 30,
      },
    };
    if (permission !== null) all[`${name}Permission`] = permissionOf(name, permission);
  }
  for (const [index, { path, method, properties }] of methods.entries()) {
    const ResourceId = addResources(all, path);
    all[`Method${index}`] = {
      Type: 'AWS::ApiGateway::Method',
      Properties: { RestApiId: API_ID, ResourceId, HttpMethod: method, AuthorizationType: 'NONE', ...properties },
    };
  }
  all[`Deployment${version}`] = {
    Type: 'AWS::ApiGateway::Deployment',
    Properties: { RestApiId: API_ID, StageName: 'dev', ...deployment },
    DependsOn: methods.map((_, index) => `Method${index}`),
  };
  return { Resources: all, Outputs: { ApiId: { Value: API_ID } } };
}

function permissionOf(name: string, tail: string) {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { 'Fn::GetAtt': [name, 'Arn'] },
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: { 'Fn::Join': ['', ['arn:aws:execute-api:eu-west-1:000000000000:', API_ID, tail]] },
    },
  };
}

/** Adds what the path needs; gives back the reference to its last part. */
function addResources(all: Resources, path: string): unknown {
  let parent: unknown = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
  let id = 'Path';
  for (const part of path.split('/').filter(Boolean)) {
    id += part.replaceAll(/[^a-zA-Z0-9]/g, 'X');
    all[id] = {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: API_ID, ParentId: parent, PathPart: part },
    };
    parent = { Ref: id };
  }
  return parent;
}
