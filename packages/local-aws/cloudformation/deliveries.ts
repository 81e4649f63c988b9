import { LOCAL_ACCOUNT, LOCAL_REGION } from '../core/arn.ts';
import { member } from './deployment.ts';
import type { ResourceState } from './state.ts';

/** A message's way that a template sets up: who will bring something to what. */
export interface Edge {
  /** The resource that asks for it. */
  resource: ResourceState;
  targetArn: string;
  /** Either a service that acts for one of its resources (the target's own policy must allow it) ... */
  service?: { name: string; sourceArn: string };
  /** ... or a role. */
  roleArn?: string;
  /** What must be allowed; left out, it follows from the target: lambda:InvokeFunction, sqs:SendMessage, sns:Publish. */
  actions?: readonly string[];
}

type EdgesOf = (resource: ResourceState, all: readonly ResourceState[]) => Edge[];

/** The ways that each resource type sets up. */
const EDGES: Readonly<Record<string, EdgesOf>> = {
  'AWS::SNS::Subscription': (resource) => {
    const topicArn = text(resource.properties, 'TopicArn');
    const deadLetterArn = text(parsed(member(resource.properties, 'RedrivePolicy')), 'deadLetterTargetArn');
    return serviceEdges(resource, 'sns.amazonaws.com', topicArn, [
      text(resource.properties, 'Endpoint'),
      deadLetterArn,
    ]);
  },
  'AWS::SNS::Topic': (resource) => {
    const endpoints = list(resource.properties, 'Subscription').map((subscription) => text(subscription, 'Endpoint'));
    return serviceEdges(resource, 'sns.amazonaws.com', resource.provisioned.physicalId, endpoints);
  },
  'AWS::Events::Rule': (resource) => {
    const targets = list(resource.properties, 'Targets');
    const arns = targets.flatMap((target) => [
      // A target with a role is reached with that role, not by the target's policy.
      text(target, 'RoleArn') === '' ? text(target, 'Arn') : '',
      text(member(target, 'DeadLetterConfig'), 'Arn'),
    ]);
    return serviceEdges(resource, 'events.amazonaws.com', resource.provisioned.attributes.Arn ?? '', arns);
  },
  'AWS::ApiGateway::Method': (resource, all) => {
    const integration = member(resource.properties, 'Integration');
    const functionArn = /:lambda:path\/[^/]+\/functions\/(.+)\/invocations$/.exec(text(integration, 'Uri'))?.[1] ?? '';
    if (text(integration, 'Credentials') !== '') return [];
    return serviceEdges(resource, 'apigateway.amazonaws.com', methodArn(resource, all), [functionArn]);
  },
  'AWS::Lambda::Function': (resource) => {
    const targetArn = text(member(resource.properties, 'DeadLetterConfig'), 'TargetArn');
    return roleEdges(resource, text(resource.properties, 'Role'), [targetArn]);
  },
  'AWS::Lambda::EventInvokeConfig': (resource, all) => {
    const destinations = member(resource.properties, 'DestinationConfig');
    const targets = ['OnFailure', 'OnSuccess'].map((outcome) => text(member(destinations, outcome), 'Destination'));
    return roleEdges(resource, roleOf(text(resource.properties, 'FunctionName'), all), targets);
  },
  'AWS::Lambda::EventSourceMapping': (resource, all) => {
    const sourceArn = text(resource.properties, 'EventSourceArn');
    const actions = sourceArn.split(':')[2] === 'sqs' ? QUEUE_READER : [];
    return roleEdges(resource, roleOf(text(resource.properties, 'FunctionName'), all), [sourceArn], actions);
  },
};

/** What Lambda does to a queue that feeds a function, with the function's role (Lambda guide, "Using Lambda with Amazon SQS"). */
const QUEUE_READER = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** All ways that the resources set up; `all` is where what they refer to is looked for. */
export function edgesOf(resources: readonly ResourceState[], all: readonly ResourceState[]): Edge[] {
  return resources.flatMap((resource) => EDGES[resource.type.type]?.(resource, all) ?? []);
}

function serviceEdges(resource: ResourceState, name: string, sourceArn: string, targets: readonly string[]): Edge[] {
  return targets.filter(isArn).map((targetArn) => ({ resource, targetArn, service: { name, sourceArn } }));
}

function roleEdges(
  resource: ResourceState,
  roleArn: string,
  targets: readonly string[],
  actions?: readonly string[],
): Edge[] {
  if (roleArn === '') return [];
  return targets.filter(isArn).map((targetArn) => ({ resource, targetArn, roleArn, ...(actions && { actions }) }));
}

const isArn = (value: string): boolean => value.startsWith('arn:');

/** The execution role of a function that is named by its name or ARN, with or without a qualifier. */
function roleOf(functionName: string, all: readonly ResourceState[]): string {
  const found = all.find(
    ({ type, provisioned }) =>
      type.type === 'AWS::Lambda::Function' &&
      (provisioned.physicalId === functionName ||
        functionName === provisioned.attributes.Arn ||
        functionName.startsWith(`${provisioned.attributes.Arn}:`)),
  );
  return text(found?.properties, 'Role');
}

/** `arn:aws:execute-api:region:account:api/stage/METHOD/path`: the source of a call, as a Lambda permission sees it. */
function methodArn(resource: ResourceState, all: readonly ResourceState[]): string {
  const api = text(resource.properties, 'RestApiId');
  const method = text(resource.properties, 'HttpMethod').replace('ANY', 'GET');
  const deployment = all.find(
    ({ type, properties }) =>
      type.type.startsWith('AWS::ApiGateway::') &&
      text(properties, 'RestApiId') === api &&
      text(properties, 'StageName') !== '',
  );
  const stage = text(deployment?.properties, 'StageName') || 'local';
  const path = pathOf(text(resource.properties, 'ResourceId'), all);
  return `arn:aws:execute-api:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${api}/${stage}/${method}/${path}`;
}

function pathOf(resourceId: string, all: readonly ResourceState[]): string {
  const found = all.find(
    ({ type, provisioned }) => type.type === 'AWS::ApiGateway::Resource' && provisioned.physicalId === resourceId,
  );
  if (!found) return '';
  const parent = pathOf(text(found.properties, 'ParentId'), all);
  return parent === '' ? text(found.properties, 'PathPart') : `${parent}/${text(found.properties, 'PathPart')}`;
}

function text(properties: unknown, name: string): string {
  const value = member(properties, name);
  return typeof value === 'string' ? value : '';
}

function list(properties: unknown, name: string): unknown[] {
  const value = member(properties, name);
  return Array.isArray(value) ? value : [];
}

/** Some properties are JSON that may be given as text. */
function parsed(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}
