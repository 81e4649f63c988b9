import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../packages/local-aws/testkit/index.ts';
import { ROOT } from '../workspace.ts';

let aws: LocalAws;
let ssm: SSMClient;
beforeAll(async () => {
  aws = await startLocalAws();
  ssm = new SSMClient(aws.rootClientConfig);
});
afterAll(async () => {
  ssm.destroy();
  await aws.stop();
});

async function remove(...args: string[]): Promise<string> {
  const { endpoint, region, credentials } = aws.rootClientConfig;
  const child = spawn(process.execPath, [join(ROOT, 'scripts/deploy.ts'), 'remove', '--stage', 'dev', ...args], {
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  });
  return (await Promise.all([text(child.stdout), text(child.stderr)])).join('');
}

const secrets = async () =>
  ((await ssm.send(new GetParametersByPathCommand({ Path: '/smart-home/dev/' }))).Parameters ?? []).map(
    ({ Name }) => Name,
  );

it('names the secrets of a stage that has no stack any more, and removes them when it is told to', async () => {
  const Name = '/smart-home/dev/push-secret';
  await ssm.send(new PutParameterCommand({ Name, Type: 'String', Value: 'x' }));

  expect(await remove()).toContain(`This is left (--retained would have removed it, for good):\n  ${Name}`);
  expect(await secrets()).toEqual([Name]);
  expect(await remove('--retained')).toContain(`With it, for good:\n  ${Name}`);
  expect(await secrets()).toEqual([]);
});
