import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, toolEnvironment, toolPath } from './workspace.ts';

const HELP = `npm run deploy -- --stage <stage> [--region <region>] [--service <name>]
npm run remove -- --stage <stage> [--region <region>] [--service <name>]

Deploys or removes every service, or one, in the order of serverless-compose.yml, in the AWS account whose
credentials are set. The stage 'local' is the laptop's own (npm start).

What differs by stage stands under \`params\` in a service's serverless.yml. For once, deploy that service alone:
npx sls deploy --stage <stage> --param="name=value" in its folder.`;

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
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: argv, allowPositionals: true, options });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

/** What osls-compose is called with; undefined: help is wanted. Throws an Error that says what is missing. */
function composeArguments(argv: string[], env: NodeJS.ProcessEnv): string[] | undefined {
  const { values, positionals } = parsed(argv);
  if (values.help) return undefined;
  const [command] = positionals;
  if (command !== 'deploy' && command !== 'remove') throw new Error(HELP);
  if (!values.stage) throw new Error(`--stage is missing\n\n${HELP}`);
  if (values.stage === 'local') throw new Error("the stage 'local' runs on this machine: npm start");
  if (!hasCredentials(env)) {
    throw new Error('No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.');
  }
  const options = (['stage', 'region', 'service'] as const).flatMap((name) =>
    values[name] === undefined ? [] : [`--${name}=${values[name]}`],
  );
  return [command, ...options];
}

function compose(args: string[]): void {
  const child = spawn(process.execPath, [toolPath('@osls/compose', 'bin/serverless-compose'), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: toolEnvironment(),
  });
  process.on('SIGINT', () => {});
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

try {
  const args = composeArguments(process.argv.slice(2), process.env);
  if (args) compose(args);
  else console.log(HELP);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
