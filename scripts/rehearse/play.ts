import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { scrubbed } from '../../packages/local-aws/ownEnvironment.ts';
import {
  addedTo,
  type Belongings,
  belongingsOf,
  type ClientConfig,
} from '../../packages/local-aws/testkit/belongings.ts';
import type { ServiceOutputs } from '../stageOutputs.ts';
import { environmentName, ROOT, toolPath } from '../workspace.ts';
import { rehearsedAddresses } from './addresses.ts';
import { CHANGED, CHANGED_CONFIG, changedTemplate, GONE_FUNCTION, NEW_INDEX, NEW_ROUTE } from './changed.ts';
import { type Scratch, startScratch } from './scratch.ts';
import { runScript, type Step } from './steps.ts';

/** The stage that is deployed and removed. */
export const STAGE = 'rehearsal';

/** What a rehearsal is told. */
export interface PlayOptions {
  /** Ends what it starts. */
  ending: AsyncDisposableStack;
  /** Of Jest: which system tests. */
  tests: readonly string[];
  line(text: string, isProgress: boolean): void;
}

/** The steps of a rehearsal, each of which goes on from those before it. */
export function stepsOf({ ending, tests, line }: PlayOptions): Step[] {
  const state: { scratch?: Scratch; before?: Belongings; addresses?: Record<string, string> } = {};
  const scratch = () => state.scratch ?? missing();
  const inherited = scrubbed(process.env);
  const script = (name: string, args: string[], more: Record<string, string> = {}) =>
    runScript([join(ROOT, 'scripts', `${name}.ts`), ...args], {
      env: { ...scratch().environment, ...more },
      inherited,
      ending,
      line,
    });
  return [
    {
      name: 'Start a local-aws with nothing in it',
      async run() {
        const started = await startScratch((source, text) => line(`${source} | ${text}`, false));
        ending.defer(() => started.stop());
        Object.assign(state, { scratch: started, before: await belongingsOf(started.config) });
        return started.url;
      },
    },
    {
      name: 'Deploy all services',
      async run() {
        await script('deploy', ['deploy', `--stage=${STAGE}`]);
        const { stacks = [], functions = [] } = await belongingsOf(scratch().config);
        return `${stacks.length} stacks with ${functions.length} functions`;
      },
    },
    {
      name: 'Put their secrets',
      run: () => script('secrets', [`--stage=${STAGE}`, '--generate']).then(() => undefined),
    },
    {
      name: 'Run the system tests',
      async run() {
        const { url, config } = scratch();
        state.addresses = rehearsedAddresses(await outputsOf(config), url);
        await script('jest', ['system', ...tests], {
          ...state.addresses,
          NODE_OPTIONS: `--require=${LOCALHOST_NAMES}`,
        });
        return state.addresses.ARCADE_URL;
      },
    },
    {
      name: `Deploy another version of ${CHANGED}`,
      async run() {
        await deployChanged(scratch(), { ending, inherited, line });
        return checkChanged(scratch().config, state.addresses?.[environmentName(CHANGED)] ?? '');
      },
    },
    {
      name: 'Remove all',
      run: () => script('deploy', ['remove', `--stage=${STAGE}`, '--retained']).then(() => undefined),
    },
    {
      name: 'Look for what is left',
      async run() {
        const left = addedTo(state.before ?? {}, await belongingsOf(scratch().config));
        if (left.length > 0) throw new Error(`this is left:\n${left.join('\n')}`);
        return 'nothing';
      },
    },
  ];
}

const LOCALHOST_NAMES = join(import.meta.dirname, 'localhostNames.cjs');

function missing(): never {
  throw new Error('there is no local-aws to rehearse in');
}

/** What the stage's stacks give out. */
async function outputsOf(config: ClientConfig): Promise<ServiceOutputs[]> {
  const client = new CloudFormationClient(config);
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
  client.destroy();
  return Stacks.map(({ StackName = '', Outputs = [] }) => ({
    service: StackName.slice(0, -STAGE.length - 1),
    outputs: Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])),
  }));
}

/** Deploys the changed template as somebody would who has written it, in the service's folder. */
async function deployChanged(
  { environment: env }: Scratch,
  { ending, inherited, line }: Omit<PlayOptions, 'tests'> & { inherited: NodeJS.ProcessEnv },
): Promise<void> {
  const cwd = join(ROOT, 'services', CHANGED);
  const changed = join(cwd, CHANGED_CONFIG);
  await using file = new AsyncDisposableStack();
  const removed = () => rm(changed, { force: true });
  file.defer(removed);
  ending.defer(removed);
  await writeFile(changed, changedTemplate(await readFile(join(cwd, 'serverless.yml'), 'utf8')));
  const args = [
    toolPath('serverless', 'bin/serverless.js'),
    'deploy',
    `--config=${CHANGED_CONFIG}`,
    `--stage=${STAGE}`,
  ];
  await runScript(args, { env, cwd, inherited, ending, line });
}

/** Whether all that the other version has changed is so, and what it has not is as it was. Throws Error. */
async function checkChanged(config: ClientConfig, api: string): Promise<string> {
  const name = `${CHANGED}-${STAGE}`;
  const dynamoDb = new DynamoDBClient(config);
  const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: `${name}-match` }));
  const index = Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === NEW_INDEX);
  if (index?.IndexStatus !== 'ACTIVE') throw new Error(`the table has no index ${NEW_INDEX}`);
  const [before, after] = await Promise.all(['/match', NEW_ROUTE].map((path) => fetch(`${api}${path}`)));
  const match = (await before?.json()) as { rally?: { number: number } };
  if (after?.status !== 200) throw new Error(`GET ${NEW_ROUTE} answers ${after?.status}`);
  if (!match.rally || match.rally.number < 1) throw new Error('the match is gone that was played before');
  const isGone = await new LambdaClient(config)
    .send(new GetFunctionCommand({ FunctionName: `${name}-${GONE_FUNCTION}` }))
    .then(() => false)
    .catch((error: unknown) => (error as Error).name === 'ResourceNotFoundException');
  if (!isGone) throw new Error(`the function ${name}-${GONE_FUNCTION} is still there`);
  return `index ${NEW_INDEX}, GET ${NEW_ROUTE}, no ${GONE_FUNCTION}; rally ${match.rally.number} as before`;
}
