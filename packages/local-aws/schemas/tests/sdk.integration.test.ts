import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeRegistryCommand,
  DescribeSchemaCommand,
  ListRegistriesCommand,
  ListSchemasCommand,
  ListSchemaVersionsCommand,
  NotFoundException,
  SchemasClient,
  SearchSchemasCommand,
} from '@aws-sdk/client-schemas';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../testkit/index.ts';

const REGISTRY = 'arn:aws:schemas:eu-west-1:000000000000:registry/arcade';
const BALL = 'arn:aws:schemas:eu-west-1:000000000000:schema/arcade/ping_pong.ball_hit';

const draft4 = (properties: object) => JSON.stringify({ type: 'object', properties });
const template = (ball: string) => ({
  Resources: {
    Registry: {
      Type: 'AWS::EventSchemas::Registry',
      Properties: { RegistryName: 'arcade', Description: 'All events' },
    },
    Ball: {
      Type: 'AWS::EventSchemas::Schema',
      Properties: {
        RegistryName: { 'Fn::GetAtt': ['Registry', 'RegistryName'] },
        SchemaName: 'ping_pong.ball_hit',
        Type: 'JSONSchemaDraft4',
        Content: ball,
      },
    },
    Point: {
      Type: 'AWS::EventSchemas::Schema',
      Properties: {
        RegistryName: { 'Fn::GetAtt': ['Registry', 'RegistryName'] },
        SchemaName: 'ping_pong.point_scored',
        Type: 'OpenApi3',
        Content: JSON.stringify({ openapi: '3.0.0', info: { title: 'Point', version: '1' }, paths: {} }),
      },
    },
  },
  Outputs: {
    BallVersion: { Value: { 'Fn::GetAtt': ['Ball', 'SchemaVersion'] } },
    Registry: { Value: { Ref: 'Registry' } },
  },
});

let stateFolder: string;
let aws: LocalAws;
let schemas: SchemasClient;

const start = async () => {
  aws = await startLocalAws({ stateFolder });
  schemas = new SchemasClient(aws.rootClientConfig);
};
const deploy = (ball: string) => aws.cloud.stacks.deploy({ stackName: 'events', template: template(ball) });

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'schemas-'));
  await start();
});
afterEach(async () => {
  schemas.destroy();
  await aws.stop();
  await rm(stateFolder, { recursive: true });
});

describe('the schema registry', () => {
  it('can be read as AWS has it, with a version more for each change, also after a restart', async () => {
    const first = draft4({ stroke: { type: 'integer' } });
    const second = draft4({ stroke: { type: 'integer' }, spin: { type: 'number' } });
    await deploy(first);
    schemas.destroy();
    await aws.stop();
    await start();
    expect((await deploy(second)).outputs).toEqual({ BallVersion: '2', Registry: REGISTRY });
    await deploy(second);

    const RegistryName = 'arcade';
    const SchemaName = 'ping_pong.ball_hit';
    const { Registries } = await schemas.send(new ListRegistriesCommand({}));
    expect(Registries).toEqual([{ RegistryArn: REGISTRY, RegistryName }]);
    expect(await schemas.send(new DescribeRegistryCommand({ RegistryName }))).toMatchObject({
      RegistryArn: REGISTRY,
      Description: 'All events',
    });
    const page = await schemas.send(new ListSchemasCommand({ RegistryName, Limit: 1 }));
    expect(page.Schemas).toMatchObject([{ SchemaArn: BALL, SchemaName, VersionCount: 2 }]);
    const next = await schemas.send(new ListSchemasCommand({ RegistryName, NextToken: page.NextToken }));
    expect(next.Schemas?.map((schema) => schema.SchemaName)).toEqual(['ping_pong.point_scored']);
    expect(await schemas.send(new DescribeSchemaCommand({ RegistryName, SchemaName }))).toMatchObject({
      SchemaVersion: '2',
      Type: 'JSONSchemaDraft4',
      Content: second,
      LastModified: new Date('2030-01-01T00:00:00Z'),
    });
    const old = await schemas.send(new DescribeSchemaCommand({ RegistryName, SchemaName, SchemaVersion: '1' }));
    expect(old.Content).toBe(first);
    const { SchemaVersions } = await schemas.send(new ListSchemaVersionsCommand({ RegistryName, SchemaName }));
    expect(SchemaVersions?.map(({ SchemaVersion }) => SchemaVersion)).toEqual(['1', '2']);
    const found = await schemas.send(new SearchSchemasCommand({ RegistryName, Keywords: 'SPIN stroke' }));
    expect(found.Schemas?.map((schema) => schema.SchemaName)).toEqual([SchemaName]);
  });

  it('refuses what is not there, and a content that is not of its type; nothing of that deployment stays', async () => {
    await expect(schemas.send(new DescribeRegistryCommand({ RegistryName: 'none' }))).rejects.toThrow(
      NotFoundException,
    );

    await expect(deploy('{"type":"thing"}')).rejects.toThrow(/Ball .*Content is not valid JSONSchemaDraft4: \/type/);

    expect((await schemas.send(new ListRegistriesCommand({}))).Registries).toEqual([]);
  });

  it('goes with its stack', async () => {
    await deploy(draft4({}));

    await aws.cloud.stacks.remove('events');

    expect((await schemas.send(new ListRegistriesCommand({}))).Registries).toEqual([]);
  });
});
