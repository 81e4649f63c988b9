import { parseArgs } from 'node:util';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { changeManager, ManagerError, type Place, poolHere, userPoolOf } from './managers.ts';

const HELP = `npm run manager -- <nickname> [--remove] [--stage <stage>] [--region <region>]

Makes somebody who has an account a manager of the arcade, or no longer one.

  --remove          they are a manager no longer
  --stage <stage>   where (default: local, the arcade that npm start runs on this machine)
  --region <region> of a stage on AWS (default: eu-west-1), in the account whose credentials are set

Nicknames are the same in any letter case.`;

/** What the command line asks for. Throws ManagerError. */
function options(argv: string[]) {
  const known = {
    remove: { type: 'boolean' },
    stage: { type: 'string', default: 'local' },
    region: { type: 'string', default: 'eu-west-1' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options: known });
    const [nickname, ...others] = positionals;
    if (!values.help && (nickname === undefined || others.length > 0))
      throw new Error(
        nickname === undefined ? 'whose nickname?' : `one nickname at a time, not also ${others.join(', ')}`,
      );
    return { ...values, nickname: nickname ?? '' };
  } catch (error) {
    throw new ManagerError(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

async function onAws(stage: string, region: string): Promise<Place> {
  const client = new CognitoIdentityProviderClient({ region });
  return { client, userPoolId: await userPoolOf(client, stage) };
}

try {
  const { help, nickname, remove: isRemoval = false, stage, region } = options(process.argv.slice(2));
  if (help) console.log(HELP);
  else {
    const { client, userPoolId } = stage === 'local' ? await poolHere(process.env) : await onAws(stage, region);
    console.log(await changeManager(client, { userPoolId, nickname, isRemoval }));
  }
} catch (error) {
  // Errors of AWS say in a sentence what is wrong, too.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof ManagerError ? 2 : 1;
}
