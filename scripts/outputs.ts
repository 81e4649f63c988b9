import { parseArgs } from 'node:util';
import { asError } from '../packages/local-aws/core/errors.ts';
import { checkedStage, understood } from './commandLine.ts';
import { LOCAL_STAGE } from './stageClients.ts';
import { asLines, stageOutputs } from './stageOutputs.ts';

const HELP = `npm run outputs [-- --stage <stage>] [--region <region>] [--service <name>] [--json]

Prints what the stacks of a stage give out: addresses, ids, names of queues and topics. The stage 'local' (when none is said) is
what runs on this machine; every other is asked of CloudFormation, in the account whose credentials are set.`;

/** Reads the command line. Throws an Error that says what was not understood. */
function optionsFrom(args: string[]) {
  const options = {
    stage: { type: 'string', default: LOCAL_STAGE },
    region: { type: 'string' },
    service: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values } = parseArgs({ args, options });
  return { ...values, stage: checkedStage(values.stage) };
}

async function main({ stage, region, service, json }: ReturnType<typeof optionsFrom>): Promise<number> {
  const all = await stageOutputs(stage, region);
  const wanted = service === undefined ? all : all.filter((one) => one.service === service);
  if (wanted.length === 0)
    throw new Error(`there is no service '${service}': ${all.map((one) => one.service).join(', ')}`);
  const deployed = wanted.filter(({ outputs }) => outputs !== undefined);
  if (json) console.log(JSON.stringify(Object.fromEntries(deployed.map((one) => [one.service, one.outputs])), null, 2));
  else for (const line of asLines(wanted)) console.log(line);
  return deployed.length > 0 ? 0 : 1;
}

const options = understood(optionsFrom, HELP);
if (options.help) console.log(HELP);
else {
  process.exitCode = await main(options).catch((error: unknown) => {
    console.error(asError(error).message);
    return 1;
  });
}
