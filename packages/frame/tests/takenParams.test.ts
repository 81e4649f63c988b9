// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of serverless-compose.yml.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Serverless } from '../plugin/serverlessTypes.ts';
import { takeDeployedParams } from '../stage/variables.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:ping-pong-ping';
const COMPOSE = `services:
  ping-pong: { path: services/ping-pong }
  lobby:
    path: services/lobby
    params:
      pingTopicArn: \${ping-pong.PingTopicArn}
      apiId: \${ping-pong.ApiId}
      busName: \${ping-pong.BusName}
`;

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'taken-')));
  for (const name of ['lobby', 'ping-pong']) mkdirSync(join(folder, 'services', name), { recursive: true });
  writeFileSync(join(folder, 'serverless-compose.yml'), COMPOSE);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** CloudFormation, as it answers for a stack that there is, or not. */
function cloudFormation(outputs: Record<string, string> | undefined) {
  const members = Object.entries(outputs ?? {}).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const found = `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>a</StackName><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  const none =
    '<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id ping-pong-dev does not exist</Message></Error></ErrorResponse>';
  return {
    async handle() {
      const body = new Blob([outputs ? found : none]).stream();
      return { response: { statusCode: outputs ? 200 : 400, headers: {}, body } };
    },
  };
}

function lobby(outputs: Record<string, string> | undefined, commands = ['deploy']) {
  const config = {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: cloudFormation(outputs),
  };
  const configurationInput = {
    params: { default: { pingTopicArn: TOPIC, apiId: 'none', busName: 'none' }, dev: { busName: 'mine' } },
  };
  const serverless = {
    processedInput: { commands, options: {} },
    serviceDir: join(folder, 'services/lobby'),
    configurationInput,
    getProvider: () => ({ getAwsSdkV3Config: async () => config }),
  } as unknown as Serverless;
  const taken = takeDeployedParams(serverless, 'dev');
  const resolved = async (address: string) =>
    (await taken?.configurationVariablesSources.deployed?.resolve({ address }))?.value;
  return { taken, resolved, ofStage: () => configurationInput.params.dev };
}

it('takes params from the deployed stack, but for those that the stage names itself', async () => {
  const { taken, resolved, ofStage } = lobby({ PingTopicArn: 'arn:of-the-stage', ApiId: 'abc' });

  expect(ofStage()).toEqual({
    pingTopicArn: '${deployed:pingTopicArn}',
    apiId: '${deployed:apiId}',
    busName: 'mine',
  });
  expect([await resolved('pingTopicArn'), await resolved('apiId')]).toEqual(['arn:of-the-stage', 'abc']);
  expect(() => taken?.check()).not.toThrow();
});

it('says which service must be deployed first, and until then gives values of the form that osls checks before', async () => {
  const { taken, resolved } = lobby(undefined);

  expect([await resolved('pingTopicArn'), await resolved('apiId')]).toEqual([TOPIC, 'none']);
  expect(() => taken?.check()).toThrow(
    /pingTopicArn, apiId from ping-pong, which is not deployed\nDeploy first: npx sls deploy --stage dev in services\/ping-pong/,
  );
});

it.each([[['package']], [['deploy', 'list']]])('leaves the command %j alone: it needs no account', (commands) => {
  expect(lobby(undefined, commands).taken).toBeUndefined();
});
