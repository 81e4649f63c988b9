import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RETAINED_TOO } from '../packages/frame/stage/index.ts';
import { type ComposedService, readCompose, servicesNamed } from '../packages/local-aws/compose.ts';
import { asError } from '../packages/local-aws/core/errors.ts';
import { checkedStage, understood } from './commandLine.ts';
import { leftBehind, removeParameters } from './leftBehind.ts';
import { SKILL } from './secrets/secrets.ts';
import { removeAll, sls } from './slsRuns.ts';
import { LOCAL_STAGE } from './stageClients.ts';
import { addressesIn, asLines, stageOutputs } from './stageOutputs.ts';
import { ROOT, toolEnvironment, toolPath } from './workspace.ts';

const HELP = `npm run deploy -- --stage <stage> [--region <region>] [--service <name>]
npm run remove -- --stage <stage> [--region <region>] [--service <name>] [--retained]

Deploys or removes every service, or one, in the order of serverless-compose.yml, in the AWS account whose
credentials are set. The stage 'local' is the laptop's own (npm start).

A deployment ends with the stage's addresses; npm run outputs -- --stage <stage> prints all that it gives out. What differs by
stage stands under \`params\` in a service's serverless.yml. For once, deploy that service alone:
npx sls deploy --stage <stage> --param="name=value" in its folder.

A removal empties the stage's buckets, and names what it leaves: what templates retain (what people have made), and secrets.
--retained removes that as well, for good.`;

/** Where the AWS SDK would find credentials, roughly: enough to tell somebody who has set none. */
function hasCredentials(env: NodeJS.ProcessEnv): boolean {
  const variables = [
    'AWS_ACCESS_KEY_ID',
    'AWS_PROFILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  ];
  if (variables.some((name) => env[name])) return true;
  const files = [
    env.AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), '.aws/credentials'),
    env.AWS_CONFIG_FILE ?? join(homedir(), '.aws/config'),
  ];
  return files.some((file) => existsSync(file));
}

function parsed(argv: string[]) {
  const options = {
    stage: { type: 'string' },
    region: { type: 'string' },
    service: { type: 'string' },
    retained: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: argv, allowPositionals: true, options });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

/** What is to be done. */
interface Wanted {
  command: 'deploy' | 'remove';
  stage: string;
  region: string | undefined;
  services: ComposedService[];
  /** Of osls, and of osls-compose. */
  options: string[];
  /** What outlives the stacks goes, too. */
  isRetainedToo: boolean;
}

/** Reads the command line; undefined: help is wanted. Throws an Error that says what is missing. */
function wantedFrom(argv: string[], env: NodeJS.ProcessEnv): Wanted | undefined {
  const { values, positionals } = parsed(argv);
  if (values.help) return undefined;
  const [command] = positionals;
  const { stage, region, service, retained: isRetainedToo } = values;
  if (command !== 'deploy' && command !== 'remove') throw new Error(HELP);
  if (isRetainedToo && command === 'deploy') throw new Error(`--retained is for a removal\n\n${HELP}`);
  if (!stage) throw new Error(`--stage is missing\n\n${HELP}`);
  if (stage === LOCAL_STAGE) throw new Error("the stage 'local' runs on this machine: npm start");
  checkedStage(stage);
  if (!hasCredentials(env)) {
    throw new Error('No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.');
  }
  const all = readCompose(ROOT);
  const services = service === undefined ? all : servicesNamed(all, [service]);
  const options = [`--stage=${stage}`, ...(region === undefined ? [] : [`--region=${region}`])];
  return { command, stage, region, services, options, isRetainedToo };
}

/** Runs osls-compose. Gives its exit code. */
async function compose(args: string[]): Promise<number> {
  const child = spawn(process.execPath, [toolPath('@osls/compose', 'bin/serverless-compose'), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: toolEnvironment(),
  });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', (code) => resolve(code ?? 1)));
}

async function deploy({ stage, region, services, options }: Wanted): Promise<number> {
  const startedAt = performance.now();
  const [only, ...others] = services;
  // One takes its params from the stacks that stand. osls-compose would take them from what it deployed on this machine itself.
  const isAlone = only !== undefined && others.length === 0;
  const code = isAlone
    ? (await sls(only, ['deploy', ...options], { isShown: true })).code
    : await compose(['deploy', ...options]);
  if (code !== 0) {
    console.error(
      `\nNot all was deployed. What stands stays: mend it, and call npm run deploy -- --stage ${stage} again.`,
    );
    return code;
  }
  const names = services.map(({ name }) => name);
  const deployed = (await stageOutputs(stage, region)).filter(({ service }) => names.includes(service));
  console.log(`\nDeployed in ${secondsSince(startedAt)} s:\n`);
  for (const line of asLines(addressesIn(deployed))) console.log(`  ${line}`);
  const { parameters } = await leftBehind(names, { stage, region });
  if (names.includes(SKILL) && parameters.length === 0)
    console.log(`\nThe smart home waits for its secrets: npm run secrets -- --stage ${stage}`);
  return 0;
}

async function remove(wanted: Wanted): Promise<number> {
  const { stage, services, isRetainedToo } = wanted;
  const { standing, retained, parameters } = await leftBehind(
    services.map(({ name }) => name),
    wanted,
  );
  if (standing.length === 0) console.log(`Nothing of the stage '${stage}' is deployed.`);
  else if (!(await removeStacks(wanted, standing))) return 1;
  // Secrets are no stack's: they may be there when no stack is, any more.
  if (isRetainedToo) await removeParameters(parameters, wanted);
  const left = [...retained, ...parameters.map((name) => `${name} (a parameter)`)];
  if (left.length > 0) {
    console.log(
      isRetainedToo ? '\nWith it, for good:' : '\nThis is left (--retained would have removed it, for good):',
    );
    for (const one of left) console.log(`  ${one}`);
  }
  return 0;
}

/** Gives whether all are gone. */
async function removeStacks(
  { stage, services, options, isRetainedToo }: Wanted,
  standing: readonly string[],
): Promise<boolean> {
  const startedAt = performance.now();
  console.log(`Removing ${standing.join(', ')}`);
  const isGone = await removeAll(
    services.filter(({ name }) => standing.includes(name)),
    options,
    { env: isRetainedToo ? { [RETAINED_TOO]: 'yes' } : {}, say: (line) => console.log(line) },
  );
  if (isGone) console.log(`\nRemoved in ${secondsSince(startedAt)} s.`);
  else console.error(`\nNot all was removed. What is gone is gone: call npm run remove -- --stage ${stage} again.`);
  return isGone;
}

const secondsSince = (startedAt: number) => ((performance.now() - startedAt) / 1000).toFixed(0);

// A terminal's Ctrl-C reaches what was started, too: it says what it leaves, and this ends after it.
process.on('SIGINT', () => {});
const wanted = understood((args) => wantedFrom(args, process.env));
if (wanted) {
  process.exitCode = await (wanted.command === 'deploy' ? deploy(wanted) : remove(wanted)).catch((error: unknown) => {
    console.error(asError(error).message);
    return 1;
  });
} else console.log(HELP);
