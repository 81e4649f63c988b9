import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiOf, type LocalAws, startLocalAws } from '@arcade/local-aws/testkit';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { planFile } from '../faultPlans.ts';
import { ROOT } from '../workspace.ts';

// Two services are compiled and bundled, on a machine that may be busy.
jest.setTimeout(180_000);

const MINUTES = 5;
const MINUTE_MS = 60_000;
/** An eighth of them become dead letters. */
const PUSHES = 16;

const folderOf = (service: string) => join(ROOT, 'services', service);

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws({ faults: parse(readFileSync(planFile('demo'), 'utf8')) });
  // No pauses for the eye.
  await aws.deploy(folderOf('ping-pong'), { params: { strokePauseMs: '0', restBetweenRalliesMs: '0' } });
  await aws.deploy(folderOf('fakemon'));
});
afterAll(() => aws.stop());

describe('npm start -- --faults demo', () => {
  it('shows duplicates and retries, and the game goes on', async () => {
    const api = apiOf(aws.apiUrl('ping-pong'));
    const statuses: number[] = [];
    for (let minute = 0; minute < MINUTES; minute += 1) {
      statuses.push((await api('GET', '/match')).status);
      await aws.advance(MINUTE_MS);
    }

    const hops = aws.journal();
    const actions = new Set(hops.filter(({ kind }) => kind === 'fault').map(({ action }) => action));
    const again = hops.filter(({ kind, detail }) => kind === 'invocation' && Number(detail?.attempt) > 1);
    expect([...new Set(statuses)]).toEqual([200]);
    expect([...actions]).toEqual(expect.arrayContaining(['duplicate', 'delay', 'crash-before', 'crash-after']));
    expect(again.map(({ to }) => to)).toContainEqual(expect.stringMatching(/-p[io]ng$/));
  });

  it('has dead letters after some minutes', async () => {
    const lambda = new LambdaClient(aws.rootClientConfig);
    for (let push = 0; push < PUSHES; push += 1)
      await lambda.send(
        new InvokeCommand({ FunctionName: 'fakemon-local-notify', InvocationType: 'Event', Payload: '{}' }),
      );
    await aws.advance(MINUTES * MINUTE_MS);

    const letters = aws.journal().filter(({ kind, from }) => kind === 'dead-letter' && from?.endsWith('-notify'));
    expect(letters.length).toBeGreaterThan(0);
  });
});
