// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Fn::Sub's own placeholders.
import { describe, expect, it } from '@jest/globals';
import { kindOf } from '../core/network.ts';
import { draw } from '../draw/index.ts';
import { check, func, overlay, readTemplate, stream } from '../index.ts';
import type { CloudFormationTemplate } from '../read/template.ts';

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const roleWith = (...statements: { Action: string | string[]; Resource: unknown }[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    Policies: [{ PolicyDocument: { Statement: statements.map((one) => ({ Effect: 'Allow', ...one })) } }] as never,
  },
});
const parameterArn = (id: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:1:parameter\${${id}}` });
const lambda = (role: string) => ({ Type: 'AWS::Lambda::Function', Properties: { Role: arn(role) } });
const route = (method: string, path: string, uri: string, role: string) => ({
  Type: 'AWS::ApiGateway::Method',
  Properties: {
    RestApiId: { Ref: 'Api' },
    ResourceId: { Ref: path },
    HttpMethod: method,
    Integration: { Type: 'AWS', Uri: `arn:aws:apigateway:eu-west-1:${uri}`, Credentials: arn(role) },
  },
});
const resource = (PathPart: string) => ({
  Type: 'AWS::ApiGateway::Resource',
  Properties: { ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] }, PathPart },
});

/** Statuses go onto a stream, and from there to a function and into files, which a catalog describes. */
const Resources = {
  Api: { Type: 'AWS::ApiGateway::RestApi' },
  Session: resource('session'),
  Status: resource('status'),
  ReadsSession: roleWith({ Action: 'ssm:GetParameter', Resource: parameterArn('SessionParameter') }),
  WritesStatus: roleWith({ Action: 'kinesis:PutRecord', Resource: arn('StatusStream') }),
  GetSession: route('GET', 'Session', 'ssm:path//', 'ReadsSession'),
  PostStatus: route('POST', 'Status', 'kinesis:action/PutRecord', 'WritesStatus'),
  SessionParameter: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/game/session' } },
  UnusedParameter: { Type: 'AWS::SSM::Parameter' },
  ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket' },
  StatusStream: { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 1 } },
  CountLambdaFunction: lambda('Counts'),
  Counts: roleWith(
    { Action: ['kinesis:GetRecords', 'kinesis:GetShardIterator'], Resource: arn('StatusStream') },
    { Action: ['s3:GetObject', 's3:PutObject'], Resource: { 'Fn::Sub': '${FilesBucket.Arn}/*' } },
  ),
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: arn('StatusStream'),
      FunctionName: arn('CountLambdaFunction'),
      StartingPosition: 'LATEST',
    },
  },
  ScaleLambdaFunction: lambda('Scales'),
  Scales: roleWith(
    { Action: 'kinesis:UpdateShardCount', Resource: arn('StatusStream') },
    { Action: 'ssm:PutParameter', Resource: parameterArn('SessionParameter') },
    { Action: 'firehose:PutRecordBatch', Resource: arn('ArchiveDeliveryStream') },
  ),
  Clock: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: { ScheduleExpression: 'rate(1 minute)', Target: { Arn: arn('ScaleLambdaFunction') } },
  },
  ArchiveDeliveryStream: {
    Type: 'AWS::KinesisFirehose::DeliveryStream',
    Properties: {
      KinesisStreamSourceConfiguration: { KinesisStreamARN: arn('StatusStream') },
      ExtendedS3DestinationConfiguration: { BucketARN: arn('FilesBucket') },
    },
  },
  FilesBucket: { Type: 'AWS::S3::Bucket' },
  LinesCatalog: {
    Type: 'AWS::Glue::Table',
    Properties: { TableInput: { StorageDescriptor: { Location: { 'Fn::Sub': 's3://${FilesBucket}/statuses/' } } } },
  },
  ManagerPolicy: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      Roles: ['identity-dev-ManagerRole-1A2B'],
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: 'ssm:PutParameter', Resource: parameterArn('SessionParameter') },
          { Effect: 'Allow', Action: ['kinesis:ListShards', 'kinesis:GetRecords'], Resource: arn('StatusStream') },
        ],
      } as never,
    },
  },
} satisfies CloudFormationTemplate['Resources'];

describe('a template that takes many records in', () => {
  const read = readTemplate({ Resources }).network;

  it('is read with its stream, its parameters, its files and who may call them', () => {
    expect(Object.keys(read.edges)).toEqual([
      'api reads session GET /session',
      'api writes status POST /status PutRecord',
      'archive writes files',
      'clock triggers scale',
      'count reads files',
      'count writes files',
      'identityPool reads status',
      'identityPool writes session',
      'lines reads files',
      'scale calls status',
      'scale writes archive',
      'scale writes session',
      'status triggers archive',
      'status triggers count',
    ]);
    expect(Object.values(read.nodes).map((node) => `${node.kind} ${kindOf(node)} ${node.name}`)).toEqual(
      expect.arrayContaining([
        'delivery delivery archive',
        'bucket bucket files',
        'parameter parameter session',
        'catalog catalog lines',
        'open identities identityPool',
      ]),
    );
    expect(read.nodes).not.toHaveProperty('unused');
    expect(read.nodes).not.toHaveProperty('serverlessDeployment');
  });

  it('has nothing that cannot be meant, but for what another stack holds', () => {
    expect(check(read).map(({ rule, node }) => [rule, node])).toEqual([['open-end', 'identityPool']]);
  });

  it('loses what nobody takes from its stream, and says so', () => {
    const { Mapping: _one, ArchiveDeliveryStream: _other, ...others } = Resources;

    expect(check(readTemplate({ Resources: others }).network)).toEqual(
      expect.arrayContaining([expect.objectContaining({ rule: 'stream-unread', node: 'status' })]),
    );
    expect(check(overlay(func('put').writes(stream('lost')))).map(({ rule }) => rule)).toContain('stream-unread');
  });

  it('is drawn, each kind with its own words', async () => {
    const { mermaid, svg } = await draw(read, { title: 'Ingestion' });

    for (const words of ['delivery stream', 'bucket', 'parameter', 'table of files'])
      expect([words, mermaid.includes(`<small>${words}</small>`), svg.includes(words)]).toEqual([words, true, true]);
  });
});
