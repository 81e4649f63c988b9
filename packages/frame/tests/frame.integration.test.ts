import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CompiledService, compileService, type LocalAws, startLocalAws } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metricProblems } from '../checks.ts';
import { ofType, type Template } from '../template.ts';

const FIXTURE = join(import.meta.dirname, 'fixture-service');
const CACHE = join(import.meta.dirname, '../.cache');
/** Compiling takes seconds, more so while other tests run. */
const COMPILING_MS = 120_000;

/** The arcade's own page: local-aws lets no other in. */
const ORIGIN = 'http://localhost:4000';

describe('a service that is packaged twice, in two places', () => {
  let folder: string;
  let compiled: CompiledService[];
  beforeAll(async () => {
    await mkdir(CACHE, { recursive: true });
    folder = await mkdtemp(join(CACHE, 'twice-'));
    const places = ['one', 'two'].map((name) => join(folder, name));
    for (const place of places) await cp(FIXTURE, place, { recursive: true });
    compiled = [];
    for (const place of places) compiled.push(await compileService(place));
  }, COMPILING_MS);
  afterAll(() => rm(folder, { recursive: true }));

  it('has the same template', () => {
    expect(compiled[0]?.template).toEqual(compiled[1]?.template);
  });

  it('has one deployment, after all methods and gateway responses, and a stage of its own with its throttles', () => {
    const template = compiled[0]?.template as unknown as Template;
    const deployments = ofType(template, 'AWS::ApiGateway::Deployment');
    const parts = ['Method', 'GatewayResponse'].flatMap((type) => ofType(template, `AWS::ApiGateway::${type}`));

    expect(deployments).toHaveLength(1);
    expect(deployments[0]?.[1].DependsOn).toEqual(expect.arrayContaining(parts.map(([id]) => id)));
    expect(deployments[0]?.[1].Properties).not.toHaveProperty('StageName');
    expect(template.Resources.ApiGatewayStage?.Properties).toEqual({
      RestApiId: { Ref: 'ApiGatewayRestApi' },
      DeploymentId: { Ref: deployments[0]?.[0] },
      StageName: 'local',
      MethodSettings: [
        { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
        { HttpMethod: 'GET', ResourcePath: '/~1health', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 },
      ],
    });
  });

  it('has throttles on the stage of an HTTP API too, and alarms on all that it has, of metrics that are emitted', () => {
    const template = compiled[0]?.template as unknown as Template;

    expect(template.Resources.HttpApiStage?.Properties?.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 50,
    });
    expect(ofType(template, 'AWS::CloudWatch::Alarm').map(([id]) => id)).toEqual([
      'HttpApiStageFailsAlarm',
      'ApiGatewayStageFailsAlarm',
    ]);
    expect(metricProblems(template)).toEqual([]);
  });

  it('names a function after its key, and gives it no role but its own', () => {
    const template = compiled[0]?.template as unknown as Template;

    expect(Object.keys(compiled[0]?.functions ?? {})).toEqual(['frame-fixture-local-echo-word']);
    expect(ofType(template, 'AWS::IAM::Role').map(([id]) => id)).toEqual(['EchoWordIamRoleLambdaExecution']);
    expect(JSON.stringify(template.Resources.EchoWordIamRoleLambdaExecution)).toContain('xray:PutTraceSegments');
  });
});

describe('a service with the frame, on local-aws', () => {
  let aws: LocalAws;
  let url: string;
  beforeAll(async () => {
    aws = await startLocalAws();
    await aws.deploy(FIXTURE);
    url = aws.apiUrl('frame-fixture');
  }, COMPILING_MS);
  afterAll(() => aws.stop());

  const put = (word: string, times: number) =>
    fetch(`${url}/words/${word}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ times }),
    });

  it('answers routes with a function, without one, and written by hand', async () => {
    const answers = [
      await fetch(`${url}/words/ping`),
      await fetch(`${url}/words/ping`, { method: 'POST' }),
      await fetch(`${url}/words`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 202, 200]);
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([{ word: 'ping' }, {}, ['by hand']]);
    expect(answers[1]?.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  it('chooses the status in the template of the answer, by what stands in the path', async () => {
    const [found, missing] = [await put('O%27Neil%22', 2), await put('pong', 2)];

    expect([found.status, await found.json()]).toEqual([200, { word: `O'Neil"` }]);
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    expect(await missing.json()).toEqual({ title: 'Not Found', status: 404 });
  });

  it('answers with a problem a body that does not fit the model of its route', async () => {
    const refused = await put('ping', 10);

    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([400, ORIGIN]);
    expect(await refused.json()).toMatchObject({ title: 'Bad Request', status: 400, detail: 'Invalid request body' });
  });

  it('answers with a problem, which a page elsewhere may read, who is not signed in', async () => {
    const refused = await fetch(`${url}/words/ping`, { method: 'DELETE', headers: { origin: ORIGIN } });
    const preflight = await fetch(`${url}/words/ping`, { method: 'OPTIONS' });

    expect(refused.status).toBe(401);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'content-type': 'application/problem+json',
      'access-control-allow-origin': ORIGIN,
      'www-authenticate': 'Bearer',
    });
    expect(await refused.json()).toMatchObject({ title: 'Unauthorized', status: 401 });
    expect(preflight.headers.get('access-control-allow-headers')).toBe('Content-Type,Authorization');
  });

  it('allows the methods of functions and of routes without one, before they are called', async () => {
    const preflight = await fetch(`${url}/words/ping`, { method: 'OPTIONS' });

    expect(preflight.headers.get('access-control-allow-methods')).toBe('OPTIONS,GET,POST,PUT,DELETE');
    expect((await fetch(`${url}/health`, { method: 'OPTIONS' })).headers.get('access-control-allow-methods')).toBe(
      'OPTIONS,GET',
    );
  });

  it('lets pages elsewhere into an HTTP API, with the methods that its routes have', async () => {
    const words = `${aws.cloud.endpoint}/_api/${aws.outputs('frame-fixture').HttpApiId}/words/ping`;
    const headers = { origin: ORIGIN, 'access-control-request-method': 'GET' };
    const preflight = await fetch(words, { method: 'OPTIONS', headers });
    const answer = await fetch(words, { headers });

    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'Content-Type,Authorization',
    });
    expect(await answer.json()).toEqual({ word: 'ping' });
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  it('answers with a problem that a page elsewhere may read where there is no such route', async () => {
    const answer = await fetch(`${url}/nowhere`);

    expect(answer.status).toBe(404);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/problem+json',
      'access-control-allow-origin': ORIGIN,
    });
    expect(await answer.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is no such route.',
    });
  });

  it('answers with a problem, too, whoever asks more often than the route allows', async () => {
    const answers = [];
    for (let count = 0; count < 3; count += 1) answers.push(await fetch(`${url}/health`));
    const refused = answers.at(-1);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(await refused?.json()).toMatchObject({
      title: 'Too Many Requests',
      status: 429,
      detail: 'Too Many Requests',
    });
  });
});
