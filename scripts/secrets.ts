import { parseArgs } from 'node:util';
import { SSMClient } from '@aws-sdk/client-ssm';
import { checkedStage, understood } from './commandLine.ts';
import { askHidden } from './secrets/asking.ts';
import { type Put, putSecrets, SKILL, WORLD } from './secrets/secrets.ts';
import { atStage, clientSettings, LOCAL_STAGE } from './stageClients.ts';

const HELP = `npm run secrets -- --stage <stage> [--region <region>] [--skill] [--generate] [--again] [--key <key>]

Puts what the smart home must know and no template may hold into Parameter Store, as SecureStrings: the skill's credentials at
Login with Amazon (lwa-client), what the vendor signs its pushes with (push-secret) and what opens hubs (hub-secret), below
/${SKILL}/<stage>/ and, the same ones, below /${WORLD}/<stage>/. It asks for each on a terminal; what is not said is made. Nothing of
them is printed. What is there stays, so that it may be called again; functions know a new one within five minutes.

  --skill      for a real skill: not below /${WORLD}/, which plays the skill's outside
  --generate   ask for nothing
  --again      put all anew
  --key        the key of KMS that seals them (alias/mine); left out, AWS's own for the account
  --region     of a stage on AWS (default: eu-west-1), in the account whose credentials are set

The stage 'local' is this machine's: npm start puts its own.`;

const SAYING: Readonly<Record<Put['outcome'], string>> = {
  made: 'was put',
  copied: 'was there for one side, and is now for both',
  there: 'is there, and stays as it is',
  differs: `is another one below /${SKILL}/ than below /${WORLD}/: --again puts one for both`,
};

/** Reads the command line; undefined: help is wanted. Throws an Error that says what was not understood. */
function optionsFrom(args: string[]) {
  const options = {
    stage: { type: 'string' },
    region: { type: 'string' },
    key: { type: 'string' },
    skill: { type: 'boolean', default: false },
    generate: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values } = parseArgs({ args, options });
  if (values.help) return undefined;
  const { stage } = values;
  if (stage === undefined) throw new Error('--stage is missing');
  return { ...values, stage: checkedStage(stage) };
}

async function main({ stage, region, key, skill, generate, again }: NonNullable<ReturnType<typeof optionsFrom>>) {
  const settings = clientSettings({ stage, region });
  const { stdin: input, stdout: output } = process;
  const asks = !generate && stage !== LOCAL_STAGE && input.isTTY && output.isTTY;
  const client = new SSMClient(settings);
  const wanted = {
    stage,
    isSkillOnly: skill,
    isRenewal: again,
    keyId: key,
    ...(asks && { ask: (question: string) => askHidden(question, { input, output }) }),
  };
  for (const { name, outcome } of await atStage(settings, () => putSecrets(client, wanted)))
    console.log(`${name} ${SAYING[outcome]}.`);
  client.destroy();
}

const options = understood(optionsFrom, HELP);
if (options) {
  await main(options).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
} else console.log(HELP);
